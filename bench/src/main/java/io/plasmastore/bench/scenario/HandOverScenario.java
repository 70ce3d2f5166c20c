package io.plasmastore.bench.scenario;

import io.plasmastore.arrow.ArrowClient;
import io.plasmastore.bench.data.Orders;
import io.plasmastore.bench.handover.Link;
import io.plasmastore.bench.handover.Links;
import io.plasmastore.bench.handover.Peer;
import io.plasmastore.bench.measure.Interleaving;
import io.plasmastore.bench.measure.Measurement;
import io.plasmastore.bench.measure.Probe;
import io.plasmastore.bench.report.Figures;
import io.plasmastore.bench.report.Goal;
import io.plasmastore.bench.report.Row;
import java.util.ArrayList;
import java.util.List;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;

/**
 * Rows from a process that has them to another one, which sums a column: through the store, and as
 * people do it without one. Each way has a consumer process of its own.
 */
final class HandOverScenario implements Scenario {
  private static final int SMALL = 1_000;
  static final int MEDIUM = 100_000;
  private static final String PEAK = "peak memory of the consumer, ";
  private static final int ROUNDS_OF_LARGE = 3;

  @Override
  public String name() {
    return "hand-over";
  }

  @Override
  public String title(Settings settings) {
    return ("rows (int64, float64, int32, bool, utf8 of 12 ASCII characters, all different) handed"
            + " to another process, until it has the sum of the int64: %s rows")
        .formatted(text(settings));
  }

  @Override
  public long capacity(Settings settings) {
    return room(settings);
  }

  @Override
  public List<String> flags() {
    // Arrow's own stream writer asks for it; the store doesn't.
    return List.of("--add-opens=java.base/java.nio=ALL-UNNAMED");
  }

  @Override
  public List<Measurement> measure(Subject subject) throws Exception {
    List<Measurement> measurements = new ArrayList<>();
    try (BufferAllocator allocator = new RootAllocator();
        Links links =
            Links.open(
                ArrowClient.over(subject.client(), allocator),
                Peer.ofRecords(),
                subject.settings().ownProcesses())) {
      for (int rows : sizes(subject.settings())) {
        subject.progress().accept("%,d rows".formatted(rows));
        try (Orders orders = Orders.create(rows, allocator)) {
          measurements.addAll(measure(subject.settings(), links, orders));
        }
      }
      for (Peer peer : Peer.ofRecords()) {
        measurements.add(Measurement.of(PEAK + peer, links.of(peer).peakMemory()));
      }
    }
    return measurements;
  }

  private static List<Measurement> measure(Settings settings, Links links, Orders orders)
      throws Exception {
    int rows = orders.rows();
    long sum = orders.sumOfIds();
    List<Probe> probes = new ArrayList<>();
    for (Peer peer : Peer.ofRecords()) {
      probes.add(new HandOver(peer, links.of(peer), orders, sum, rows));
    }
    if (rows <= MEDIUM) {
      return Interleaving.measure(probes, settings.warmup(), settings.duration().dividedBy(2));
    }
    // The smaller ones have had everything compiled; the first large one only makes memory warm,
    // and each form of the rows, which the last one shares with others.
    for (Probe probe : probes.subList(0, probes.size() - 1)) {
      probe.sample();
    }
    return Interleaving.measure(probes, ROUNDS_OF_LARGE);
  }

  @Override
  public List<Row> rows(Settings settings, List<Measurement> measurements) {
    List<Row> rows = new ArrayList<>();
    List<Integer> sizes = sizes(settings);
    for (int size : sizes) {
      boolean goals = size == sizes.getLast();
      double dataframe = named(measurements, Peer.DATAFRAME, size).p50();
      double records = named(measurements, Peer.RECORDS, size).p50();
      for (Peer peer : Peer.ofRecords()) {
        Measurement measurement = named(measurements, peer, size);
        Double toDataframe = goalOfDataframe(peer);
        Row row = Row.of(label(peer, size, measurement, measurements, goals), measurement);
        if (toDataframe != null) {
          row = row.withRatio(measurement.p50() / dataframe);
          row = goals ? row.withGoal(Goal.ratioAtLeast(toDataframe)) : row;
          // What both hand over is compared there, by more peers.
          row =
              goals && !Peer.ofDataframes().contains(peer)
                  ? row.inHeadline(headline(settings), peer.title())
                  : row;
        }
        rows.add(row);
        Double toRecords = goalOfRecords(peer);
        if (toRecords != null) {
          row = Row.of("    likewise (ratio to List<record>, store → every record)", measurement);
          row = row.withRatio(measurement.p50() / records);
          rows.add(goals ? row.withGoal(Goal.ratioAtLeast(toRecords)) : row);
        }
      }
    }
    return rows;
  }

  private static String label(
      Peer peer, int size, Measurement measurement, List<Measurement> all, boolean last) {
    String label =
        "%,d: %s: %s, n = %d"
            .formatted(
                size,
                peer.label(),
                Figures.throughput((long) Orders.BYTES_PER_ROW * size, measurement.p50()),
                measurement.samples());
    return last
        ? label
            + ", consumer's peak %.0f MB".formatted(Measurement.named(all, PEAK + peer).p50() / 1e6)
        : label;
  }

  /** How many times as long as the dataframe through the store it must take, or null. */
  private static @org.jspecify.annotations.Nullable Double goalOfDataframe(Peer peer) {
    return switch (peer) {
      case ARROW_STREAM, SERIALIZED_ARRAYS -> 4.0;
      case FORY -> 20.0;
      case KRYO -> 100.0;
      case SERIALIZED_RECORDS -> 300.0;
      default -> null;
    };
  }

  /** How many times as long as the records through the store it must take, or null. */
  private static @org.jspecify.annotations.Nullable Double goalOfRecords(Peer peer) {
    return switch (peer) {
      case FORY -> 3.0;
      case SERIALIZED_RECORDS -> 30.0;
      default -> null;
    };
  }

  private static Measurement named(List<Measurement> measurements, Peer peer, int rows) {
    return Measurement.named(measurements, name(peer, rows));
  }

  private static String name(Peer peer, int rows) {
    return peer.name() + " " + rows;
  }

  /** The sizes as a title names them. */
  static String text(Settings settings) {
    return String.join(", ", sizes(settings).stream().map("%,d"::formatted).toList());
  }

  /** What the headline says of the largest. */
  static String headline(Settings settings) {
    return "%,d rows to another process".formatted(settings.handedOverRows());
  }

  /** How many rows are handed over, ascending. */
  static List<Integer> sizes(Settings settings) {
    List<Integer> sizes = new ArrayList<>();
    for (int size : new int[] {SMALL, MEDIUM}) {
      if (size < settings.handedOverRows()) {
        sizes.add(size);
      }
    }
    sizes.add(settings.handedOverRows());
    return sizes;
  }

  /** Bytes of a store for the largest dataframe, twice over, and what it needs beside it. */
  static long room(Settings settings) {
    return (64L << 20) + 3L * Orders.BYTES_PER_ROW * settings.handedOverRows();
  }

  /** Begins here and ends in the other process, which holds the clock. */
  private record HandOver(Peer peer, Link link, Orders orders, long sum, int rows)
      implements Probe {
    @Override
    public String name() {
      return HandOverScenario.name(peer, rows);
    }

    @Override
    public int operations() {
      return 1;
    }

    @Override
    public int samplesPerRound() {
      return switch (peer) {
        case SERIALIZED_RECORDS, KRYO -> 1;
        case FORY -> 2;
        default -> 4;
      };
    }

    @Override
    public void sample() throws Exception {
      long unused = timedSample();
    }

    @Override
    public long timedSample() throws Exception {
      long nanos = link.handOver(orders, sum).total();
      link.afterwards();
      return nanos;
    }

    @Override
    public void beforeRound() throws Exception {
      if (rows > MEDIUM) {
        System.gc();
        link.collectGarbage();
        // The first one after that finds nothing in a cache, and has its heap from the kernel anew,
        // whatever the way; who hands over one after the other does not collect in full before
        // each.
        sample();
      }
    }
  }
}
