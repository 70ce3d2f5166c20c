package io.plasmastore.cli;

import io.plasmastore.sort.BucketJob;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** By how many a sort or a partitioning is done, and with what care. */
final class SortTuning {
  @Option(
      names = "--workers",
      paramLabel = "N",
      description = "How many workers. Default: one a processor.")
  private @Nullable Integer workers;

  @Option(names = "--threads", description = "Workers are threads, not processes.")
  private boolean threads;

  @Option(
      names = "--partitions",
      paramLabel = "N",
      description = "How many partitions to make of --input or --rows.")
  private @Nullable Integer partitions;

  @Option(names = "--buckets", paramLabel = "N", description = "How many buckets to make.")
  private @Nullable Integer buckets;

  @Option(
      names = "--consume",
      description =
          "Delete dataframes in the store once they are split: room for little more than the rows"
              + " once will do then. What was put for this command alone is consumed in any case.")
  private boolean consume;

  @Option(names = "--no-verify", description = "Don't check the result.")
  private boolean unverified;

  /** How many partitions to make; 0 for as many as fit. */
  int partitions() {
    return partitions == null ? 0 : partitions;
  }

  /** Checks the numbers, before anything is done, and what the options mean together. */
  void check(SortSource source) {
    requireRange("workers", workers, BucketJob.MAX_WORKERS);
    requireRange("buckets", buckets, BucketJob.MAX_BUCKETS);
    if (partitions != null && (partitions < 1 || source.isInStore())) {
      throw new UsageException("--partitions is 1 or more, and for --input and --rows alone");
    }
  }

  /** Whether the user said how many buckets to make. */
  boolean hasBuckets() {
    return buckets != null;
  }

  /**
   * A job as the options say.
   *
   * @param owned whether the partitions were put for this job alone
   */
  <J extends BucketJob<J>> J applyTo(J untuned, boolean owned) {
    J job = threads ? untuned.threads() : untuned.processes();
    job = workers == null ? job : job.workers(workers);
    job = buckets == null ? job : job.buckets(buckets);
    job = job.verified(!unverified);
    // What was put for this job alone makes room for its result on the way.
    return owned || consume ? job.consume() : job;
  }

  private static void requireRange(String name, @Nullable Integer count, int max) {
    if (count != null && (count < 1 || count > max)) {
      throw new UsageException(
          "%s out of range: %s=%d min=1 max=%d".formatted(name, name, count, max));
    }
  }
}
