package io.plasmastore.bench.handover;

import io.plasmastore.bench.data.Orders;
import io.plasmastore.bench.handover.Consumer.Request;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;

/** The producer's end of one way to a consumer. For one thread. */
public final class Link implements AutoCloseable {
  private final Way way;
  private final SocketChannel channel;

  Link(Way way, SocketChannel channel) {
    this.way = way;
    this.channel = channel;
  }

  /**
   * Hands rows over.
   *
   * @throws IllegalStateException if the sum is another one
   */
  public HandedOver handOver(Orders orders, long wanted) throws Exception {
    way.prepare(orders);
    long start = System.nanoTime();
    request(Request.RECEIVE);
    long sending = System.nanoTime();
    way.send(orders, channel);
    long sent = System.nanoTime();
    ByteBuffer answer = answer(2 * Long.BYTES + Integer.BYTES);
    long end = answer.getLong();
    long sum = answer.getLong();
    int opens = answer.getInt();
    Sums.check(sum, wanted);
    long[] openNanos = new long[opens];
    answer(opens * Long.BYTES).asLongBuffer().get(openNanos);
    return new HandedOver(end - start, sent - sending, openNanos);
  }

  /** Takes back what is still held of it. */
  public void afterwards() throws Exception {
    way.afterwards();
  }

  /** Has the consumer free what it received, so that nothing is left of it for the next time. */
  public void collectGarbage() throws IOException {
    request(Request.COLLECT_GARBAGE);
    ByteBuffer unused = answer(Long.BYTES);
  }

  /** The most memory that the consumer ever had resident, in bytes. */
  public long peakMemory() throws IOException {
    request(Request.PEAK_MEMORY);
    return answer(Long.BYTES).getLong();
  }

  @Override
  public void close() throws IOException {
    try (channel) {
      way.close();
    }
  }

  private void request(Request request) throws IOException {
    Wire.write(channel, ByteBuffer.allocate(Integer.BYTES).putInt(request.number()).flip());
  }

  private ByteBuffer answer(int size) throws IOException {
    return Wire.read(channel, ByteBuffer.allocate(size));
  }
}
