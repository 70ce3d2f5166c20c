package io.plasmastore.bench.scenario;

import io.plasmastore.PlasmaClient;
import io.plasmastore.bench.data.ReadingClient;
import io.plasmastore.bench.data.StoredObjects;
import io.plasmastore.bench.measure.Measurement;
import io.plasmastore.bench.report.Goal;
import io.plasmastore.bench.report.Row;
import java.util.List;

/** How much more two reader processes get than one, of the same objects. */
final class ReadersScenario implements Scenario {
  private static final String ONE = "one reader process, each get + release";
  private static final String TWO = "two reader processes, each get + release of either";
  private static final int ROUNDS = 8;
  private static final int WARM_UP_ROUNDS = 2;
  private static final double GOAL = 1.8;

  @Override
  public String name() {
    return "readers";
  }

  @Override
  public String title(Settings settings) {
    return "get + release in one and in two processes: %,d objects of %d B"
        .formatted(settings.hotObjects(), StoredObjects.SIZE);
  }

  @Override
  public long capacity(Settings settings) {
    return 64L << 20;
  }

  @Override
  public List<Measurement> measure(Subject subject) throws Exception {
    Settings settings = subject.settings();
    PlasmaClient client = subject.client();
    ReadingClient.createObjects(client, settings.hotObjects());
    try (ReadingClient first = start(subject, 0);
        ReadingClient second = start(subject, 1)) {
      List<ReadingClient> both = List.of(first, second);
      double[] one = new double[ROUNDS];
      double[] two = new double[ROUNDS];
      long millis = Math.max(1, settings.measureMillis() / (2 * ROUNDS));
      int start = 0;
      for (int i = 0; i < WARM_UP_ROUNDS; i++) {
        double unused = ReadingClient.read(client, both, start++, 2, settings.warmupMillis() / 2);
      }
      // In turns, so that whatever else the machine does meets both.
      for (int i = 0; i < ROUNDS; i++) {
        one[i] = 1 / ReadingClient.read(client, both, start++, 1, millis);
        two[i] = 1 / ReadingClient.read(client, both, start++, 2, millis);
      }
      return List.of(Measurement.of(ONE, one), Measurement.of(TWO, two));
    }
  }

  @Override
  public List<Row> rows(Settings settings, List<Measurement> measurements) {
    Measurement one = Measurement.named(measurements, ONE);
    Measurement two = Measurement.named(measurements, TWO);
    return List.of(
        Row.of(TWO + " (ratio: how many times one's)", two)
            .withRatio(one.p50() / two.p50())
            .withGoal(Goal.ratioAtLeast(GOAL)),
        Row.of(ONE, one));
  }

  private static ReadingClient start(Subject subject, int number) throws Exception {
    return ReadingClient.start(
        subject.client().options().socket(), number, subject.settings().hotObjects());
  }
}
