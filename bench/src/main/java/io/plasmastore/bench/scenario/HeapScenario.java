package io.plasmastore.bench.scenario;

import io.plasmastore.bench.data.Churn;
import io.plasmastore.bench.measure.Measurement;
import io.plasmastore.bench.process.Placement;
import io.plasmastore.bench.report.Goal;
import io.plasmastore.bench.report.Row;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * How much of its capacity a store can use: objects of mixed sizes come and go at random until a
 * million were put, and a quarter of that with some held, in a store that is kept as full as {@link
 * Churn#CEILING} allows. What counts is how full it would have been when it refused one.
 */
final class HeapScenario implements Scenario {
  private static final String ALL_FREE = "nothing held";
  private static final String SOME_HELD = "1 % of the objects held";
  private static final double HELD = 0.01;
  private static final String REFUSED = ", refused";
  private static final String IN_PIECES = ", in pieces";
  private static final double GOAL = 0.95;
  private static final long CAPACITY = 2L << 30;
  private static final long LEAST_CAPACITY = 256L << 20;
  private static final long BYTES_PER_OBJECT = 20_000;

  @Override
  public String name() {
    return "heap";
  }

  @Override
  public String title(Settings settings) {
    return "%,d puts of 100 B to 64 MiB (log-normal, median 16 KiB, sigma 2.5) into %,d MiB, random ones deleted"
        .formatted(settings.manyObjects(), capacity(settings) >> 20);
  }

  @Override
  public long capacity(Settings settings) {
    return Math.min(CAPACITY, LEAST_CAPACITY + settings.manyObjects() * BYTES_PER_OBJECT);
  }

  @Override
  public List<Placement> placements() {
    return List.of(Placement.ONE_CORE);
  }

  @Override
  public List<Measurement> measure(Subject subject) {
    List<Measurement> measurements = new ArrayList<>();
    int count = subject.settings().manyObjects();
    measure(subject, ALL_FREE, 0, count, measurements);
    measure(subject, SOME_HELD, HELD, Math.ceilDiv(count, 4), measurements);
    return measurements;
  }

  private static void measure(
      Subject subject, String name, double held, int count, List<Measurement> measurements) {
    Churn churn = new Churn(subject.client(), held);
    churn.run(
        count,
        done -> subject.progress().accept("%s: put %,d of %,d".formatted(name, done, count)));
    measurements.add(
        new Measurement(
            name, churn.putNanos(0.5), churn.putNanos(0.99), churn.putNanos(0), 1, count, 0));
    measurements.add(shares(name + REFUSED, churn.refused()));
    measurements.add(shares(name + IN_PIECES, churn.inPieces()));
    churn.clear();
  }

  /** Not times but parts of the capacity: the median, the lowest hundredth and the least. */
  private static Measurement shares(String name, Churn.Shares shares) {
    return new Measurement(
        name,
        shares.quantile(0.5),
        shares.quantile(0.01),
        shares.quantile(0),
        1,
        shares.count(),
        0);
  }

  @Override
  public List<Row> rows(Settings settings, List<Measurement> measurements) {
    List<Row> rows = new ArrayList<>();
    for (String name : List.of(ALL_FREE, SOME_HELD)) {
      Measurement puts = Measurement.named(measurements, name);
      Measurement refused = Measurement.named(measurements, name + REFUSED);
      Measurement inPieces = Measurement.named(measurements, name + IN_PIECES);
      rows.add(
          Row.of(name + ": in use when " + text("refused", refused) + " (ratio: least)", puts)
              .withRatio(refused.min())
              .withGoal(Goal.ratioAtLeast(GOAL)));
      rows.add(
          Row.of(name + ": the allocator alone, " + text("failed", inPieces), puts)
              .withRatio(inPieces.min()));
    }
    return rows;
  }

  private static String text(String what, Measurement shares) {
    return String.format(
        Locale.ROOT,
        "%s %,d times: least %.1f %%, p1 %.1f %%, median %.1f %%",
        what,
        shares.samples(),
        100 * shares.min(),
        100 * shares.p99(),
        100 * shares.p50());
  }
}
