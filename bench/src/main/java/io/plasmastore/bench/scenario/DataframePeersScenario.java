package io.plasmastore.bench.scenario;

import io.plasmastore.bench.data.Orders;
import io.plasmastore.bench.handover.HandedOver;
import io.plasmastore.bench.handover.Peer;
import io.plasmastore.bench.handover.Producer;
import io.plasmastore.bench.measure.Interleaving;
import io.plasmastore.bench.measure.Measurement;
import io.plasmastore.bench.measure.Probe;
import io.plasmastore.bench.report.Figures;
import io.plasmastore.bench.report.Goal;
import io.plasmastore.bench.report.Row;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.HdrHistogram.Histogram;
import org.jspecify.annotations.Nullable;

/**
 * A dataframe from a process that has it to another one, which sums a column: through the store,
 * and through what people use today. Each way has two processes of its own.
 */
final class DataframePeersScenario implements Scenario {
  private static final int ROUNDS_OF_LARGE = 5;

  /** So large that they are handed over as the largest are: from 4 MB on a put has help. */
  private static final int WARM_UP_ROWS = 150_000;

  private static final String PUT = " put";
  private static final String OPEN = " open";
  private static final String PRODUCER_PEAK = "peak memory of the producer, ";
  private static final String CONSUMER_PEAK = "peak memory of the consumer, ";

  /** How many times as long as ours it must take. */
  private record Goals(@Nullable Double endToEnd, @Nullable Double open, @Nullable Double built) {}

  @Override
  public String name() {
    return "dataframe-peers";
  }

  @Override
  public String title(Settings settings) {
    return ("dataframe (int64, float64, int32, bool, utf8 of 12 characters) put by one process,"
            + " opened by another, until it has the sum of the int64: %s rows%s")
        .formatted(HandOverScenario.text(settings), Peer.skipped(Peer.ofDataframes()));
  }

  @Override
  public long capacity(Settings settings) {
    return HandOverScenario.room(settings);
  }

  @Override
  public List<String> flags() {
    return PeerGetScenario.opened();
  }

  @Override
  public List<Measurement> measure(Subject subject) throws Exception {
    Settings settings = subject.settings();
    List<Measurement> measurements = new ArrayList<>();
    List<Peer> peers = Peer.installed(Peer.ofDataframes());
    try (Producers producers = Producers.start(subject, peers)) {
      for (int rows : HandOverScenario.sizes(settings)) {
        subject.progress().accept("%,d rows".formatted(rows));
        if (rows == HandOverScenario.MEDIUM && settings.handedOverRows() > rows) {
          warmUp(peers, producers, settings);
        }
        producers.rows(rows);
        List<HandOver> probes =
            peers.stream().map(peer -> new HandOver(peer, producers.of(peer), rows)).toList();
        measurements.addAll(measure(probes, rows, settings));
        probes.forEach(probe -> measurements.addAll(probe.parts()));
      }
      for (Peer peer : peers) {
        Producer.Peaks peaks = producers.of(peer).peaks(peer);
        measurements.add(Measurement.of(PRODUCER_PEAK + peer, peaks.producer()));
        measurements.add(Measurement.of(CONSUMER_PEAK + peer, peaks.consumer()));
      }
    }
    return measurements;
  }

  private static boolean isLarge(int rows) {
    return rows > WARM_UP_ROWS;
  }

  /** The large ones are too few for the compiler, and take other ways than the small ones. */
  private static void warmUp(List<Peer> peers, Producers producers, Settings settings)
      throws Exception {
    producers.rows(WARM_UP_ROWS);
    for (Peer peer : peers) {
      Probe probe = new HandOver(peer, producers.of(peer), WARM_UP_ROWS);
      List<Measurement> unused =
          Interleaving.measure(List.of(probe), Duration.ZERO, settings.warmup());
    }
  }

  private static List<Measurement> measure(List<HandOver> probes, int rows, Settings settings)
      throws Exception {
    boolean large = isLarge(rows);
    if (large) {
      // The first large one makes memory warm.
      List<Measurement> unused = Interleaving.measure(List.copyOf(probes), 1);
    } else {
      List<Measurement> unused =
          Interleaving.measure(List.copyOf(probes), Duration.ZERO, settings.warmup());
    }
    probes.forEach(HandOver::reset);
    return large
        ? Interleaving.measure(List.copyOf(probes), ROUNDS_OF_LARGE)
        : Interleaving.measure(List.copyOf(probes), Duration.ZERO, settings.duration());
  }

  @Override
  public List<Row> rows(Settings settings, List<Measurement> measurements) {
    Set<Peer> peers = Peer.ofDataframes();
    List<Row> rows = new ArrayList<>();
    for (int size : HandOverScenario.sizes(settings)) {
      boolean last = size == settings.handedOverRows();
      Measurement ours = named(measurements, Peer.DATAFRAME, size, "");
      Measurement put = named(measurements, Peer.DATAFRAME, size, PUT);
      Measurement open = named(measurements, Peer.DATAFRAME, size, OPEN);
      Measurement built = named(measurements, Peer.BUILT, size, "");
      for (Peer peer : Peer.installed(peers)) {
        Goals goals = last ? goals(peer) : new Goals(null, null, null);
        Measurement whole = named(measurements, peer, size, "");
        Row row = row(label(peer, size, whole, measurements, last), whole, ours, goals.endToEnd());
        rows.add(last ? row.inHeadline(HandOverScenario.headline(settings), peer.title()) : row);
        if (goals.built() != null) {
          rows.add(row("    likewise (ratio to built in the store)", whole, built, goals.built()));
        }
        rows.add(row("    its put", named(measurements, peer, size, PUT), put, null));
        rows.add(row("    its open", named(measurements, peer, size, OPEN), open, goals.open()));
      }
    }
    return rows;
  }

  private static Row row(
      String what, Measurement measurement, Measurement ours, @Nullable Double goal) {
    Row row = Row.of(what, measurement).withRatio(measurement.p50() / ours.p50());
    return goal == null ? row : row.withGoal(Goal.ratioAtLeast(goal));
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
            + ", peaks %.0f + %.0f MB"
                .formatted(
                    Measurement.named(all, PRODUCER_PEAK + peer).p50() / 1e6,
                    Measurement.named(all, CONSUMER_PEAK + peer).p50() / 1e6)
        : label;
  }

  private static Goals goals(Peer peer) {
    return switch (peer) {
      case LMDB -> new Goals(1.2, 1.5, 5.0);
      case CHRONICLE -> new Goals(null, 1.5, null);
      case CHRONICLE_ARRAYS -> new Goals(3.5, null, null);
      case ARROW_STREAM -> new Goals(4.0, 10_000.0, null);
      case FLIGHT -> new Goals(12.0, 10_000.0, null);
      case REDIS -> new Goals(20.0, 10_000.0, null);
      case SERIALIZED_ARRAYS -> new Goals(4.0, null, null);
      default -> new Goals(null, null, null);
    };
  }

  private static Measurement named(List<Measurement> all, Peer peer, int rows, String part) {
    return Measurement.named(all, name(peer, rows) + part);
  }

  private static String name(Peer peer, int rows) {
    return peer + " " + rows;
  }

  /** Begins in one process and ends in another; this one only says when. */
  private static final class HandOver implements Probe {
    private static final int DIGITS = 3;
    private static final int SAMPLES_OF_SMALL = 10;
    private static final int SAMPLES_OF_LARGE = 4;

    private final Peer peer;
    private final Producer producer;
    private final int rows;
    private final Histogram puts = new Histogram(DIGITS);
    private final Histogram opens = new Histogram(DIGITS);

    HandOver(Peer peer, Producer producer, int rows) {
      this.peer = peer;
      this.producer = producer;
      this.rows = rows;
    }

    @Override
    public String name() {
      return DataframePeersScenario.name(peer, rows);
    }

    @Override
    public int operations() {
      return 1;
    }

    @Override
    public int samplesPerRound() {
      return isLarge(rows) ? SAMPLES_OF_LARGE : SAMPLES_OF_SMALL;
    }

    @Override
    public void sample() throws Exception {
      long unused = timedSample();
    }

    @Override
    public long timedSample() throws Exception {
      HandedOver handedOver = producer.handOver(peer);
      puts.recordValue(handedOver.put());
      for (long open : handedOver.opens()) {
        opens.recordValue(open);
      }
      return handedOver.total();
    }

    @Override
    public void beforeRound() throws Exception {
      if (isLarge(rows)) {
        producer.collectGarbage(peer);
        // The first one after that finds no code and no data in any cache, whatever the way; who
        // hands over one after the other does not collect in full before each.
        HandedOver unused = producer.handOver(peer);
      }
    }

    void reset() {
      puts.reset();
      opens.reset();
    }

    List<Measurement> parts() {
      return List.of(
          Measurement.of(name() + PUT, List.of(puts)),
          Measurement.of(name() + OPEN, List.of(opens)));
    }
  }
}
