package io.plasmastore.cli;

import io.plasmastore.sort.ParallelSort;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** By how many a sort is done, and with what care. */
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
              + " once will do then. What was put for this sort alone is consumed in any case.")
  private boolean consume;

  @Option(names = "--no-verify", description = "Don't check the result.")
  private boolean unverified;

  /** How many partitions to make; 0 for as many as fit. */
  int partitions() {
    return partitions == null ? 0 : partitions;
  }

  /** Checks what the options mean together. */
  void check(SortSource source) {
    if (partitions != null && (partitions < 1 || source.isInStore())) {
      throw new UsageException("--partitions is 1 or more, and for --input and --rows alone");
    }
  }

  /**
   * A sort as the options say.
   *
   * @param owned whether the partitions were put for this sort alone
   */
  ParallelSort applyTo(ParallelSort untuned, boolean owned) {
    try {
      ParallelSort sort = threads ? untuned.threads() : untuned.processes();
      sort = workers == null ? sort : sort.workers(workers);
      sort = buckets == null ? sort : sort.buckets(buckets);
      sort = sort.verified(!unverified);
      // What was put for this sort alone makes room for its result on the way.
      return owned || consume ? sort.consume() : sort;
    } catch (IllegalArgumentException e) {
      throw new UsageException(e);
    }
  }
}
