package io.plasmastore.bench.handover;

import io.plasmastore.bench.data.Orders;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.util.List;
import org.apache.fory.Fory;
import org.apache.fory.config.Language;
import org.apache.fory.logging.LoggerFactory;
import org.apache.fory.memory.MemoryBuffer;

/**
 * A list of records by <a href="https://fory.apache.org">Apache Fory</a>, as its guide advises for
 * speed: Java alone, classes registered, no references, serialisers generated and compiled before
 * they are used, numbers of fixed width, buffers used again. The whole list is in the buffer before
 * it is sent, and again before it is read.
 */
final class ForyRecords implements Way {
  static {
    // It would write to standard output, which is the results'.
    LoggerFactory.disableLogging();
  }

  private final Fory fory =
      Fory.builder()
          .withLanguage(Language.JAVA)
          .requireClassRegistration(true)
          .withRefTracking(false)
          .withCodegen(true)
          .withAsyncCompilation(false)
          .withNumberCompressed(false)
          .withStringCompressed(false)
          .build();
  private final MemoryBuffer buffer = MemoryBuffer.newHeapBuffer(1 << 16);

  ForyRecords() {
    fory.register(Orders.Order.class);
  }

  @Override
  public void send(Orders orders, SocketChannel out) throws IOException {
    buffer.writerIndex(0);
    fory.serialize(buffer, orders.records());
    int size = buffer.writerIndex();
    Wire.write(out, ByteBuffer.allocate(Integer.BYTES).putInt(size).flip());
    Wire.write(out, buffer.sliceAsByteBuffer(0, size));
  }

  @Override
  @SuppressWarnings("unchecked") // It is what send writes.
  public Received open(SocketChannel in) throws IOException {
    int size = Wire.read(in, ByteBuffer.allocate(Integer.BYTES)).getInt();
    buffer.ensure(size);
    Wire.read(in, buffer.sliceAsByteBuffer(0, size));
    buffer.readerIndex(0);
    buffer.writerIndex(size);
    List<Orders.Order> orders = (List<Orders.Order>) fory.deserialize(buffer);
    return () -> Sums.of(orders);
  }
}
