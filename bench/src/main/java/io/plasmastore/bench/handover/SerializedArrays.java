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
  public Received open(SocketChannel in) throws IOException, ClassNotFoundException {
    Orders.Arrays orders = (Orders.Arrays) read(in);
    return () -> Sums.of(orders.ids());
  }
}
