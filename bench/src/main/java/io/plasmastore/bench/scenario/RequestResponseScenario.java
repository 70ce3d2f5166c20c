package io.plasmastore.bench.scenario;

import io.plasmastore.bench.handover.Peer;
import io.plasmastore.bench.handover.Producer;
import io.plasmastore.bench.measure.Measurement;
import io.plasmastore.bench.report.Goal;
import io.plasmastore.bench.report.Row;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.HdrHistogram.Histogram;
import org.jspecify.annotations.Nullable;

/**
 * Dataframes as messages, held against the store's channel of objects: a client sends one, the
 * server sums a column of it and answers with another, of which the client sums a column. The
 * clients are threads of one process with a connection each, the server another process; each way
 * has two processes of its own.
 */
final class RequestResponseScenario implements Scenario {
  /** The small dataframe. */
  private static final int ROWS = 1_000;

  /** What a service can be asked without a queue, whatever the way. */
  private static final int PER_SECOND = 100;

  private static final int PARTS = 5;
  private static final int WARM_UP_SLICES = 3;

  /** So many slices as this fit into what is to be measured, before there are at least as many. */
  private static final int SLICES = 50;

  /**
   * How it is asked.
   *
   * @param clients how many at once
   * @param perSecond how often; 0 as fast as answers come
   */
  private record Load(int clients, int perSecond) {
    String text() {
      String who = clients == 1 ? "1 client" : clients + " clients";
      return perSecond == 0 ? who : who + ", " + perSecond + " requests/s";
    }
  }

  @Override
  public String name() {
    return "request-response";
  }

  @Override
  public String title(Settings settings) {
    return ("a dataframe sent and one received as the answer, the int64 summed on either side, %,d"
            + " rows x 5 columns; latency from when a request was due where a rate is given%s")
        .formatted(rows(settings), Peer.skipped(Peer.ofMessages()));
  }

  @Override
  public long capacity(Settings settings) {
    return 256L << 20;
  }

  @Override
  public List<String> flags() {
    return PeerGetScenario.opened();
  }

  @Override
  public List<Measurement> measure(Subject subject) throws Exception {
    Settings settings = subject.settings();
    List<Peer> peers = Peer.installed(Peer.ofMessages());
    Map<String, List<Histogram>> parts = new LinkedHashMap<>();
    Duration slice = settings.duration().dividedBy(SLICES);
    try (Producers producers = Producers.start(subject, peers)) {
      for (int i = 0; i < WARM_UP_SLICES; i++) {
        for (Peer peer : peers) {
          for (Load load : loads(settings)) {
            Histogram unused =
                ask(
                    producers.of(peer),
                    peer,
                    load,
                    rows(settings),
                    settings.warmup().dividedBy(10));
          }
        }
      }
      for (int part = 1; part <= PARTS; part++) {
        subject.progress().accept("round %d of %d".formatted(part, PARTS));
        // In turns, so that whatever else the machine does meets all of them.
        for (Load load : loads(settings)) {
          for (Peer peer : peers) {
            parts
                .computeIfAbsent(name(peer, load), any -> new ArrayList<>())
                .add(ask(producers.of(peer), peer, load, rows(settings), slice));
          }
        }
      }
    }
    return parts.entrySet().stream()
        .map(each -> Measurement.of(each.getKey(), each.getValue()))
        .toList();
  }

  private static Histogram ask(Producer client, Peer peer, Load load, int rows, Duration time)
      throws IOException, InterruptedException {
    return client.ask(peer, rows, load.clients(), time, load.perSecond());
  }

  @Override
  public List<Row> rows(Settings settings, List<Measurement> measurements) {
    Set<Peer> peers = Peer.ofMessages();
    List<Row> rows = new ArrayList<>();
    for (Load load : loads(settings)) {
      Measurement ours = Measurement.named(measurements, name(Peer.CHANNEL, load));
      for (Peer peer : Peer.installed(peers)) {
        Measurement measurement = Measurement.named(measurements, name(peer, load));
        Row row =
            Row.of(
                    "%s: %s, n = %,d".formatted(load.text(), peer.label(), measurement.samples()),
                    measurement)
                .withRatio(measurement.p50() / ours.p50());
        boolean alone = load.clients() == 1 && load.perSecond() == 0;
        Double goal = alone ? goal(peer) : null;
        row = alone ? row.inHeadline(headline(settings), title(peer)) : row;
        rows.add(goal == null ? row : row.withGoal(Goal.ratioAtLeast(goal)));
      }
    }
    return rows;
  }

  /** What a peer is called in the headline, where a message goes by the channel. */
  private static String title(Peer peer) {
    return switch (peer) {
      case CHANNEL -> Row.Place.OURS;
      case DATAFRAME -> "Plasma, put and got by id";
      default -> peer.title();
    };
  }

  /** How many times as long as the channel it must take, or null. */
  private static @Nullable Double goal(Peer peer) {
    return switch (peer) {
      case SERIALIZED_RECORDS -> 8.0;
      case SERIALIZED_ARRAYS -> 1.5;
      case ARROW_STREAM -> 1.2;
      case FLIGHT -> 20.0;
      case REDIS -> 2.0;
      case LMDB, CHRONICLE -> 1.0;
      default -> null;
    };
  }

  private static List<Load> loads(Settings settings) {
    List<Load> loads = new ArrayList<>();
    loads.add(new Load(1, 0));
    if (settings.equals(Settings.full())) {
      loads.add(new Load(2, 0));
      loads.add(new Load(4, 0));
      loads.add(new Load(1, PER_SECOND));
    }
    loads.add(new Load(8, 0));
    return loads;
  }

  /** What the headline says of a single client. */
  static String headline(Settings settings) {
    return "%,d rows there, as many back".formatted(rows(settings));
  }

  static int rows(Settings settings) {
    return Math.min(ROWS, settings.handedOverRows());
  }

  private static String name(Peer peer, Load load) {
    return peer + ", " + load.text();
  }
}
