package io.plasmastore.bench.scenario;

import io.plasmastore.bench.handover.Peer;
import io.plasmastore.bench.handover.Producer;
import io.plasmastore.bench.handover.RedisServer;
import io.plasmastore.bench.process.Resources;
import io.plasmastore.bench.process.RunDirectory;
import java.io.IOException;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** The processes of several ways, with what these need around them. */
final class Producers implements AutoCloseable {
  private final Resources resources = new Resources();
  private final Map<Peer, Producer> producers = new EnumMap<>(Peer.class);

  private Producers() {}

  /** Starts a pair of processes for each way, or one for all where no figures are wanted. */
  static Producers start(Subject subject, List<Peer> peers) throws Exception {
    Producers started = new Producers();
    try {
      RunDirectory folder = started.resources.open(RunDirectory.createInMemory());
      if (peers.contains(Peer.REDIS)) {
        var unused = started.resources.open(RedisServer.start(folder.path()));
      }
      for (Peer peer : peers) {
        boolean first = started.producers.isEmpty();
        started.producers.put(
            peer,
            first || subject.settings().ownProcesses()
                ? started.resources.open(
                    Producer.start(subject.client().options().socket(), folder.path()))
                : started.of(peers.getFirst()));
      }
      return started;
    } catch (Exception e) {
      started.close();
      throw e;
    }
  }

  Producer of(Peer peer) {
    return Objects.requireNonNull(producers.get(peer), peer.name());
  }

  /** Has all of them make so many rows. */
  void rows(int rows) throws Exception {
    for (Producer producer : producers.values()) {
      producer.rows(rows);
    }
  }

  @Override
  public void close() throws IOException {
    resources.close();
  }
}
