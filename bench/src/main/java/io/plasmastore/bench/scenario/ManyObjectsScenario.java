package io.plasmastore.bench.scenario;

import io.plasmastore.ObjectId;
import io.plasmastore.PlasmaClient;
import io.plasmastore.bench.data.Batches;
import io.plasmastore.bench.data.Footprint;
import io.plasmastore.bench.data.StoredObjects;
import io.plasmastore.bench.measure.Measurement;
import io.plasmastore.bench.report.Goal;
import io.plasmastore.bench.report.Row;
import io.plasmastore.bench.report.Unit;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/**
 * A store filled with a million small objects, and emptied again: how long that takes, whether the
 * last ones take longer than the first ones, and what each costs beside its bytes.
 */
final class ManyObjectsScenario implements Scenario {
  private static final String CREATE = "create all";
  private static final String DELETE = "delete all";
  private static final String FIRST = "first tenth, each object";
  private static final String LAST = "last tenth, each object";
  private static final String SHARED = "shared memory beside the data, each object";
  private static final String JAVA = "the store's Java heap, each object";
  private static final String OVERHEAD = "both, each object";

  private static final int ROUNDS = 3;
  private static final int PARTS = 10;
  private static final long BYTES_PER_OBJECT = 256;
  private static final double CREATE_NANOS_EACH = 2_000;
  private static final double DELETE_NANOS_EACH = 1_000;
  private static final double SLOWDOWN = 1.25;
  private static final double OVERHEAD_BYTES = 200;

  @Override
  public String name() {
    return "many-objects";
  }

  @Override
  public String title(Settings settings) {
    return "%,d objects of %d B in batches of 1,000, created and deleted by one thread"
        .formatted(count(settings), StoredObjects.SIZE);
  }

  @Override
  public long capacity(Settings settings) {
    return (64L << 20) + count(settings) * BYTES_PER_OBJECT;
  }

  @Override
  public List<Measurement> measure(Subject subject) throws Exception {
    PlasmaClient client = subject.client();
    int count = count(subject.settings());
    List<ObjectId> ids = Stream.generate(ObjectId::random).limit(count).toList();
    Footprint empty = Footprint.of(client);
    double[] create = new double[ROUNDS];
    double[] delete = new double[ROUNDS];
    double[] first = new double[ROUNDS];
    double[] last = new double[ROUNDS];
    Footprint full = empty;
    for (int round = 0; round < ROUNDS; round++) {
      subject.progress().accept("round %d of %d".formatted(round + 1, ROUNDS));
      double[] parts = create(client, ids);
      create[round] = Arrays.stream(parts).sum();
      first[round] = parts[0] / count * PARTS;
      last[round] = parts[PARTS - 1] / count * PARTS;
      if (round == 0) {
        full = Footprint.of(client);
      }
      delete[round] = delete(client, ids);
      if (client.stats().used() != 0) {
        throw new IllegalStateException("memory did not come back: used=" + client.stats().used());
      }
    }
    long data = (long) count * StoredObjects.SIZE;
    double shared = full.tables() - empty.tables() + full.objects() - data;
    double java = full.javaHeap() - empty.javaHeap();
    return List.of(
        Measurement.of(CREATE, create),
        Measurement.of(DELETE, delete),
        Measurement.of(FIRST, first),
        Measurement.of(LAST, last),
        Measurement.of(SHARED, shared / count),
        Measurement.of(JAVA, java / count),
        Measurement.of(OVERHEAD, (shared + java) / count));
  }

  @Override
  public List<Row> rows(Settings settings, List<Measurement> measurements) {
    Measurement first = Measurement.named(measurements, FIRST);
    Measurement last = Measurement.named(measurements, LAST);
    int count = count(settings);
    return List.of(
        Row.of(CREATE, Measurement.named(measurements, CREATE))
            .withGoal(Goal.medianAtMost(CREATE_NANOS_EACH * count)),
        Row.of(DELETE + ", all memory back", Measurement.named(measurements, DELETE))
            .withGoal(Goal.medianAtMost(DELETE_NANOS_EACH * count)),
        Row.of(FIRST, first),
        Row.of(LAST + " (ratio to the first)", last)
            .withRatio(last.p50() / first.p50())
            .withGoal(Goal.ratioAtMost(SLOWDOWN)),
        Row.of(SHARED, Measurement.named(measurements, SHARED)).in(Unit.BYTES),
        Row.of(JAVA, Measurement.named(measurements, JAVA)).in(Unit.BYTES),
        Row.of(OVERHEAD, Measurement.named(measurements, OVERHEAD))
            .in(Unit.BYTES)
            .withGoal(Goal.medianAtMost(OVERHEAD_BYTES)));
  }

  private static int count(Settings settings) {
    return Math.ceilDiv(settings.manyObjects(), PARTS) * PARTS;
  }

  /** Creates all; returns the nanoseconds that each part took. */
  private static double[] create(PlasmaClient client, List<ObjectId> ids)
      throws InterruptedException {
    double[] nanos = new double[PARTS];
    int part = ids.size() / PARTS;
    for (int i = 0; i < PARTS; i++) {
      long start = System.nanoTime();
      Batches.create(client, i * part, (i + 1) * part, ids::get);
      nanos[i] = System.nanoTime() - start;
    }
    return nanos;
  }

  private static double delete(PlasmaClient client, List<ObjectId> ids) {
    long start = System.nanoTime();
    Batches.checkDone(client.deleteAll(ids));
    return System.nanoTime() - start;
  }
}
