package io.plasmastore.bench.scenario;

import io.plasmastore.ObjectId;
import io.plasmastore.ObjectWriter;
import io.plasmastore.arrow.ArrowClient;
import io.plasmastore.bench.data.Dataframes;
import io.plasmastore.bench.measure.Interleaving;
import io.plasmastore.bench.measure.Measurement;
import io.plasmastore.bench.measure.Probe;
import io.plasmastore.bench.report.Figures;
import io.plasmastore.bench.report.Goal;
import io.plasmastore.bench.report.Row;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.List;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.VectorSchemaRoot;

/**
 * Putting a dataframe into memory that another object had before, against copying as many bytes
 * with {@link MemorySegment#copy}: within this process's own memory, and into shared memory of the
 * same store. The put is the whole of it: sizing, create, copy, seal.
 */
final class DataframePutScenario implements Scenario {
  /** Which dataframe, and how fast it must be put. */
  private enum Kind {
    PLAIN("put", Dataframes.COLUMNS, Dataframes.BYTES_PER_ROW, 0.8),
    FLAGGED("put-rows", Dataframes.COLUMNS + 1, Dataframes.BYTES_PER_ROW, 0.85);

    private final String scenario;
    private final int columns;
    private final int bytesPerRow;
    private final double goal;

    Kind(String scenario, int columns, int bytesPerRow, double goal) {
      this.scenario = scenario;
      this.columns = columns;
      this.bytesPerRow = bytesPerRow;
      this.goal = goal;
    }

    int rows(Settings settings) {
      return this == PLAIN
          ? Math.toIntExact(settings.putBytes() / bytesPerRow)
          : settings.largeRows() / 2;
    }
  }

  private static final String PUT = "put";
  private static final String PRIVATE_COPY = "plain copy, private to private memory";
  private static final String SHARED_COPY = "plain copy, private to the store's memory";
  private static final int WARM_UP_ROWS = 1_000;

  private final Kind kind;

  private DataframePutScenario(Kind kind) {
    this.kind = kind;
  }

  /** A dataframe of so many bytes. */
  static DataframePutScenario plain() {
    return new DataframePutScenario(Kind.PLAIN);
  }

  /** A dataframe of so many rows, with a column of flags besides. */
  static DataframePutScenario flagged() {
    return new DataframePutScenario(Kind.FLAGGED);
  }

  @Override
  public String name() {
    return kind.scenario;
  }

  @Override
  public String title(Settings settings) {
    return "put of a dataframe of %,d MB onto re-used pages (%d columns, %,d rows)"
        .formatted(bytes(settings) / 1_000_000, kind.columns, kind.rows(settings));
  }

  @Override
  public long capacity(Settings settings) {
    return (256L << 20) + 3 * bytes(settings);
  }

  @Override
  public List<Measurement> measure(Subject subject) throws Exception {
    Settings settings = subject.settings();
    try (BufferAllocator allocator = new RootAllocator();
        Arena arena = Arena.ofShared();
        VectorSchemaRoot root = create(allocator, kind.rows(settings))) {
      ArrowClient dataframes = ArrowClient.over(subject.client(), allocator);
      warmUp(dataframes, settings);
      Put put = new Put(dataframes, root);
      long size = put.size();
      MemorySegment source = put.bytes(arena);
      MemorySegment target = arena.allocate(size);
      try (ObjectWriter shared = subject.client().create(ObjectId.random(), size)) {
        return Interleaving.measure(
            List.of(
                put,
                Probe.of(PRIVATE_COPY, 1, 1, () -> MemorySegment.copy(source, 0, target, 0, size)),
                Probe.of(
                    SHARED_COPY,
                    1,
                    1,
                    () -> MemorySegment.copy(source, 0, shared.data(), 0, size))),
            settings.warmup(),
            settings.duration());
      }
    }
  }

  @Override
  public List<Row> rows(Settings settings, List<Measurement> measurements) {
    Measurement put = Measurement.named(measurements, PUT);
    Measurement privateCopy = Measurement.named(measurements, PRIVATE_COPY);
    Measurement sharedCopy = Measurement.named(measurements, SHARED_COPY);
    Measurement faster = privateCopy.p50() < sharedCopy.p50() ? privateCopy : sharedCopy;
    return List.of(
        row(put, "ratio: its speed to the faster copy's", settings)
            .withRatio(faster.p50() / put.p50())
            .withGoal(Goal.ratioAtLeast(kind.goal)),
        row(privateCopy, "4 KB pages", settings),
        row(sharedCopy, "huge pages where the kernel gives them", settings));
  }

  private Row row(Measurement measurement, String note, Settings settings) {
    return Row.of(
        "%s: %s (%s)"
            .formatted(
                measurement.name(), Figures.throughput(bytes(settings), measurement.p50()), note),
        measurement);
  }

  private long bytes(Settings settings) {
    return (long) kind.rows(settings) * kind.bytesPerRow;
  }

  private VectorSchemaRoot create(BufferAllocator allocator, int rows) {
    return kind == Kind.PLAIN
        ? Dataframes.create(allocator, kind.columns, rows)
        : Dataframes.withFlags(allocator, rows);
  }

  /**
   * Small puts, until both processes have compiled what a put does beside the copy: the large ones
   * are too few for that, and what is interpreted takes 2 ms of each.
   */
  private void warmUp(ArrowClient dataframes, Settings settings) {
    try (VectorSchemaRoot root = create(dataframes.allocator(), WARM_UP_ROWS)) {
      Put put = new Put(dataframes, root);
      long start = System.nanoTime();
      while (System.nanoTime() - start < settings.warmup().toNanos()) {
        put.sample();
        put.afterRound();
      }
    }
  }

  /** Puts a dataframe, and deletes it off the clock, so that the next one has the same pages. */
  private static final class Put implements Probe {
    private final ArrowClient dataframes;
    private final VectorSchemaRoot root;
    private final ObjectId id = ObjectId.random();

    Put(ArrowClient dataframes, VectorSchemaRoot root) {
      this.dataframes = dataframes;
      this.root = root;
    }

    long size() {
      sample();
      try (var object = dataframes.client().get(id)) {
        return object.size();
      } finally {
        afterRound();
      }
    }

    /** What a put writes, in private memory. */
    MemorySegment bytes(Arena arena) {
      sample();
      try (var object = dataframes.client().get(id)) {
        return arena.allocate(object.size()).copyFrom(object.data());
      } finally {
        afterRound();
      }
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
      dataframes.put(id, root);
    }

    @Override
    public void afterRound() {
      if (!dataframes.client().delete(id)) {
        throw new IllegalStateException("what was put is not there: id=" + id);
      }
    }
  }
}
