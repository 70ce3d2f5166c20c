package io.plasmastore.bench.handover;

import io.plasmastore.bench.data.Orders;
import java.io.IOException;
import java.nio.channels.SocketChannel;

/** What the ends of one way have in common within a process, as an open database. */
@FunctionalInterface
interface Medium extends AutoCloseable {
  /** A new end, for one thread; the caller closes it before this. */
  Way way();

  /** The asking end of a connection whose other one does {@link #answer}; for one thread. */
  default Exchange exchange(SocketChannel channel) throws Exception {
    return new SocketExchange(way(), channel);
  }

  /**
   * Answers each dataframe that comes with one, until the other process ends the connection.
   *
   * @param orders what is answered, and what must come
   */
  default void answer(SocketChannel channel, Orders orders) throws Exception {
    SocketExchange.answer(way(), channel, orders);
  }

  @Override
  default void close() throws IOException {}
}
