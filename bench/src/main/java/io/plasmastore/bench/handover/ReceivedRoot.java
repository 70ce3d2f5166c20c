package io.plasmastore.bench.handover;

import org.apache.arrow.vector.Float8Vector;
import org.apache.arrow.vector.VectorSchemaRoot;

/**
 * A dataframe.
 *
 * @param root closed with this
 */
record ReceivedRoot(VectorSchemaRoot root) implements Received {
  @Override
  public double sum() {
    return Sums.of((Float8Vector) root.getVector("price"));
  }

  @Override
  public void close() {
    root.close();
  }
}
