/**
 * Sorts dataframes that lie in the store: K partitions in, L buckets out, by worker processes or
 * threads that meet in the store alone.
 *
 * <p>{@link io.plasmastore.sort.ParallelSort} is the sort, {@link io.plasmastore.sort.SortKey} what
 * it sorts by, {@link io.plasmastore.sort.SortResult} what comes out. {@link
 * io.plasmastore.sort.FilePartitions} and {@link io.plasmastore.sort.GeneratedPartitions} put
 * something to sort into the store.
 *
 * <p><b>Errors.</b> A caller's mistake is an {@link java.lang.IllegalArgumentException} before
 * anything has started. What the store refuses, in this process or in a worker, is a {@link
 * io.plasmastore.PlasmaException} with the store's code. A worker that keeps dying is a {@link
 * io.plasmastore.sort.WorkerFailedException}. After each of them nothing that the sort made is in
 * the store.
 */
@NullMarked
package io.plasmastore.sort;

import org.jspecify.annotations.NullMarked;
