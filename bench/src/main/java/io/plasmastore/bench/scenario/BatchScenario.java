package io.plasmastore.bench.scenario;

import io.plasmastore.NewSealedObject;
import io.plasmastore.ObjectId;
import io.plasmastore.PlasmaClient;
import io.plasmastore.bench.data.Batches;
import io.plasmastore.bench.data.EmptyRoundTrip;
import io.plasmastore.bench.data.StoredObjects;
import io.plasmastore.bench.measure.Interleaving;
import io.plasmastore.bench.measure.Measurement;
import io.plasmastore.bench.measure.Probe;
import io.plasmastore.bench.process.Placement;
import io.plasmastore.bench.report.Goal;
import io.plasmastore.bench.report.Row;
import java.util.List;
import java.util.stream.IntStream;

/** Creating, sealing and deleting small objects, many in one round trip. */
final class BatchScenario implements Scenario {
  private static final String CREATE = "createAndSealAll of 100, each object";
  private static final String DELETE = "deleteAll of 100, each object";
  private static final String ROUND_TRIP = "empty round trip to the store";

  private static final int BATCH = 100;
  private static final int SAMPLES_PER_ROUND = 50;
  private static final double GOAL_NANOS = 1_000;

  @Override
  public String name() {
    return "batches";
  }

  @Override
  public String title(Settings settings) {
    return "createAndSeal of %d B in batches of %d, one thread"
        .formatted(StoredObjects.SIZE, BATCH);
  }

  @Override
  public long capacity(Settings settings) {
    return 64L << 20;
  }

  @Override
  public List<Placement> placements() {
    return List.of(Placement.ONE_CORE, Placement.ANY_CORE);
  }

  @Override
  public List<Measurement> measure(Subject subject) throws Exception {
    List<List<ObjectId>> batches =
        IntStream.range(0, SAMPLES_PER_ROUND).mapToObj(BatchScenario::ids).toList();
    EmptyRoundTrip roundTrip = new EmptyRoundTrip(subject.client());
    // In this order: what the one has created the other deletes.
    return Interleaving.measure(
        List.of(
            new Create(subject.client(), batches),
            new Delete(subject.client(), batches),
            Probe.of(ROUND_TRIP, 1, SAMPLES_PER_ROUND, roundTrip::run)),
        subject.settings().warmup(),
        subject.settings().duration());
  }

  @Override
  public List<Row> rows(Settings settings, List<Measurement> measurements) {
    return List.of(
        Row.of(CREATE, Measurement.named(measurements, CREATE))
            .withGoal(Goal.medianAtMost(GOAL_NANOS)),
        Row.of(DELETE, Measurement.named(measurements, DELETE))
            .withGoal(Goal.medianAtMost(GOAL_NANOS)),
        Row.of(ROUND_TRIP, Measurement.named(measurements, ROUND_TRIP)));
  }

  private static List<ObjectId> ids(int unusedBatch) {
    return IntStream.range(0, BATCH).mapToObj(unused -> ObjectId.random()).toList();
  }

  private abstract static sealed class OneOfManyBatches implements Probe {
    final PlasmaClient client;
    final List<List<ObjectId>> batches;
    private final String name;
    private int next;

    OneOfManyBatches(String name, PlasmaClient client, List<List<ObjectId>> batches) {
      this.name = name;
      this.client = client;
      this.batches = batches;
    }

    @Override
    public String name() {
      return name;
    }

    @Override
    public int operations() {
      return BATCH;
    }

    @Override
    public int samplesPerRound() {
      return SAMPLES_PER_ROUND;
    }

    @Override
    public void afterRound() {
      next = 0;
    }

    List<ObjectId> nextBatch() {
      return batches.get(next++);
    }
  }

  private static final class Create extends OneOfManyBatches {
    private final byte[] data = new byte[StoredObjects.SIZE];

    Create(PlasmaClient client, List<List<ObjectId>> batches) {
      super(CREATE, client, batches);
    }

    @Override
    public void sample() throws InterruptedException {
      List<NewSealedObject> objects =
          nextBatch().stream().map(id -> NewSealedObject.of(id, data)).toList();
      Batches.checkDone(client.createAndSealAll(objects, Batches.PATIENCE));
    }
  }

  private static final class Delete extends OneOfManyBatches {
    Delete(PlasmaClient client, List<List<ObjectId>> batches) {
      super(DELETE, client, batches);
    }

    @Override
    public void sample() {
      Batches.checkDone(client.deleteAll(nextBatch()));
    }
  }
}
