package io.plasmastore.bench.handover;

import io.plasmastore.bench.data.Orders;
import java.io.IOException;
import java.nio.channels.SocketChannel;
import java.util.List;

/** A list of records by Java serialisation. */
final class SerializedRecords extends Serialized {
  @Override
  public void send(Orders orders, SocketChannel out) throws IOException {
    write(out, orders.records());
  }

  @Override
  @SuppressWarnings("unchecked") // It is what send writes.
  public double receive(SocketChannel in) throws IOException, ClassNotFoundException {
    return Sums.of((List<Orders.Order>) read(in));
  }
}
