package io.plasmastore.sort;

/**
 * Is handed the buckets of a sort while others are still being sorted: in order, each once, as soon
 * as it is complete and all before it were handed out.
 *
 * <p>A bucket that is handed out is a sealed dataframe that can be got by this process and others,
 * and its rows and those of all buckets before it will not change. That the buckets together have
 * exactly the rows of the partitions is checked only at the end. If the sort fails after all, its
 * buckets are deleted; who has one open keeps it until it is closed.
 */
@FunctionalInterface
public interface BucketListener {
  /** Hears nothing. */
  BucketListener NONE = (number, bucket) -> {};

  /**
   * A bucket is there.
   *
   * @param number its place among the buckets, from 0
   * @param bucket the dataframe and its rows
   * @throws InterruptedException when the sort has failed meanwhile and interrupts this thread
   * @throws RuntimeException ends the sort, which throws it
   */
  void ready(int number, SortResult.Bucket bucket) throws InterruptedException;
}
