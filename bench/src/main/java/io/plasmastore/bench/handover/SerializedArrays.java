package io.plasmastore.bench.handover;

import io.plasmastore.bench.data.Orders;
import java.io.IOException;
import java.nio.channels.SocketChannel;

/** The columns as arrays of primitives by Java serialisation. */
final class SerializedArrays extends Serialized {
  @Override
  public void send(Orders orders, SocketChannel out) throws IOException {
    write(out, orders.arrays());
  }

  @Override
  public double receive(SocketChannel in) throws IOException, ClassNotFoundException {
    return Sums.of(((Orders.Arrays) read(in)).prices());
  }
}
