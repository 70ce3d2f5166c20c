package io.plasmastore.bench.handover;

import org.apache.arrow.vector.VectorSchemaRoot;

/**
 * A dataframe.
 *
 * @param root closed with this
 */
record ReceivedRoot(VectorSchemaRoot root) implements Received {
  @Override
  public long sum() {
    return Sums.of(root);
  }

  @Override
  public void close() {
    root.close();
  }
}
