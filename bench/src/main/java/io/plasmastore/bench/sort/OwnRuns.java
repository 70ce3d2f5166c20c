package io.plasmastore.bench.sort;

import io.plasmastore.ObjectId;
import io.plasmastore.arrow.ArrowClient;
import io.plasmastore.sort.ParallelSort;
import io.plasmastore.sort.SortKey;
import io.plasmastore.sort.SortPhase;
import io.plasmastore.sort.SortResult;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import org.apache.arrow.vector.VectorSchemaRoot;

/**
 * Our sort in each of some ways, in turns, so that whatever else the machine does meets all of
 * them.
 */
final class OwnRuns {
  private final ArrowClient dataframes;
  private final PeerTask task;
  private final List<Way> ways = new ArrayList<>();

  /** One way, and what came of it so far. */
  private static final class Way {
    private final PeerTask.Variant variant;
    private final List<Double> seconds = new ArrayList<>();
    private final List<Double> startSeconds = new ArrayList<>();
    private RowChecksum check;
    private long peak;
    private double skew;

    Way(PeerTask.Variant variant, RowChecksum check) {
      this.variant = variant;
      this.check = check;
    }
  }

  OwnRuns(ArrowClient dataframes, PeerTask task) {
    this.dataframes = dataframes;
    this.task = task;
    task.variants().forEach(variant -> ways.add(new Way(variant, checksum())));
  }

  List<Outcome> run() throws InterruptedException {
    long start = System.nanoTime();
    for (Way way : ways) {
      round(way, true);
    }
    for (int round = 0; round < task.effort().rounds(); round++) {
      double spent = (System.nanoTime() - start) / 1e9;
      if (round > 0 && spent > task.effort().budgetSeconds() * ways.size()) {
        break;
      }
      for (Way way : ways) {
        round(way, false);
      }
    }
    return ways.stream().map(this::outcome).toList();
  }

  private void round(Way way, boolean first) throws InterruptedException {
    PeerTask.Variant variant = way.variant;
    ParallelSort sort =
        ParallelSort.of(dataframes)
            .by(
                Arrays.stream(task.orderBy().split(", ", -1))
                    .map(key -> SortKey.parse(key.toLowerCase(Locale.ROOT).replace(' ', ':')))
                    .toList())
            .partitions(task.ids())
            .verified(variant.verified());
    sort = variant.processes() ? sort.processes() : sort.threads();
    sort = variant.workers() == 0 ? sort : sort.workers(variant.workers());
    SortResult result;
    try (MemoryWatch memory =
        new MemoryWatch(ProcessHandle.current(), () -> dataframes.client().stats().used())) {
      result = sort.run();
      way.peak = Math.max(way.peak, memory.peak());
    }
    if (first) {
      way.check = checked(result);
    } else {
      double starting = result.seconds().getOrDefault(SortPhase.START, 0.0);
      way.seconds.add(result.totalSeconds() - starting);
      way.startSeconds.add(starting);
    }
    double mean = (double) result.rows() / result.buckets().size();
    long largest = result.buckets().stream().mapToLong(SortResult.Bucket::rows).max().orElse(0);
    way.skew = Math.max(way.skew, mean == 0 ? 0 : largest / mean);
    List<ObjectId> made = new ArrayList<>(result.bucketIds());
    made.add(result.manifest());
    made.forEach(dataframes.client()::delete);
  }

  private RowChecksum checked(SortResult result) {
    RowChecksum check = checksum();
    for (ObjectId id : result.bucketIds()) {
      try (VectorSchemaRoot bucket = dataframes.get(id)) {
        check.add(bucket);
      }
    }
    return check;
  }

  private RowChecksum checksum() {
    return new RowChecksum(task.order());
  }

  private Outcome outcome(Way way) {
    String starts =
        way.startSeconds.stream()
            .sorted()
            .skip((way.startSeconds.size() - 1) / 2)
            .limit(1)
            .map(seconds -> String.format(Locale.ROOT, "%.2f s", seconds))
            .collect(Collectors.joining());
    String version = OwnRuns.class.getPackage().getImplementationVersion();
    return new Outcome(
        way.variant.label(Runtime.getRuntime().availableProcessors()),
        version == null ? "unpackaged" : version,
        way.seconds,
        way.check.rows(),
        way.check.sum(),
        way.check.disordered(),
        way.peak,
        way.skew,
        String.format(
            Locale.ROOT,
            "largest bucket %.2f × the mean; before that %s to start",
            way.skew,
            starts),
        null);
  }
}
