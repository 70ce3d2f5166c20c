package io.plasmastore.bench.handover;

import com.esotericsoftware.kryo.Kryo;
import com.esotericsoftware.kryo.io.Input;
import com.esotericsoftware.kryo.io.Output;
import com.esotericsoftware.kryo.serializers.CollectionSerializer;
import com.esotericsoftware.kryo.unsafe.UnsafeInput;
import com.esotericsoftware.kryo.unsafe.UnsafeOutput;
import io.plasmastore.bench.data.Orders;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.List;

/**
 * A list of records by <a href="https://github.com/EsotericSoftware/kryo">Kryo</a>, as its page
 * advises for speed: classes registered, no references, the list's element class stated, unsafe
 * buffers, all of them used again.
 */
final class KryoRecords implements Way {
  private static final int BUFFER_SIZE = 1 << 16;

  private final Kryo kryo = new Kryo();
  private final Output output = new UnsafeOutput(BUFFER_SIZE);
  private final Input input = new UnsafeInput(BUFFER_SIZE);

  KryoRecords() {
    kryo.setReferences(false);
    kryo.setOptimizedGenerics(false);
    kryo.register(Orders.Order.class);
    CollectionSerializer<ArrayList<?>> lists = new CollectionSerializer<>();
    lists.setElementClass(Orders.Order.class, kryo.getSerializer(Orders.Order.class));
    lists.setElementsCanBeNull(false);
    kryo.register(ArrayList.class, lists);
  }

  @Override
  public void send(Orders orders, SocketChannel out) {
    output.setOutputStream(Channels.newOutputStream(out));
    kryo.writeObject(output, orders.records());
    output.flush();
  }

  @Override
  @SuppressWarnings("unchecked") // It is what send writes.
  public Received open(SocketChannel in) {
    input.setInputStream(Channels.newInputStream(in));
    List<Orders.Order> orders = (List<Orders.Order>) kryo.readObject(input, ArrayList.class);
    return () -> Sums.of(orders);
  }
}
