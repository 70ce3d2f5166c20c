package io.plasmastore.bench.handover;

import io.plasmastore.bench.data.Orders;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;

/** Both directions of a way over one socket. */
final class SocketExchange implements Exchange {
  private final Way way;
  private final SocketChannel channel;

  SocketExchange(Way way, SocketChannel channel) {
    this.way = way;
    this.channel = channel;
  }

  @Override
  public long ask(Orders orders) throws Exception {
    way.send(orders, channel);
    way.await(channel);
    long sum;
    try (Received answer = way.open(channel)) {
      sum = answer.sum();
    }
    // Who answers has seen what was asked.
    way.taken();
    return sum;
  }

  @Override
  public void close() throws IOException {
    way.close();
  }

  /** The other side of {@link #ask}. */
  static void answer(Way end, SocketChannel channel, Orders orders) throws Exception {
    try (Way way = end) {
      long wanted = orders.sumOfIds();
      while (true) {
        long sum;
        try {
          way.await(channel);
          try (Received request = way.open(channel)) {
            sum = request.sum();
          }
        } catch (Exception e) {
          // Each library has a failure of its own for a stream that ends where the next would
          // begin.
          if (isAtEnd(channel)) {
            return;
          }
          throw e;
        }
        way.taken();
        Sums.check(sum, wanted);
        way.send(orders, channel);
      }
    }
  }

  private static boolean isAtEnd(SocketChannel channel) throws IOException {
    return !channel.isOpen() || channel.read(ByteBuffer.allocate(1)) < 0;
  }
}
