package io.plasmastore.bench.handover;

import io.plasmastore.bench.process.Resources;
import java.io.IOException;
import java.util.EnumMap;
import java.util.Map;

/** The media of a process, each opened when it is first asked for. */
final class Media implements AutoCloseable {
  private final Place place;
  private final Resources resources = new Resources();
  private final Map<Peer, Medium> opened = new EnumMap<>(Peer.class);

  Media(Place place) {
    this.place = place;
  }

  synchronized Medium of(Peer peer) {
    return opened.computeIfAbsent(peer, each -> resources.open(each.medium(place)));
  }

  @Override
  public synchronized void close() throws IOException {
    resources.close();
  }
}
