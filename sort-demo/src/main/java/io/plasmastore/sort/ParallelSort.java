package io.plasmastore.sort;

import io.plasmastore.ObjectId;
import io.plasmastore.arrow.ArrowClient;
import java.util.List;
import java.util.Objects;

/**
 * Sorts dataframes that lie in the store: K partitions in, L buckets out, each a dataframe in the
 * store again, in order, and a manifest that lists them.
 *
 * <pre>{@code
 * SortResult result =
 *     ParallelSort.of(dataframes)
 *         .by(SortKey.of("delay").descending(), SortKey.of("distance"))
 *         .partitions(ids)
 *         .run();
 * for (ObjectId bucket : result.bucketIds()) {
 *   try (VectorSchemaRoot rows = dataframes.get(bucket)) {
 *     ...
 *   }
 * }
 * }</pre>
 *
 * <p><b>Rows.</b> The partitions have the same columns by name, in the same order, of the same
 * types; one may be null where another may not. All columns travel with their rows. A
 * dictionary-encoded column comes out as a plain column of its values.
 *
 * <p><b>Order.</b> Integers, dates, times, timestamps, durations, intervals of months and decimals
 * by value; bool false first; floats as {@link Double#compare}: −0.0 before 0.0, NaN after
 * infinity; utf8 and binary, plain, large or of fixed size, by their bytes, unsigned, which for
 * utf8 is the order of code points; a dictionary-encoded column by its values. Other types cannot
 * be sorted by, but travel along. Rows with equal keys keep the order of the partitions as given
 * and of the rows in them.
 *
 * <p><b>Store.</b> The partitions are not changed, are held while the sort runs, and stay unless
 * {@link #consume} says otherwise. The store needs room for the data once more, twice in all. What
 * is only needed on the way is deleted on the way, and when the sort fails, everything that it made
 * is. Buckets and manifest are kept: a full store does not drop them, and the caller deletes them.
 *
 * <p>Immutable: each method gives a new sort. Safe for many threads. Owns neither client nor
 * allocator.
 */
public final class ParallelSort {
  private final ArrowClient dataframes;
  private final SortOptions options;

  private ParallelSort(ArrowClient dataframes, SortOptions options) {
    this.dataframes = Objects.requireNonNull(dataframes, "dataframes");
    this.options = options;
  }

  /**
   * A sort in a store, without keys and partitions yet: by as many worker processes as there are
   * processors, verified.
   *
   * @param dataframes the store; its allocator counts what this process reads, samples alone unless
   *     the workers are threads
   * @return the sort
   */
  public static ParallelSort of(ArrowClient dataframes) {
    return new ParallelSort(dataframes, SortOptions.DEFAULT);
  }

  /**
   * What to sort by.
   *
   * @param keys one or more, the first decides first
   * @return the sort
   */
  public ParallelSort by(SortKey... keys) {
    return by(List.of(keys));
  }

  /**
   * What to sort by.
   *
   * @param keys one or more, the first decides first
   * @return the sort
   */
  public ParallelSort by(List<SortKey> keys) {
    return new ParallelSort(dataframes, options.withKeys(keys));
  }

  /**
   * What to sort.
   *
   * @param ids one or more dataframes in the store, of any number of batches, each given once
   * @return the sort
   */
  public ParallelSort partitions(List<ObjectId> ids) {
    return new ParallelSort(dataframes, options.withPartitions(ids));
  }

  /**
   * How many buckets to make. Where this is not called, that depends on the rows, their size and
   * the workers.
   *
   * @param count 1 to 65,536
   * @return the sort
   */
  public ParallelSort buckets(int count) {
    return new ParallelSort(dataframes, options.withBuckets(requirePositive(count, "buckets")));
  }

  /** How many parts each bucket is divided into, for tests of more than one. */
  ParallelSort parts(int count) {
    return new ParallelSort(dataframes, options.withParts(count));
  }

  /**
   * How many workers to use. Where this is not called, one a processor, and no more than there is
   * work for.
   *
   * @param count 1 to 1,024
   * @return the sort
   */
  public ParallelSort workers(int count) {
    return new ParallelSort(dataframes, options.withWorkers(requirePositive(count, "workers")));
  }

  /**
   * Has the work done by processes of their own, each with this JVM's program and class path and a
   * heap of its own. One that dies is replaced, and its task done again.
   *
   * @return the sort
   */
  public ParallelSort processes() {
    return new ParallelSort(dataframes, options.withProcesses(true));
  }

  /**
   * Has the work done by processes that are kept for more sorts than this one. Where {@link
   * #workers} is not called, by as many as are kept.
   *
   * @param kept connected to the same store; must stay open while the sort runs
   * @return the sort
   */
  public ParallelSort processes(SortWorkers kept) {
    return new ParallelSort(dataframes, options.withKept(Objects.requireNonNull(kept, "kept")));
  }

  /**
   * Has the work done by threads of this process, over its client and its allocator.
   *
   * @return the sort
   */
  public ParallelSort threads() {
    return new ParallelSort(dataframes, options.withProcesses(false));
  }

  /**
   * Deletes each partition once it is split, so that the store needs room for little more than the
   * data once. If the sort fails after that, the rows are gone.
   *
   * @return the sort
   */
  public ParallelSort consume() {
    return new ParallelSort(dataframes, options.withConsumed(true));
  }

  /**
   * Whether to check the result, as is done where this is not called: that the rows are in order,
   * and that they are the partitions' rows, by the sum of a 64-bit hash of each row with all its
   * columns.
   *
   * @param verified false to save the time
   * @return the sort
   */
  public ParallelSort verified(boolean verified) {
    return new ParallelSort(dataframes, options.withVerified(verified));
  }

  /**
   * Who is told how it gets on.
   *
   * @param progress called while the sort runs
   * @return the sort
   */
  public ParallelSort progress(SortProgress progress) {
    return new ParallelSort(dataframes, options.withProgress(Objects.requireNonNull(progress)));
  }

  /**
   * Who is handed the buckets, in order, each as soon as it and all before it are made: a reader
   * can begin with the first while others are still being sorted. See {@link BucketListener} for
   * what is promised of a bucket at that time.
   *
   * @param listener called while the sort runs, by a thread of its own; {@link #run} returns when
   *     it has had the last bucket
   * @return the sort
   */
  public ParallelSort onBucket(BucketListener listener) {
    return new ParallelSort(dataframes, options.withListener(Objects.requireNonNull(listener)));
  }

  /**
   * Says that the store spills, so that rows may be more than its memory: partitions are not held,
   * since what leaves memory comes back, and slices and buckets are made so small that those which
   * the workers have open at a time fit into memory together. Each partition has to be small too: a
   * worker needs it in memory as a whole. In a store that does not spill, a partition that was not
   * put to be kept may be dropped then, and the sort fails.
   *
   * @return the sort
   */
  public ParallelSort spilling() {
    return new ParallelSort(dataframes, options.withSpilling(true));
  }

  /**
   * Sorts.
   *
   * @return what was done; the objects that it names are the caller's
   * @throws IllegalArgumentException naming column and type, if a partition has other columns than
   *     the first, or a key's column is missing or cannot be sorted by; nothing has started
   * @throws UnsupportedOperationException naming the field, if a column's type is one that cannot
   *     travel; nothing has started
   * @throws io.plasmastore.PlasmaException if a partition is not there, or the store is full or
   *     gone, here or in a worker
   * @throws WorkerFailedException if a worker fails otherwise, or dies again and again
   * @throws InterruptedException if this thread is interrupted; the sort has ended and cleaned up
   */
  public SortResult run() throws InterruptedException {
    options.check();
    return SortRun.run(dataframes, options);
  }

  private static int requirePositive(int count, String name) {
    if (count < 1) {
      throw new IllegalArgumentException(name + " out of range: " + name + "=" + count + " min=1");
    }
    return count;
  }
}
