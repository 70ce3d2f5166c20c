package io.plasmastore.bench.handover;

import io.plasmastore.bench.data.Orders;
import java.io.IOException;
import java.nio.channels.SocketChannel;

/**
 * One way to hand rows over. The two processes have an instance each, and are connected by a Unix
 * socket on which nothing else is sent meanwhile. For one thread.
 */
interface Way extends AutoCloseable {
  /** In the producer, off the clock: what this way has done before the rows are ready. */
  default void prepare(Orders orders) throws Exception {}

  /** In the producer: hands the rows over, from the form in which this way needs them. */
  void send(Orders orders, SocketChannel out) throws Exception;

  /** In the producer, off the clock: takes back what is still held of what was sent last. */
  default void afterwards() throws Exception {}

  /**
   * In the producer, on the clock: the consumer needs no more what was sent last, and the next is
   * to follow. As {@link #afterwards}, but a way may put it off.
   */
  default void taken() throws Exception {}

  /** In the consumer: waits for the word that something is there, if it comes before the rows. */
  default void await(SocketChannel in) throws IOException {}

  /** In the consumer: has the rows so that they can be read. */
  Received open(SocketChannel in) throws Exception;

  /** Whether what was awaited can be opened again: it is kept, and a get of it says what gets. */
  default boolean opensAgain() {
    return false;
  }

  @Override
  default void close() throws IOException {}
}
