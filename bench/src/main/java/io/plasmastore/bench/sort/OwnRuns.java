package io.plasmastore.bench.sort;

import io.plasmastore.ObjectId;
import io.plasmastore.PlasmaClient;
import io.plasmastore.arrow.ArrowClient;
import io.plasmastore.sort.ParallelSort;
import io.plasmastore.sort.SortKey;
import io.plasmastore.sort.SortResult;
import io.plasmastore.sort.SortWorkers;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.jspecify.annotations.Nullable;

/**
 * Our sort in each of some ways, in turns, so that whatever else the machine does meets all of
 * them. Each way with worker processes keeps its own from round to round: what it takes to start
 * them, and the first sort by them, stand beside the figure.
 */
final class OwnRuns {
  private final ArrowClient dataframes;
  private final PeerTask task;
  private final List<Way> ways = new ArrayList<>();
  private int warmUpRounds;

  /** One way, and what came of it so far. */
  private static final class Way implements AutoCloseable {
    private final PeerTask.Variant variant;
    private final List<Double> seconds = new ArrayList<>();
    private RowChecksum check;
    private long peak;
    private double skew;
    private double firstSeconds;
    private double startSeconds;
    private @Nullable SortWorkers workers;
    private Set<Long> pids = Set.of();

    Way(PeerTask.Variant variant, RowChecksum check) {
      this.variant = variant;
      this.check = check;
    }

    void start(PlasmaClient client) throws InterruptedException {
      if (!variant.processes()) {
        return;
      }
      Set<Long> before = children();
      long begun = System.nanoTime();
      int count =
          variant.workers() == 0 ? Runtime.getRuntime().availableProcessors() : variant.workers();
      workers = SortWorkers.start(client, count);
      startSeconds = (System.nanoTime() - begun) / 1e9;
      pids = children();
      pids.removeAll(before);
    }

    @Override
    public void close() {
      if (workers != null) {
        workers.close();
      }
    }

    private static Set<Long> children() {
      return ProcessHandle.current()
          .children()
          .map(ProcessHandle::pid)
          .collect(Collectors.toCollection(HashSet::new));
    }
  }

  /** At least, where figures are wanted. */
  private static final int WARM_UP_ROUNDS = 20;

  /** What the rounds that come after these may take. */
  private static final double MOST_SECONDS = 90;

  /** What a sort is for. */
  private enum Turn {
    /** Its result is checked. */
    FIRST,
    WARM_UP,
    COUNTED
  }

  OwnRuns(ArrowClient dataframes, PeerTask task) {
    this.dataframes = dataframes;
    this.task = task;
    task.variants().forEach(variant -> ways.add(new Way(variant, checksum())));
  }

  List<Outcome> run() throws InterruptedException {
    try {
      long start = System.nanoTime();
      for (Way way : ways) {
        way.start(dataframes.client());
      }
      WarmUp warmUp = warmUp(task.effort(), ways.size(), /* sortsInARound= */ 1);
      while (!warmUp.isOver() || secondsSince(start) < warmUpSeconds()) {
        Turn turn = warmUp.rounds() == 0 ? Turn.FIRST : Turn.WARM_UP;
        for (int i = 0; i < ways.size(); i++) {
          warmUp.took(i, round(ways.get(i), turn));
        }
      }
      warmUpRounds = warmUp.rounds();
      start = System.nanoTime();
      for (int round = 0; round < task.effort().rounds(); round++) {
        if (round > 0 && secondsSince(start) > task.effort().budgetSeconds() * ways.size()) {
          break;
        }
        for (Way way : ways) {
          round(way, Turn.COUNTED);
        }
      }
    } finally {
      ways.forEach(Way::close);
    }
    return ways.stream().map(this::outcome).toList();
  }

  /**
   * What warms ours up: two rounds where nothing is to be warm.
   *
   * @param sortsInARound of each process
   */
  static WarmUp warmUp(Effort effort, int ways, int sortsInARound) {
    return effort.warmUpSeconds() > 0
        ? new WarmUp(ways, WARM_UP_ROUNDS / sortsInARound, MOST_SECONDS)
        : new WarmUp(ways, 2 / sortsInARound, 0);
  }

  private double warmUpSeconds() {
    return task.effort().warmUpSeconds() * ways.size();
  }

  private static double secondsSince(long nanos) {
    return (System.nanoTime() - nanos) / 1e9;
  }

  /** Sorts once, and gives the seconds. */
  private double round(Way way, Turn turn) throws InterruptedException {
    PeerTask.Variant variant = way.variant;
    ParallelSort sort =
        ParallelSort.of(dataframes)
            .by(
                Arrays.stream(task.orderBy().split(", ", -1))
                    .map(key -> SortKey.parse(key.toLowerCase(Locale.ROOT).replace(' ', ':')))
                    .toList())
            .partitions(task.ids())
            .verified(variant.verified());
    sort = way.workers == null ? sort.threads() : sort.processes(way.workers);
    sort = variant.workers() == 0 ? sort : sort.workers(variant.workers());
    SortResult result;
    try (MemoryWatch memory =
        new MemoryWatch(
            ProcessHandle.current(), workersBut(way), () -> dataframes.client().stats().used())) {
      result = sort.run();
      way.peak = Math.max(way.peak, memory.peak());
    }
    if (turn == Turn.FIRST) {
      way.check = checked(result);
      way.firstSeconds = result.totalSeconds();
    } else if (turn == Turn.COUNTED) {
      way.seconds.add(result.totalSeconds());
    }
    double mean = (double) result.rows() / result.buckets().size();
    long largest = result.buckets().stream().mapToLong(SortResult.Bucket::rows).max().orElse(0);
    way.skew = Math.max(way.skew, mean == 0 ? 0 : largest / mean);
    List<ObjectId> made = new ArrayList<>(result.bucketIds());
    made.add(result.manifest());
    made.forEach(dataframes.client()::delete);
    return result.totalSeconds();
  }

  /** The workers that only wait for other ways' turns. */
  private Set<Long> workersBut(Way way) {
    return ways.stream()
        .filter(other -> other != way)
        .flatMap(other -> other.pids.stream())
        .collect(Collectors.toSet());
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
    String started =
        way.variant.processes()
            ? String.format(
                Locale.ROOT,
                "started in %.2f s, their first sort %.2f s",
                way.startSeconds,
                way.firstSeconds)
            : String.format(Locale.ROOT, "the first sort %.2f s", way.firstSeconds);
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
            "largest bucket %.2f × the mean; %s; %d rounds to warm up",
            way.skew,
            started,
            warmUpRounds),
        null);
  }
}
