package io.plasmastore.bench.scenario;

import io.plasmastore.ObjectId;
import io.plasmastore.PlasmaClient;
import io.plasmastore.bench.data.WritingClient;
import io.plasmastore.bench.measure.Interleaving;
import io.plasmastore.bench.measure.Measurement;
import io.plasmastore.bench.measure.Probe;
import io.plasmastore.bench.report.Figures;
import io.plasmastore.bench.report.Goal;
import io.plasmastore.bench.report.Row;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;

/**
 * Putting 64 MB of bytes onto pages that the store has already: by processes that touch them for
 * the first time, against a plain copy within each of these processes; and by one process, over and
 * over, the slowest against the usual. A put is the whole of it: create, copy, seal.
 */
final class WarmPutScenario implements Scenario {
  private static final String FIRST = "first put of a new process";
  private static final String NEXT = "next puts of that process";
  private static final String COPY = "plain copy, private to private memory";
  private static final String PUTS = "put, over and over";
  private static final String COPIES = "plain copy, in turns with these puts";

  /** The store has so little room beside the object that the next one must lie where it lay. */
  private static final long ROOM_BESIDE = 8L << 20;

  private static final long SIZE = 64L << 20;
  private static final byte FILL = 1;
  private static final int PROCESSES = 7;
  private static final int WARM_UP_SHARE = 3;
  private static final double FIRST_GOAL = 0.7;
  private static final double STABLE_GOAL = 2;

  @Override
  public String name() {
    return "warm-put";
  }

  @Override
  public String title(Settings settings) {
    return "put of %,d B onto pages that the store has: %d new processes, and one over and over"
        .formatted(size(settings), PROCESSES);
  }

  @Override
  public long capacity(Settings settings) {
    return size(settings) + ROOM_BESIDE;
  }

  @Override
  public List<Measurement> measure(Subject subject) throws Exception {
    List<Measurement> measurements = new ArrayList<>(newProcesses(subject));
    subject.client().delete(WritingClient.object(PROCESSES));
    measurements.addAll(onAndOn(subject));
    return measurements;
  }

  private static List<Measurement> newProcesses(Subject subject) throws Exception {
    PlasmaClient client = subject.client();
    Settings settings = subject.settings();
    long warmUpMillis = settings.warmupMillis() / WARM_UP_SHARE;
    double[] first = new double[PROCESSES];
    double[] next = new double[PROCESSES];
    double[] copy = new double[PROCESSES];
    WritingClient.createFirst(client, size(settings));
    for (int i = 0; i < PROCESSES; i++) {
      try (WritingClient writer = WritingClient.start(client, i, size(settings), warmUpMillis)) {
        WritingClient.Times times = writer.write();
        first[i] = times.first();
        next[i] = times.next();
        copy[i] = times.copy();
      }
    }
    return List.of(
        Measurement.of(FIRST, first), Measurement.of(NEXT, next), Measurement.of(COPY, copy));
  }

  private static List<Measurement> onAndOn(Subject subject) throws Exception {
    try (Arena arena = Arena.ofShared()) {
      long size = size(subject.settings());
      MemorySegment source = arena.allocate(size).fill(FILL);
      MemorySegment target = arena.allocate(size).fill(FILL);
      return Interleaving.measure(
          List.of(
              new Put(subject.client(), source),
              Probe.of(COPIES, 1, 1, () -> MemorySegment.copy(source, 0, target, 0, size))),
          subject.settings().warmup(),
          subject.settings().duration());
    }
  }

  @Override
  public List<Row> rows(Settings settings, List<Measurement> measurements) {
    Measurement first = Measurement.named(measurements, FIRST);
    Measurement next = Measurement.named(measurements, NEXT);
    Measurement copy = Measurement.named(measurements, COPY);
    Measurement puts = Measurement.named(measurements, PUTS);
    Measurement copies = Measurement.named(measurements, COPIES);
    return List.of(
        row(first, " (ratio: its speed to the copy's)", settings)
            .withRatio(copy.p50() / first.p50())
            .withGoal(Goal.ratioAtLeast(FIRST_GOAL)),
        row(next, " (ratio: likewise)", settings).withRatio(copy.p50() / next.p50()),
        row(copy, "", settings),
        row(puts, ", %,d times (ratio: p99 to p50)".formatted(puts.samples()), settings)
            .withRatio(puts.p99() / puts.p50())
            .withGoal(Goal.ratioAtMost(STABLE_GOAL)),
        row(copies, " (ratio: p99 to p50)", settings).withRatio(copies.p99() / copies.p50()));
  }

  private static Row row(Measurement measurement, String note, Settings settings) {
    return Row.of(
        measurement.name() + ": " + Figures.throughput(size(settings), measurement.p50()) + note,
        measurement);
  }

  private static long size(Settings settings) {
    return Math.min(SIZE, settings.putBytes());
  }

  /** Puts the bytes, and deletes them off the clock, so that the next ones have the same pages. */
  private record Put(PlasmaClient client, ObjectId id, MemorySegment source) implements Probe {
    Put(PlasmaClient client, MemorySegment source) {
      this(client, ObjectId.random(), source);
    }

    @Override
    public String name() {
      return PUTS;
    }

    @Override
    public int operations() {
      return 1;
    }

    @Override
    public int samplesPerRound() {
      return 1;
    }

    @Override
    public void sample() {
      long unused = WritingClient.put(client, id, source);
    }

    @Override
    public void afterRound() {
      client.delete(id);
    }
  }
}
