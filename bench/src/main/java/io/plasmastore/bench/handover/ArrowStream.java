package io.plasmastore.bench.handover;

import io.plasmastore.bench.data.Orders;
import java.io.IOException;
import java.nio.channels.SocketChannel;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.ipc.ArrowStreamWriter;

/** A dataframe that is there as an Arrow IPC stream of one batch, straight to the socket. */
final class ArrowStream implements Way {
  private final BufferAllocator allocator;

  ArrowStream(BufferAllocator allocator) {
    this.allocator = allocator;
  }

  @Override
  @SuppressWarnings("resource") // Closing the writer would close the root and the socket.
  public void send(Orders orders, SocketChannel out) throws IOException {
    ArrowStreamWriter writer = new ArrowStreamWriter(orders.root(), null, out);
    writer.start();
    writer.writeBatch();
    writer.end();
  }

  @Override
  public Received open(SocketChannel in) throws IOException {
    return ReadStream.open(in, allocator);
  }
}
