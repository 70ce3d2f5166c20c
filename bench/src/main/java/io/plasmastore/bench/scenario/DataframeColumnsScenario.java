package io.plasmastore.bench.scenario;

import io.plasmastore.ObjectId;
import io.plasmastore.arrow.ArrowClient;
import io.plasmastore.arrow.Columns;
import io.plasmastore.bench.data.Dataframes;
import io.plasmastore.bench.measure.Interleaving;
import io.plasmastore.bench.measure.Measurement;
import io.plasmastore.bench.measure.Probe;
import io.plasmastore.bench.report.Goal;
import io.plasmastore.bench.report.Row;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.VectorSchemaRoot;

/**
 * What a dataframe costs by its number of columns: getting and closing it, and loading it into a
 * root that is there already. And what some of many columns cost.
 */
final class DataframeColumnsScenario implements Scenario {
  private static final int ROWS = 1_000;
  private static final int MANY = 1_000;
  private static final int GETS_PER_SAMPLE = 50;
  private static final int SAMPLES_PER_ROUND = 10;

  /** Of the most that a get may take. */
  private static final double LOAD_GOAL = 0.5;

  private static final Columns SOME = Columns.named("long0", "double501", "int502", "text999");
  private static final String GET_SOME = "get + close, 4 of 1,000 columns";

  /** The most nanoseconds that a get may take, by the number of columns. */
  private static final Map<Integer, Double> GOALS = goals();

  @Override
  public String name() {
    return "dataframe-columns";
  }

  @Override
  public String title(Settings settings) {
    return "VectorSchemaRoot got and closed, or loaded again, by columns (%,d rows; int64, float64, int32, utf8 in turn)"
        .formatted(ROWS);
  }

  @Override
  public long capacity(Settings settings) {
    return 128L << 20;
  }

  @Override
  public List<Measurement> measure(Subject subject) throws Exception {
    Settings settings = subject.settings();
    List<VectorSchemaRoot> roots = new ArrayList<>();
    try (BufferAllocator allocator = new RootAllocator()) {
      ArrowClient dataframes = ArrowClient.over(subject.client(), allocator);
      List<Probe> probes = new ArrayList<>();
      for (int columns : GOALS.keySet()) {
        ObjectId id = put(dataframes, columns);
        VectorSchemaRoot root = dataframes.get(id);
        roots.add(root);
        probes.add(probe(get(columns), () -> getMany(dataframes, id)));
        probes.add(probe(load(columns), () -> loadMany(dataframes, id, root)));
      }
      ObjectId many = put(dataframes, MANY);
      probes.add(probe(GET_SOME, () -> getSome(dataframes, many)));
      try {
        return Interleaving.measure(probes, settings.warmup(), settings.duration());
      } finally {
        roots.forEach(VectorSchemaRoot::close);
      }
    }
  }

  @Override
  public List<Row> rows(Settings settings, List<Measurement> measurements) {
    List<Row> rows = new ArrayList<>();
    GOALS.forEach(
        (columns, goal) -> {
          Measurement got = Measurement.named(measurements, get(columns));
          Measurement loaded = Measurement.named(measurements, load(columns));
          rows.add(Row.of(got.name(), got).withGoal(Goal.medianAtMost(goal)));
          rows.add(
              Row.of(loaded.name() + " (ratio to the get)", loaded)
                  .withRatio(loaded.p50() / got.p50())
                  .withGoal(Goal.medianAtMost(goal * LOAD_GOAL)));
        });
    Measurement few = Measurement.named(measurements, get(Dataframes.COLUMNS));
    Measurement some = Measurement.named(measurements, GET_SOME);
    rows.add(Row.of(GET_SOME + " (ratio to all of 4)", some).withRatio(some.p50() / few.p50()));
    return rows;
  }

  private static Map<Integer, Double> goals() {
    Map<Integer, Double> goals = new LinkedHashMap<>();
    goals.put(1, 2_000.0);
    goals.put(Dataframes.COLUMNS, 3_000.0);
    goals.put(20, 10_000.0);
    goals.put(100, 50_000.0);
    return goals;
  }

  private static String get(int columns) {
    return "get + close, columns: " + columns;
  }

  private static String load(int columns) {
    return "load into a root, columns: " + columns;
  }

  private static Probe probe(String name, Probe.Sample sample) {
    return Probe.of(name, GETS_PER_SAMPLE, SAMPLES_PER_ROUND, sample);
  }

  private static ObjectId put(ArrowClient dataframes, int columns) {
    ObjectId id = ObjectId.random();
    try (VectorSchemaRoot root = Dataframes.create(dataframes.allocator(), columns, ROWS)) {
      dataframes.put(id, root);
    }
    return id;
  }

  private static void getMany(ArrowClient dataframes, ObjectId id) {
    for (int i = 0; i < GETS_PER_SAMPLE; i++) {
      try (VectorSchemaRoot root = dataframes.get(id)) {
        check(root);
      }
    }
  }

  private static void getSome(ArrowClient dataframes, ObjectId id) {
    for (int i = 0; i < GETS_PER_SAMPLE; i++) {
      try (VectorSchemaRoot root = dataframes.get(id, SOME)) {
        check(root);
      }
    }
  }

  private static void loadMany(ArrowClient dataframes, ObjectId id, VectorSchemaRoot root) {
    for (int i = 0; i < GETS_PER_SAMPLE; i++) {
      dataframes.load(id, root);
      check(root);
    }
  }

  private static void check(VectorSchemaRoot root) {
    if (root.getRowCount() != ROWS) {
      throw new IllegalStateException(
          "another dataframe came back: rows=" + root.getRowCount() + " wanted=" + ROWS);
    }
  }
}
