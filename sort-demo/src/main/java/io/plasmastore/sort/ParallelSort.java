package io.plasmastore.sort;

import io.plasmastore.arrow.ArrowClient;
import java.util.List;

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
public final class ParallelSort extends BucketJob<ParallelSort> {
  private ParallelSort(ArrowClient dataframes, SortOptions options) {
    super(dataframes, options);
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
    return with(options().withKeys(keys));
  }

  /** How many parts each bucket is divided into, for tests of more than one. */
  ParallelSort parts(int count) {
    return with(options().withParts(count));
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
    options().check();
    return SortRun.run(dataframes(), options());
  }

  @Override
  ParallelSort with(SortOptions options) {
    return new ParallelSort(dataframes(), options);
  }
}
