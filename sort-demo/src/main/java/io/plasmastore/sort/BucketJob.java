package io.plasmastore.sort;

import io.plasmastore.ObjectId;
import io.plasmastore.arrow.ArrowClient;
import java.util.List;
import java.util.Objects;

/**
 * What {@link ParallelSort} and {@link PartitionBy} have in common: they make buckets of
 * partitions, by workers that meet in the store.
 *
 * <p>Immutable: each method gives a new job. Safe for many threads. Owns neither client nor
 * allocator.
 *
 * @param <J> the job itself
 */
public abstract sealed class BucketJob<J extends BucketJob<J>> permits ParallelSort, PartitionBy {
  /** The most buckets that a job can make. */
  public static final int MAX_BUCKETS = SortOptions.MAX_BUCKETS;

  /** The most workers that a job can have. */
  public static final int MAX_WORKERS = SortOptions.MAX_WORKERS;

  private final ArrowClient dataframes;
  private final SortOptions options;

  BucketJob(ArrowClient dataframes, SortOptions options) {
    this.dataframes = Objects.requireNonNull(dataframes, "dataframes");
    this.options = options;
  }

  /**
   * What to make buckets of.
   *
   * @param ids one or more dataframes in the store, of any number of batches, each given once
   * @return the job
   */
  public J partitions(List<ObjectId> ids) {
    return with(options.withPartitions(ids));
  }

  /**
   * How many buckets to make. Where this is not called, that depends on the rows, their size and
   * the workers.
   *
   * @param count 1 to 65,536
   * @return the job
   */
  public J buckets(int count) {
    return with(options.withBuckets(requirePositive(count, "buckets")));
  }

  /**
   * How many workers to use. Where this is not called, one a processor, and no more than there is
   * work for.
   *
   * @param count 1 to 1,024
   * @return the job
   */
  public J workers(int count) {
    return with(options.withWorkers(requirePositive(count, "workers")));
  }

  /**
   * Has the work done by processes of their own, each with this JVM's program and class path and a
   * heap of its own. One that dies is replaced, and its task done again.
   *
   * @return the job
   */
  public J processes() {
    return with(options.withProcesses(true));
  }

  /**
   * Has the work done by processes that are kept for more jobs than this one. Where {@link
   * #workers} is not called, by as many as are kept.
   *
   * @param kept connected to the same store; must stay open while the job runs
   * @return the job
   */
  public J processes(SortWorkers kept) {
    return with(options.withKept(Objects.requireNonNull(kept, "kept")));
  }

  /**
   * Has the work done by threads of this process, over its client and its allocator.
   *
   * @return the job
   */
  public J threads() {
    return with(options.withProcesses(false));
  }

  /**
   * Deletes each partition once it is split, so that the store needs room for little more than the
   * data once. If the job fails after that, the rows are gone.
   *
   * @return the job
   */
  public J consume() {
    return with(options.withConsumed(true));
  }

  /**
   * Whether to check the result, as is done where this is not called: that the buckets have the
   * partitions' rows, by the sum of a 64-bit hash of each row with all its columns, and that the
   * rows are in order, or in the bucket that they belong to.
   *
   * @param verified false to save the time
   * @return the job
   */
  public J verified(boolean verified) {
    return with(options.withVerified(verified));
  }

  /**
   * Who is told how it gets on.
   *
   * @param progress called while the job runs
   * @return the job
   */
  public J progress(SortProgress progress) {
    return with(options.withProgress(Objects.requireNonNull(progress)));
  }

  /**
   * Who is handed the buckets, in order, each as soon as it and all before it are made: a reader
   * can begin with the first while others are still being made. See {@link BucketListener} for what
   * is promised of a bucket at that time.
   *
   * @param listener called while the job runs, by a thread of its own; {@code run} returns when it
   *     has had the last bucket
   * @return the job
   */
  public J onBucket(BucketListener listener) {
    return with(options.withListener(Objects.requireNonNull(listener)));
  }

  /**
   * Says that the store spills, so that rows may be more than its memory: partitions are not held,
   * since what leaves memory comes back, and slices and buckets are made so small that those which
   * the workers have open at a time fit into memory together. Each partition has to be small too: a
   * worker needs it in memory as a whole. In a store that does not spill, a partition that was not
   * put to be kept may be dropped then, and the job fails.
   *
   * @return the job
   */
  public J spilling() {
    return with(options.withSpilling(true));
  }

  ArrowClient dataframes() {
    return dataframes;
  }

  SortOptions options() {
    return options;
  }

  /** The same with other options. */
  abstract J with(SortOptions options);

  private static int requirePositive(int count, String name) {
    if (count < 1) {
      throw new IllegalArgumentException(name + " out of range: " + name + "=" + count + " min=1");
    }
    return count;
  }
}
