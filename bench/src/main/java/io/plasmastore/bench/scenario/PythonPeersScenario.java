package io.plasmastore.bench.scenario;

import io.plasmastore.bench.data.Orders;
import io.plasmastore.bench.data.StoredObjects;
import io.plasmastore.bench.handover.HandedOver;
import io.plasmastore.bench.handover.Peer;
import io.plasmastore.bench.handover.Producer;
import io.plasmastore.bench.handover.PythonPeer;
import io.plasmastore.bench.measure.Interleaving;
import io.plasmastore.bench.measure.Measurement;
import io.plasmastore.bench.measure.Probe;
import io.plasmastore.bench.process.RunDirectory;
import io.plasmastore.bench.report.Figures;
import io.plasmastore.bench.report.Goal;
import io.plasmastore.bench.report.Row;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.ToDoubleFunction;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.HdrHistogram.Histogram;
import org.jspecify.annotations.Nullable;

/**
 * A dataframe from one Python process to another, by what Python programs use today, and as many
 * rows between two JVMs by the store, just before. What is not installed is skipped by name.
 */
final class PythonPeersScenario implements Scenario {
  private static final int ROUNDS = 20;
  private static final String STORE = "dataframe, store → sum, in Java";
  private static final String SMALL = "get of %d B".formatted(StoredObjects.SIZE);
  private static final String ASKED = "rows there and back";
  private static final double SMALL_GOAL = 1_000;
  private static final double ASKED_GOAL = 50;
  private static final int GETS_PER_SAMPLE = 1_000;
  private static final int SAMPLES_PER_ROUND = 20;
  private static final String PUT = " put";
  private static final String OPEN = " open";

  /** Stands between the name of a peer and what it said of itself. */
  private static final String SAID = ": ";

  @Override
  public String name() {
    return "python-peers";
  }

  @Override
  public String title(Settings settings) {
    return "dataframe of 5 columns put by one Python process, opened by another, until it has the sum of the int64: "
        + HandOverScenario.text(settings)
        + " rows; interpreter: "
        + interpreter();
  }

  // Not where it lies: that stays on this machine.
  private static String interpreter() {
    Path python = PythonPeer.interpreter();
    return python == null ? "none" : String.valueOf(python.getFileName());
  }

  @Override
  public long capacity(Settings settings) {
    return HandOverScenario.room(settings);
  }

  @Override
  public List<String> flags() {
    return PythonPeer.flags();
  }

  @Override
  public List<Measurement> measure(Subject subject) throws Exception {
    List<Measurement> measurements = new ArrayList<>();
    List<Integer> sizes = HandOverScenario.sizes(subject.settings());
    try (Producers producers = Producers.start(subject, List.of(Peer.DATAFRAME, Peer.CHANNEL));
        RunDirectory folder = RunDirectory.createInMemory()) {
      Producer producer = producers.of(Peer.DATAFRAME);
      for (int size : sizes) {
        producer.rows(size);
        long start = System.nanoTime();
        do {
          HandedOver unused = producer.handOver(Peer.DATAFRAME);
        } while (System.nanoTime() - start < subject.settings().warmup().toNanos());
        List<HandedOver> samples = new ArrayList<>();
        for (int i = 0; i < ROUNDS; i++) {
          samples.add(producer.handOver(Peer.DATAFRAME));
        }
        add(measurements, STORE, size, samples);
      }
      measurements.addAll(small(subject));
      measurements.add(asked(subject.settings(), producers.of(Peer.CHANNEL)));
      for (PythonPeer peer : PythonPeer.values()) {
        subject.progress().accept(peer.label());
        PythonPeer.Outcome outcome = peer.run(folder.path(), sizes, ROUNDS);
        String name = peer.label() + SAID + outcome.said();
        if (outcome.figures().isEmpty()) {
          subject.progress().accept(name);
          measurements.add(Measurement.none(name));
        }
        outcome.figures().forEach((size, samples) -> add(measurements, name, size, samples));
        add(measurements, name + ", " + SMALL, outcome.small());
        add(measurements, name + ", " + ASKED, outcome.asked());
      }
    }
    return measurements;
  }

  @Override
  public List<String> notes(List<Measurement> measurements) {
    return measurements.stream().filter(Measurement::isNone).map(Measurement::name).toList();
  }

  private static List<Measurement> small(Subject subject) throws Exception {
    StoredObjects objects = StoredObjects.create(subject.client(), subject.settings().hotObjects());
    Probe gets =
        Probe.of(
            STORE + ", " + SMALL,
            GETS_PER_SAMPLE,
            SAMPLES_PER_ROUND,
            () -> {
              for (int i = 0; i < GETS_PER_SAMPLE; i++) {
                long unused = objects.getReadAndRelease();
              }
            });
    Settings settings = subject.settings();
    return Interleaving.measure(List.of(gets), settings.warmup(), settings.warmup());
  }

  private static Measurement asked(Settings settings, Producer producer) throws Exception {
    int rows = RequestResponseScenario.rows(settings);
    Histogram unused = producer.ask(Peer.CHANNEL, rows, 1, settings.warmup(), 0);
    Histogram asked = producer.ask(Peer.CHANNEL, rows, 1, settings.warmup(), 0);
    return Measurement.of(STORE + ", " + ASKED, List.of(asked));
  }

  @Override
  public List<Row> rows(Settings settings, List<Measurement> measurements) {
    List<Row> rows = new ArrayList<>();
    rows.addAll(rows(measurements, SMALL, SMALL_GOAL, PeerGetScenario.HEADLINE));
    rows.addAll(rows(measurements, ASKED, ASKED_GOAL, RequestResponseScenario.headline(settings)));
    for (int size : HandOverScenario.sizes(settings)) {
      boolean last = size == settings.handedOverRows();
      for (Measurement measurement : measurements) {
        String end = " " + size;
        if (measurement.name().endsWith(end)) {
          String peer = measurement.name().substring(0, measurement.name().length() - end.length());
          boolean ray = last && peer.startsWith(PythonPeer.RAY.label());
          Measurement ours = Measurement.named(measurements, STORE + end);
          String label =
              "%,d: %s: %s, n = %d"
                  .formatted(
                      size,
                      peer,
                      Figures.throughput((long) Orders.BYTES_PER_ROW * size, measurement.p50()),
                      measurement.samples());
          Row row = row(label, measurement, ours, ray ? 1.3 : null);
          rows.add(last ? inHeadline(row, peer, HandOverScenario.headline(settings)) : row);
          rows.add(row("    its put", measurements, peer, end + PUT, null));
          rows.add(row("    its open", measurements, peer, end + OPEN, ray ? 50.0 : null));
        }
      }
    }
    return rows;
  }

  /** Ours, and Ray's if that was measured. */
  private static List<Row> rows(
      List<Measurement> measurements, String what, double goal, String headline) {
    Measurement ours = Measurement.named(measurements, STORE + ", " + what);
    return measurements.stream()
        .filter(measurement -> measurement.name().endsWith(", " + what))
        .map(
            measurement ->
                measurement.equals(ours)
                    ? Row.of(ours.name(), ours)
                    : inHeadline(
                        row(measurement.name(), measurement, ours, goal),
                        measurement.name(),
                        headline))
        .toList();
  }

  private static Row inHeadline(Row row, String name, String column) {
    return Stream.of(PythonPeer.values())
        .filter(peer -> name.startsWith(peer.label()))
        .findFirst()
        .map(peer -> row.inHeadline(column, peer.title()))
        .orElse(row);
  }

  private static Row row(
      String what, List<Measurement> all, String peer, String end, @Nullable Double goal) {
    return row(what, Measurement.named(all, peer + end), Measurement.named(all, STORE + end), goal);
  }

  private static Row row(
      String what, Measurement measurement, Measurement ours, @Nullable Double goal) {
    Row row = Row.of(what, measurement).withRatio(measurement.p50() / ours.p50());
    return goal == null ? row : row.withGoal(Goal.ratioAtLeast(goal));
  }

  private static void add(List<Measurement> to, String name, List<Double> samples) {
    if (!samples.isEmpty()) {
      to.add(Measurement.of(name, samples.stream().mapToDouble(Double::doubleValue).toArray()));
    }
  }

  private static void add(List<Measurement> to, String peer, int size, List<HandedOver> samples) {
    String name = peer + " " + size;
    to.add(measurement(name, samples, HandedOver::total));
    to.add(measurement(name + PUT, samples, HandedOver::put));
    to.add(
        Measurement.of(
            name + OPEN,
            samples.stream()
                .flatMapToLong(each -> LongStream.of(each.opens()))
                .asDoubleStream()
                .toArray()));
  }

  private static Measurement measurement(
      String name, List<HandedOver> samples, ToDoubleFunction<HandedOver> figure) {
    return Measurement.of(name, samples.stream().mapToDouble(figure).toArray());
  }
}
