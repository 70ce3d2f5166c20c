package io.plasmastore.bench.handover;

import io.plasmastore.bench.data.Orders;
import java.nio.channels.SocketChannel;

/**
 * One way to hand rows over. The two processes have an instance each, and are connected by a Unix
 * socket on which nothing else is sent meanwhile. For one thread.
 */
interface Way {
  /** In the producer: hands the rows over, from the form in which this way needs them. */
  void send(Orders orders, SocketChannel out) throws Exception;

  /** In the producer, off the clock: takes back what the store still has. */
  default void afterwards() {}

  /**
   * In the consumer: receives the rows and looks at them.
   *
   * @return the sum of the prices, in the order of the rows
   */
  double receive(SocketChannel in) throws Exception;
}
