package io.plasmastore.bench.scenario;

import io.plasmastore.bench.data.EchoClient;
import io.plasmastore.bench.data.EmptyRoundTrip;
import io.plasmastore.bench.data.WaitingClient;
import io.plasmastore.bench.measure.Interleaving;
import io.plasmastore.bench.measure.Measurement;
import io.plasmastore.bench.measure.Probe;
import io.plasmastore.bench.process.Placement;
import io.plasmastore.bench.report.Goal;
import io.plasmastore.bench.report.Row;
import java.util.List;

/** From a seal until a get that waited for it returns in another process. */
final class SealToGetScenario implements Scenario {
  private static final String SEAL_TO_GET = "seal → waiting get returns";
  private static final String ROUND_TRIP = "empty round trip to the store";
  private static final String ECHO = "64 B there and back, plain socket";
  private static final int SAMPLES_PER_ROUND = 20;
  private static final double GOAL = 2.5;

  @Override
  public String name() {
    return "seal-to-get";
  }

  @Override
  public String title(Settings settings) {
    return "seal → waiting get returns in another process, store in a third";
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
    try (EchoClient echo = EchoClient.connect(subject.echoSocket());
        WaitingClient waiting = WaitingClient.start(subject.client())) {
      return Interleaving.measure(
          List.of(
              new SealToGet(waiting),
              Probe.of(ROUND_TRIP, 1, SAMPLES_PER_ROUND, roundTrip::run),
              Probe.of(ECHO, 1, SAMPLES_PER_ROUND, echo::roundTrip)),
          subject.settings().warmup(),
          subject.settings().duration());
    }
  }

  @Override
  public List<Row> rows(Settings settings, List<Measurement> measurements) {
    Measurement sealToGet = Measurement.named(measurements, SEAL_TO_GET);
    Measurement roundTrip = Measurement.named(measurements, ROUND_TRIP);
    Measurement echo = Measurement.named(measurements, ECHO);
    return List.of(
        Row.of(SEAL_TO_GET + " (ratio to the empty round trip)", sealToGet)
            .withRatio(sealToGet.p50() / roundTrip.p50())
            .withGoal(Goal.ratioAtMost(GOAL)),
        Row.of(ROUND_TRIP, roundTrip),
        Row.of(ECHO, echo));
  }

  /** Begins here and ends in the other process, which holds the clock. */
  private record SealToGet(WaitingClient waiting) implements Probe {
    @Override
    public String name() {
      return SEAL_TO_GET;
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
    public void sample() throws Exception {
      long unused = timedSample();
    }

    @Override
    public long timedSample() throws Exception {
      return waiting.sealToGet();
    }
  }
}
