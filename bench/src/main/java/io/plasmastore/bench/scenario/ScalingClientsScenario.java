package io.plasmastore.bench.scenario;

import io.plasmastore.bench.data.BusyClients;
import io.plasmastore.bench.data.StoredObjects;
import io.plasmastore.bench.measure.Measurement;
import io.plasmastore.bench.process.Resources;
import io.plasmastore.bench.report.Curve;
import io.plasmastore.bench.report.Goal;
import io.plasmastore.bench.report.Row;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * What a get and a put cost as clients become more, all of them as busy as they can be: up to eight
 * in processes of their own, more share these, each with a session and a thread. A get is counted
 * in processor time, of as many processors as have something to do; a put is the store's, which has
 * one thread, so what counts is how many it takes from all clients together.
 */
final class ScalingClientsScenario implements Scenario {
  private static final Series GET =
      new Series("get + release, time of a processor", Curve.Axis.CLIENTS);
  private static final Series PUT =
      new Series("createAndSeal + delete, of all clients together", Curve.Axis.CLIENTS);

  private static final int MOST_PROCESSES = 8;
  private static final int ROUNDS = 5;
  private static final int WARM_UP_ROUNDS = 2;
  private static final double GET_FACTOR = 1.5;

  /** Until all processes have heard of it. */
  private static final Duration NOTICE = Duration.ofMillis(20);

  @Override
  public String name() {
    return "scaling-clients";
  }

  @Override
  public String title(Settings settings) {
    return ("operations of more and more clients at once on %d processors, up to %d in processes of"
            + " their own, more as threads of these: %,d objects of %d B; the ratio is to one client")
        .formatted(processors(), MOST_PROCESSES, settings.hotObjects(), StoredObjects.SIZE);
  }

  @Override
  public long capacity(Settings settings) {
    return 64L << 20;
  }

  @Override
  public List<Measurement> measure(Subject subject) throws Exception {
    Settings settings = subject.settings();
    BusyClients.createObjects(subject.client(), settings.hotObjects());
    List<Long> counts = counts(settings);
    long share = settings.measureMillis() / (2L * counts.size() * ROUNDS);
    Duration time = Duration.ofMillis(Math.max(1, share));
    List<Measurement> measurements = new ArrayList<>();
    try (Resources resources = new Resources()) {
      List<BusyClients> processes = new ArrayList<>();
      for (long count : counts) {
        subject.progress().accept(count + " clients");
        while (processes.size() < Math.min(count, MOST_PROCESSES)) {
          Path socket = subject.client().options().socket();
          processes.add(resources.open(BusyClients.start(socket, settings.hotObjects())));
          // What is interpreted would be in the way of the others.
          List<BusyClients> newest = List.of(processes.getLast());
          for (BusyClients.Deed deed : BusyClients.Deed.values()) {
            double unused = rate(newest, deed, 1, settings.warmup().dividedBy(4));
          }
        }
        measurements.addAll(measure(processes, Math.toIntExact(count), time));
      }
    }
    return measurements;
  }

  private static List<Measurement> measure(List<BusyClients> processes, int count, Duration time)
      throws IOException, InterruptedException {
    double[] gets = new double[ROUNDS];
    double[] puts = new double[ROUNDS];
    for (int i = -WARM_UP_ROUNDS; i < ROUNDS; i++) {
      // In turns, so that whatever else the machine does meets both.
      double get =
          Math.min(count, processors()) / rate(processes, BusyClients.Deed.GET, count, time);
      double put = 1 / rate(processes, BusyClients.Deed.PUT, count, time);
      if (i >= 0) {
        gets[i] = get;
        puts[i] = put;
      }
    }
    return List.of(Measurement.of(GET.name(count), gets), Measurement.of(PUT.name(count), puts));
  }

  /** What all clients together do in a nanosecond. */
  private static double rate(
      List<BusyClients> processes, BusyClients.Deed deed, int clients, Duration time)
      throws IOException, InterruptedException {
    long from = System.nanoTime() + NOTICE.toNanos();
    for (int i = 0; i < processes.size(); i++) {
      int share = (clients + i) / processes.size();
      processes.get(i).tell(deed, share, from, from + time.toNanos());
    }
    long done = 0;
    for (BusyClients each : processes) {
      done += each.done();
    }
    // So that a time comes of it even where none was done.
    return (double) Math.max(1, done) / time.toNanos();
  }

  @Override
  public List<Row> rows(Settings settings, List<Measurement> measurements) {
    List<Row> rows = new ArrayList<>();
    for (Series series : List.of(GET, PUT)) {
      List<Row> found = series.rows(measurements, counts(settings));
      double one = found.getFirst().measurement().p50();
      for (Row row : found) {
        Row compared = row.withRatio(row.measurement().p50() / one);
        rows.add(
            row.equals(found.getLast())
                ? compared.withGoal(Goal.ratioAtMost(series.equals(GET) ? GET_FACTOR : 1))
                : compared);
      }
    }
    return rows;
  }

  @Override
  public List<Curve> curves(Settings settings, List<Measurement> measurements) {
    return List.of(
        GET.curve(measurements, counts(settings)), PUT.curve(measurements, counts(settings)));
  }

  private static List<Long> counts(Settings settings) {
    return Series.doubled(settings.mostClients());
  }

  private static int processors() {
    return Runtime.getRuntime().availableProcessors();
  }
}
