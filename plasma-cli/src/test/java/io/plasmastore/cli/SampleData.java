package io.plasmastore.cli;

import java.nio.charset.StandardCharsets;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.BigIntVector;
import org.apache.arrow.vector.BitVector;
import org.apache.arrow.vector.Float8Vector;
import org.apache.arrow.vector.VarCharVector;
import org.apache.arrow.vector.VectorSchemaRoot;

/**
 * Small dataframes: {@code id} int64, {@code price} float64, {@code sold} bool, {@code note} utf8.
 */
final class SampleData {
  private SampleData() {}

  /** Rows from {@code first}; the price of each third is null. */
  static VectorSchemaRoot rows(BufferAllocator allocator, long first, int count) {
    BigIntVector ids = new BigIntVector("id", allocator);
    Float8Vector prices = new Float8Vector("price", allocator);
    BitVector sold = new BitVector("sold", allocator);
    VarCharVector notes = new VarCharVector("note", allocator);
    ids.allocateNew(count);
    prices.allocateNew(count);
    sold.allocateNew(count);
    notes.allocateNew(count);
    for (int i = 0; i < count; i++) {
      long row = first + i;
      ids.set(i, row);
      if (row % 3 == 0) {
        prices.setNull(i);
      } else {
        prices.set(i, row * 0.5);
      }
      sold.set(i, (int) (row & 1));
      notes.setSafe(i, ("note " + row).getBytes(StandardCharsets.UTF_8));
    }
    VectorSchemaRoot root = VectorSchemaRoot.of(ids, prices, sold, notes);
    root.setRowCount(count);
    return root;
  }
}
