package io.plasmastore.bench.handover;

import io.plasmastore.ObjectId;
import io.plasmastore.PlasmaClient;
import io.plasmastore.bench.data.Orders;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;

/** Through the store: only the object's id is sent. */
abstract class Stored implements Way {
  private final PlasmaClient client;
  private final ObjectId id = ObjectId.random();

  Stored(PlasmaClient client) {
    this.client = client;
  }

  /** Puts the rows. */
  abstract void put(ObjectId object, Orders orders);

  /** Gets them, and looks at them. */
  abstract double get(ObjectId object);

  @Override
  public final void send(Orders orders, SocketChannel out) throws IOException {
    put(id, orders);
    Wire.write(out, ByteBuffer.wrap(id.toBytes()));
  }

  @Override
  public final void afterwards() {
    if (!client.delete(id)) {
      throw new IllegalStateException("what was put is not there: id=" + id);
    }
  }

  @Override
  public final double receive(SocketChannel in) throws IOException {
    return get(ObjectId.of(Wire.read(in, ByteBuffer.allocate(ObjectId.SIZE)).array()));
  }
}
