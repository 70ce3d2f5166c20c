package io.plasmastore.bench.data;

import io.plasmastore.ObjectId;
import io.plasmastore.PlasmaClient;

/**
 * The least that can be asked of a store over its socket: to delete an object that isn't there.
 * Request and reply have next to nothing in them, and the store looks up one id.
 */
public final class EmptyRoundTrip {
  private final PlasmaClient client;
  private final ObjectId unknown = ObjectId.random();

  /** Asks through a client. */
  public EmptyRoundTrip(PlasmaClient client) {
    this.client = client;
  }

  /** Asks, and waits for the answer. */
  public void run() {
    if (client.delete(unknown)) {
      throw new IllegalStateException("an object of a random id was there: id=" + unknown);
    }
  }
}
