package io.plasmastore.bench.handover;

import io.plasmastore.bench.data.Orders;
import java.io.IOException;

/** A connection on which each dataframe that is sent is answered with one. For one thread. */
@FunctionalInterface
interface Exchange extends AutoCloseable {
  /**
   * Asks, and waits for the answer.
   *
   * @return the sum of the ids of the answer
   */
  long ask(Orders orders) throws Exception;

  @Override
  default void close() throws IOException {}
}
