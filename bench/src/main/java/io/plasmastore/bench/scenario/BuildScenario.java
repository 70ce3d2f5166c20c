package io.plasmastore.bench.scenario;

import io.plasmastore.ObjectId;
import io.plasmastore.arrow.ArrowBuilder;
import io.plasmastore.arrow.ArrowClient;
import io.plasmastore.arrow.BuildOptions;
import io.plasmastore.bench.data.FilledColumns;
import io.plasmastore.bench.measure.Interleaving;
import io.plasmastore.bench.measure.Measurement;
import io.plasmastore.bench.measure.Probe;
import io.plasmastore.bench.report.Goal;
import io.plasmastore.bench.report.Row;
import java.util.List;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.types.pojo.Schema;

/**
 * Building a dataframe inside the store, in an object whose capacity suffices, against building it
 * with the same code on arrow-java's own allocator: in vectors that are used over and over, so that
 * their pages are as warm as those of the store, and in new vectors each time. What is built on
 * arrow-java's allocator is not in the store yet; the last row puts it there.
 */
final class BuildScenario implements Scenario {
  private static final String IN_PLACE = "built in the store: create, allocate, fill, seal";
  private static final String SEAL = "of that, the seal";
  private static final String COUNTING_SEAL =
      "the seal where columns may have nulls, and these are counted";
  private static final int WARM_UP_ROWS = 1_000;
  private static final int WARM_UP_BUILDS = 15_000;

  /** On a machine with other work they may take longer than anybody wants to wait. */
  private static final int MAX_WARM_UPS = 4;

  private static final String WARM = "built on arrow's allocator, vectors used again";
  private static final String FRESH = "built on arrow's allocator, new vectors";
  private static final String PUT = "built on arrow's allocator, vectors used again, and put";
  private static final double MAX_SEAL_NANOS = 100_000;

  @Override
  public String name() {
    return "build-in-place";
  }

  @Override
  public String title(Settings settings) {
    return ("building a dataframe of 5 columns (int64, float64, int32, bool, utf8), %,d rows, by a"
            + " process that has built %,d small ones")
        .formatted(rows(settings), WARM_UP_BUILDS);
  }

  @Override
  public long capacity(Settings settings) {
    return (256L << 20) + 2 * FilledColumns.capacity(rows(settings));
  }

  @Override
  public List<Measurement> measure(Subject subject) throws Exception {
    Settings settings = subject.settings();
    int rows = rows(settings);
    try (BufferAllocator allocator = new RootAllocator();
        VectorSchemaRoot warm = FilledColumns.create(allocator)) {
      ArrowClient dataframes = ArrowClient.over(subject.client(), allocator);
      FilledColumns.allocate(warm, rows);
      warmUp(dataframes, settings);
      return Interleaving.measure(
          List.of(
              new InPlace(dataframes, FilledColumns.SCHEMA, rows, IN_PLACE, false),
              new InPlace(dataframes, FilledColumns.SCHEMA, rows, SEAL, true),
              new InPlace(dataframes, FilledColumns.NULLABLE, rows, COUNTING_SEAL, true),
              Probe.of(WARM, 1, 1, () -> refill(warm, rows)),
              Probe.of(FRESH, 1, 1, () -> fillNew(allocator, rows)),
              new Put(dataframes, warm, rows)),
          settings.warmup(),
          settings.duration());
    }
  }

  @Override
  public List<Row> rows(Settings settings, List<Measurement> measurements) {
    Measurement inPlace = Measurement.named(measurements, IN_PLACE);
    Measurement warm = Measurement.named(measurements, WARM);
    Measurement fresh = Measurement.named(measurements, FRESH);
    Measurement put = Measurement.named(measurements, PUT);
    return List.of(
        Row.of(IN_PLACE + " (ratio: its speed to vectors used again)", inPlace)
            .withRatio(warm.p50() / inPlace.p50())
            .withGoal(Goal.ratioAtLeast(1)),
        Row.of(SEAL, Measurement.named(measurements, SEAL))
            .withGoal(Goal.medianAtMost(MAX_SEAL_NANOS)),
        Row.of(COUNTING_SEAL, Measurement.named(measurements, COUNTING_SEAL)),
        Row.of(WARM, warm),
        Row.of(FRESH + " (ratio to in the store)", fresh).withRatio(fresh.p50() / inPlace.p50()),
        Row.of(PUT + " (ratio to in the store)", put).withRatio(put.p50() / inPlace.p50()));
  }

  private static int rows(Settings settings) {
    return settings.largeRows() / 2;
  }

  /**
   * Small builds, until both processes have compiled what a build does beside the values: the large
   * ones are too few for that. They are counted, as the compiler does: how many there are in a
   * given time depends on what else the machine does.
   */
  private static void warmUp(ArrowClient dataframes, Settings settings) {
    InPlace small = new InPlace(dataframes, FilledColumns.SCHEMA, WARM_UP_ROWS, SEAL, true);
    long start = System.nanoTime();
    long most = MAX_WARM_UPS * settings.warmup().toNanos();
    for (int i = 0; i < WARM_UP_BUILDS && System.nanoTime() - start < most; i++) {
      small.sample();
      small.afterRound();
    }
  }

  private static void refill(VectorSchemaRoot root, int rows) {
    // Clears the bytes, as an allocation does.
    root.getFieldVectors().forEach(FieldVector::reset);
    FilledColumns.fill(root, rows);
  }

  private static void fillNew(BufferAllocator allocator, int rows) {
    try (VectorSchemaRoot root = FilledColumns.create(allocator)) {
      FilledColumns.allocate(root, rows);
      FilledColumns.fill(root, rows);
    }
  }

  /** Builds and seals, and deletes off the clock, so that the next has the same pages. */
  private static final class InPlace implements Probe {
    private final ArrowClient dataframes;
    private final Schema schema;
    private final int rows;
    private final String name;
    private final boolean sealOnly;
    private final ObjectId id = ObjectId.random();

    InPlace(ArrowClient dataframes, Schema schema, int rows, String name, boolean sealOnly) {
      this.dataframes = dataframes;
      this.schema = schema;
      this.rows = rows;
      this.name = name;
      this.sealOnly = sealOnly;
    }

    @Override
    public String name() {
      return name;
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
      var unused = timedSample();
    }

    @Override
    public long timedSample() {
      long start = System.nanoTime();
      BuildOptions options = BuildOptions.DEFAULT.withCapacity(FilledColumns.capacity(rows));
      try (ArrowBuilder builder = dataframes.build(id, schema, options)) {
        FilledColumns.allocate(builder.root(), rows);
        FilledColumns.fill(builder.root(), rows);
        long filled = System.nanoTime();
        builder.seal();
        long sealed = System.nanoTime();
        return sealOnly ? sealed - filled : sealed - start;
      }
    }

    @Override
    public void afterRound() {
      delete(dataframes, id);
    }
  }

  /** Builds elsewhere and puts, and deletes off the clock. */
  private static final class Put implements Probe {
    private final ArrowClient dataframes;
    private final VectorSchemaRoot root;
    private final int rows;
    private final ObjectId id = ObjectId.random();

    Put(ArrowClient dataframes, VectorSchemaRoot root, int rows) {
      this.dataframes = dataframes;
      this.root = root;
      this.rows = rows;
    }

    @Override
    public String name() {
      return PUT;
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
      refill(root, rows);
      dataframes.put(id, root);
    }

    @Override
    public void afterRound() {
      delete(dataframes, id);
    }
  }

  private static void delete(ArrowClient dataframes, ObjectId id) {
    if (!dataframes.client().delete(id)) {
      throw new IllegalStateException("what was built is not there: id=" + id);
    }
  }
}
