package io.plasmastore.bench.handover;

import io.plasmastore.arrow.ArrowClient;
import io.plasmastore.bench.process.Resources;
import io.plasmastore.bench.process.RunDirectory;
import java.io.IOException;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/** Links from this process to consumers, by several ways. For one thread. */
public final class Links implements AutoCloseable {
  private final Resources resources = new Resources();
  private final Map<Peer, Link> links = new EnumMap<>(Peer.class);

  private Links() {}

  /**
   * Starts consumers and connects to them.
   *
   * @param dataframes of this process, not owned
   * @param peers by which ways
   * @param ownProcesses whether each way has a consumer of its own
   * @return the links; the caller closes them, which ends the consumers
   */
  public static Links open(ArrowClient dataframes, Set<Peer> peers, boolean ownProcesses)
      throws Exception {
    Links opened = new Links();
    try {
      RunDirectory folder = opened.resources.open(RunDirectory.createInMemory());
      Media media = opened.resources.open(new Media(new Place(dataframes, folder.path())));
      Consumer consumer = null;
      for (Peer peer : peers) {
        if (consumer == null || ownProcesses) {
          consumer =
              opened.resources.open(
                  Consumer.start(dataframes.client().options().socket(), folder.path()));
        }
        opened.links.put(peer, opened.resources.open(consumer.link(peer, media.of(peer))));
      }
      return opened;
    } catch (Exception e) {
      opened.close();
      throw e;
    }
  }

  /** The link of a way. */
  public Link of(Peer peer) {
    return Objects.requireNonNull(links.get(peer), peer.name());
  }

  @Override
  public void close() throws IOException {
    resources.close();
  }
}
