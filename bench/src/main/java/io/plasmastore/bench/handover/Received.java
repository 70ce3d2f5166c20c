package io.plasmastore.bench.handover;

import java.io.IOException;

/** Rows that arrived; closing lets go of them. For the thread that opened them. */
@FunctionalInterface
interface Received extends AutoCloseable {
  /** The sum of the ids. */
  long sum();

  @Override
  default void close() throws IOException {}
}
