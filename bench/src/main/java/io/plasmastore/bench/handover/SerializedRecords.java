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
  public Received open(SocketChannel in) throws IOException, ClassNotFoundException {
    List<Orders.Order> orders = (List<Orders.Order>) read(in);
    return () -> Sums.of(orders);
  }
}
