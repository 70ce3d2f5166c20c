package io.plasmastore.bench.handover;

import io.plasmastore.bench.data.Orders;
import io.plasmastore.bench.process.Resources;
import java.io.IOException;
import java.nio.channels.SocketChannel;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.locks.LockSupport;
import org.HdrHistogram.Histogram;
import org.apache.arrow.memory.BufferAllocator;

/** A client with a connection and a thread of its own, which asks with rows and gets rows. */
final class Asker implements AutoCloseable {
  private static final int DIGITS = 3;

  private final SocketChannel channel;
  private final Exchange exchange;
  private final Orders orders;
  private final long wanted;
  private final ExecutorService thread = Executors.newSingleThreadExecutor();

  /** Connects. */
  Asker(Peer peer, Medium medium, Consumer consumer, int rows, BufferAllocator allocator)
      throws Exception {
    this.orders = Orders.create(rows, allocator);
    this.wanted = orders.sumOfIds();
    this.channel = consumer.connect(peer, rows);
    this.exchange = medium.exchange(channel);
  }

  /**
   * Asks for some time, at least once.
   *
   * @param nanos for how long
   * @param everyNanos how far apart requests are meant to begin: a latency counts from then. 0 to
   *     begin each when the last is answered
   * @return the latencies in nanoseconds
   */
  Future<Histogram> ask(long nanos, long everyNanos) {
    return thread.submit(
        () -> {
          Histogram latencies = new Histogram(DIGITS);
          long first = System.nanoTime();
          long now = first;
          for (long asked = 0; asked == 0 || now - first < nanos; asked++) {
            long begin = everyNanos == 0 ? now : awaitTime(first + asked * everyNanos);
            long sum = exchange.ask(orders);
            now = System.nanoTime();
            latencies.recordValue(now - begin);
            Sums.check(sum, wanted);
          }
          return latencies;
        });
  }

  @Override
  public void close() throws IOException {
    try (channel) {
      Future<?> ended =
          thread.submit(
              () -> {
                exchange.close();
                return null;
              });
      Resources.close(ended::get);
    } finally {
      thread.shutdown();
      orders.close();
    }
  }

  /** Waits until then, if it is not past. */
  private static long awaitTime(long time) {
    for (long left = time - System.nanoTime(); left > 0; left = time - System.nanoTime()) {
      LockSupport.parkNanos(left);
    }
    return time;
  }
}
