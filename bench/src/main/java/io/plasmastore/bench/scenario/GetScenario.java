package io.plasmastore.bench.scenario;

import io.plasmastore.bench.data.EchoClient;
import io.plasmastore.bench.data.EmptyRoundTrip;
import io.plasmastore.bench.data.MemoryReads;
import io.plasmastore.bench.data.StoredObjects;
import io.plasmastore.bench.measure.Interleaving;
import io.plasmastore.bench.measure.Measurement;
import io.plasmastore.bench.measure.Probe;
import io.plasmastore.bench.process.Placement;
import io.plasmastore.bench.report.Goal;
import io.plasmastore.bench.report.Row;
import java.lang.foreign.Arena;
import java.util.List;
import java.util.function.ToIntFunction;
import org.jspecify.annotations.Nullable;

/**
 * Getting small sealed objects and releasing them, one thread, against asking over the socket. The
 * ids come in an order of their own, so that with many objects nothing of the index is in the
 * processor's cache.
 */
final class GetScenario implements Scenario {
  private static final String GET = "get + release";
  private static final String GET_BY_NEW_ID = "get + release by an id that was just made";
  private static final String ROUND_TRIP = "empty round trip to the store";
  private static final String MEMORY_READ = "one read of memory at random, 128 MiB";
  private static final String ECHO = "64 B there and back, plain socket";
  private static final int GETS_PER_SAMPLE = 1_000;
  private static final int READS_PER_SAMPLE = 1_000;
  private static final int SAMPLES_PER_ROUND = 20;
  private static final int ROUND_TRIPS_PER_ROUND = 50;

  /** A slot, its share of the table and of the pages, and what an object takes in the heap. */
  private static final long BYTES_PER_OBJECT = 256;

  private final String name;
  private final ToIntFunction<Settings> count;
  private final double goalNanos;
  private final @Nullable Goal roundTripGoal;
  private final List<Placement> placements;

  private GetScenario(
      String name,
      ToIntFunction<Settings> count,
      double goalNanos,
      @Nullable Goal roundTripGoal,
      List<Placement> placements) {
    this.name = name;
    this.count = count;
    this.goalNanos = goalNanos;
    this.roundTripGoal = roundTripGoal;
    this.placements = placements;
  }

  /** Few objects, over and over. */
  static GetScenario hot() {
    return new GetScenario(
        "get-hot",
        Settings::hotObjects,
        100,
        Goal.ratioAtLeast(50),
        List.of(Placement.ONE_CORE, Placement.ANY_CORE));
  }

  /** Many objects. */
  static GetScenario random() {
    return new GetScenario(
        "get-random", Settings::manyObjects, 400, null, List.of(Placement.ANY_CORE));
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public String title(Settings settings) {
    return "get + release of sealed objects, one thread: %,d objects of %d B, ids shuffled"
        .formatted(count.applyAsInt(settings), StoredObjects.SIZE);
  }

  @Override
  public long capacity(Settings settings) {
    return (64L << 20) + count.applyAsInt(settings) * BYTES_PER_OBJECT;
  }

  @Override
  public List<Placement> placements() {
    return placements;
  }

  @Override
  public List<Measurement> measure(Subject subject) throws Exception {
    int objectCount = count.applyAsInt(subject.settings());
    StoredObjects objects = StoredObjects.create(subject.client(), objectCount);
    EmptyRoundTrip roundTrip = new EmptyRoundTrip(subject.client());
    try (EchoClient echo = EchoClient.connect(subject.echoSocket());
        Arena arena = Arena.ofShared()) {
      MemoryReads memory = new MemoryReads(arena);
      return Interleaving.measure(
          List.of(
              Probe.of(GET, GETS_PER_SAMPLE, SAMPLES_PER_ROUND, () -> getMany(objects)),
              Probe.of(
                  GET_BY_NEW_ID,
                  GETS_PER_SAMPLE,
                  SAMPLES_PER_ROUND,
                  () -> getManyByNewIds(objects)),
              Probe.of(ROUND_TRIP, 1, ROUND_TRIPS_PER_ROUND, roundTrip::run),
              Probe.of(ECHO, 1, ROUND_TRIPS_PER_ROUND, echo::roundTrip),
              Probe.of(
                  MEMORY_READ,
                  READS_PER_SAMPLE,
                  SAMPLES_PER_ROUND,
                  () -> memory.read(READS_PER_SAMPLE))),
          subject.settings().warmup(),
          subject.settings().duration());
    }
  }

  @Override
  public List<Row> rows(Settings settings, List<Measurement> measurements) {
    Measurement get = Measurement.named(measurements, GET);
    Measurement byNewId = Measurement.named(measurements, GET_BY_NEW_ID);
    Measurement roundTrip = Measurement.named(measurements, ROUND_TRIP);
    Measurement echo = Measurement.named(measurements, ECHO);
    Measurement read = Measurement.named(measurements, MEMORY_READ);
    return List.of(
        Row.of(GET, get).withGoal(Goal.medianAtMost(goalNanos)),
        Row.of(GET_BY_NEW_ID + " (ratio to the get)", byNewId)
            .withRatio(byNewId.p50() / get.p50())
            .withGoal(Goal.medianAtMost(goalNanos)),
        Row.of(ROUND_TRIP + " (ratio to the get)", roundTrip)
            .withRatio(roundTrip.p50() / get.p50())
            .withGoal(roundTripGoal),
        Row.of(ECHO + " (ratio to the get)", echo).withRatio(echo.p50() / get.p50()),
        Row.of(MEMORY_READ + " (ratio to the get)", read).withRatio(read.p50() / get.p50()));
  }

  // A loop for each, so that each has compiled code of its own.

  private static void getMany(StoredObjects objects) {
    long bytes = 0;
    for (int i = 0; i < GETS_PER_SAMPLE; i++) {
      bytes += objects.getAndRelease();
    }
    check(bytes);
  }

  private static void getManyByNewIds(StoredObjects objects) {
    long bytes = 0;
    for (int i = 0; i < GETS_PER_SAMPLE; i++) {
      bytes += objects.getByNewIdAndRelease();
    }
    check(bytes);
  }

  private static void check(long bytes) {
    if (bytes != (long) GETS_PER_SAMPLE * StoredObjects.SIZE) {
      throw new IllegalStateException("objects have other sizes than they were given: " + bytes);
    }
  }
}
