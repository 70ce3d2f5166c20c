package io.plasmastore.bench.scenario;

import io.plasmastore.ObjectId;
import io.plasmastore.PlasmaClient;
import io.plasmastore.bench.data.EchoClient;
import io.plasmastore.bench.data.EmptyRoundTrip;
import io.plasmastore.bench.data.StoredObjects;
import io.plasmastore.bench.measure.Interleaving;
import io.plasmastore.bench.measure.Measurement;
import io.plasmastore.bench.measure.Probe;
import io.plasmastore.bench.process.Placement;
import io.plasmastore.bench.report.Goal;
import io.plasmastore.bench.report.Row;
import java.util.List;
import java.util.stream.Stream;

/** Creating and sealing small objects, one thread, against a round trip with nothing in it. */
final class CreateAndSealScenario implements Scenario {
  private static final String CREATE_AND_SEAL = "createAndSeal";
  private static final String ROUND_TRIP = "empty round trip to the store";
  private static final String ECHO = "64 B there and back, plain socket";
  private static final int SAMPLES_PER_ROUND = 100;
  private static final double GOAL = 1.5;

  @Override
  public String name() {
    return "create-and-seal";
  }

  @Override
  public String title(Settings settings) {
    return "createAndSeal of " + StoredObjects.SIZE + " B, one thread, store in another process";
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
    EmptyRoundTrip roundTrip = new EmptyRoundTrip(subject.client());
    try (EchoClient echo = EchoClient.connect(subject.echoSocket())) {
      return Interleaving.measure(
          List.of(
              new CreateAndSeal(subject.client()),
              Probe.of(ROUND_TRIP, 1, SAMPLES_PER_ROUND, roundTrip::run),
              Probe.of(ECHO, 1, SAMPLES_PER_ROUND, echo::roundTrip)),
          subject.settings().warmup(),
          subject.settings().duration());
    }
  }

  @Override
  public List<Row> rows(Settings settings, List<Measurement> measurements) {
    Measurement create = Measurement.named(measurements, CREATE_AND_SEAL);
    Measurement roundTrip = Measurement.named(measurements, ROUND_TRIP);
    Measurement echo = Measurement.named(measurements, ECHO);
    return List.of(
        Row.of("createAndSeal (ratio to the empty round trip)", create)
            .withRatio(create.p50() / roundTrip.p50())
            .withGoal(Goal.ratioAtMost(GOAL)),
        Row.of(ROUND_TRIP, roundTrip),
        Row.of("64 B there and back, plain socket (ratio of the empty round trip to it)", echo)
            .withRatio(roundTrip.p50() / echo.p50()));
  }

  /** Creates as many objects as a round has samples, and deletes them off the clock. */
  private static final class CreateAndSeal implements Probe {
    private final PlasmaClient client;
    private final byte[] data = new byte[StoredObjects.SIZE];
    private final List<ObjectId> ids =
        Stream.generate(ObjectId::random).limit(SAMPLES_PER_ROUND).toList();
    private int created;

    CreateAndSeal(PlasmaClient client) {
      this.client = client;
    }

    @Override
    public String name() {
      return CREATE_AND_SEAL;
    }

    @Override
    public int operations() {
      return 1;
    }

    @Override
    public int samplesPerRound() {
      return SAMPLES_PER_ROUND;
    }

    @Override
    public void sample() {
      client.createAndSeal(ids.get(created++), data);
    }

    @Override
    public void afterRound() {
      ids.forEach(client::delete);
      created = 0;
    }
  }
}
