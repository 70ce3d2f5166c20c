package io.plasmastore.bench.scenario;

import io.plasmastore.ObjectId;
import io.plasmastore.arrow.ArrowClient;
import io.plasmastore.bench.data.Dataframes;
import io.plasmastore.bench.data.EmptyRoundTrip;
import io.plasmastore.bench.measure.Interleaving;
import io.plasmastore.bench.measure.Measurement;
import io.plasmastore.bench.measure.Probe;
import io.plasmastore.bench.report.Goal;
import io.plasmastore.bench.report.Row;
import java.util.List;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.VectorSchemaRoot;

/** Getting a dataframe and closing it, a small one and a large one. */
final class DataframeGetScenario implements Scenario {
  private static final String SMALL = "get + close, small";
  private static final String LARGE = "get + close, large";
  private static final String ROUND_TRIP = "empty round trip to the store";
  private static final int GETS_PER_SAMPLE = 100;
  private static final int SAMPLES_PER_ROUND = 20;
  private static final int ROUND_TRIPS_PER_ROUND = 50;
  private static final double GOAL_NANOS = 5_000;

  @Override
  public String name() {
    return "dataframe-get";
  }

  @Override
  public String title(Settings settings) {
    return "VectorSchemaRoot get + close, %d columns (int64, float64, int32, utf8): %,d and %,d rows"
        .formatted(Dataframes.COLUMNS, settings.smallRows(), settings.largeRows());
  }

  @Override
  public long capacity(Settings settings) {
    return (64L << 20)
        + (long) (settings.smallRows() + settings.largeRows()) * Dataframes.BYTES_PER_ROW * 5 / 4;
  }

  @Override
  public List<Measurement> measure(Subject subject) throws Exception {
    Settings settings = subject.settings();
    try (BufferAllocator allocator = new RootAllocator()) {
      ArrowClient dataframes = ArrowClient.over(subject.client(), allocator);
      ObjectId small = put(dataframes, settings.smallRows());
      ObjectId large = put(dataframes, settings.largeRows());
      EmptyRoundTrip roundTrip = new EmptyRoundTrip(subject.client());
      return Interleaving.measure(
          List.of(
              Probe.of(
                  SMALL,
                  GETS_PER_SAMPLE,
                  SAMPLES_PER_ROUND,
                  () -> getMany(dataframes, small, settings.smallRows())),
              Probe.of(
                  LARGE,
                  GETS_PER_SAMPLE,
                  SAMPLES_PER_ROUND,
                  () -> getMany(dataframes, large, settings.largeRows())),
              Probe.of(ROUND_TRIP, 1, ROUND_TRIPS_PER_ROUND, roundTrip::run)),
          settings.warmup(),
          settings.duration());
    }
  }

  @Override
  public List<Row> rows(Settings settings, List<Measurement> measurements) {
    Measurement small = Measurement.named(measurements, SMALL);
    Measurement large = Measurement.named(measurements, LARGE);
    Measurement roundTrip = Measurement.named(measurements, ROUND_TRIP);
    return List.of(
        Row.of(SMALL, small).withGoal(Goal.medianAtMost(GOAL_NANOS)),
        Row.of(LARGE + " (ratio to small)", large)
            .withRatio(large.p50() / small.p50())
            .withGoal(Goal.medianAtMost(GOAL_NANOS)),
        Row.of(ROUND_TRIP + " (ratio to small)", roundTrip)
            .withRatio(roundTrip.p50() / small.p50()));
  }

  private static ObjectId put(ArrowClient dataframes, int rows) {
    ObjectId id = ObjectId.random();
    try (VectorSchemaRoot root =
        Dataframes.create(dataframes.allocator(), Dataframes.COLUMNS, rows)) {
      dataframes.put(id, root);
    }
    return id;
  }

  private static void getMany(ArrowClient dataframes, ObjectId id, int rows) {
    for (int i = 0; i < GETS_PER_SAMPLE; i++) {
      try (VectorSchemaRoot root = dataframes.get(id)) {
        if (root.getRowCount() != rows) {
          throw new IllegalStateException(
              "another dataframe came back: rows=" + root.getRowCount() + " wanted=" + rows);
        }
      }
    }
  }
}
