package io.plasmastore.arrow.records;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.function.IntUnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Primitive values that are stored once for many rows, written out for each row: records and
 * columns read primitives where they lie, one after the other. It takes the memory of a plain
 * column, in this process.
 *
 * @param values one for each row
 * @param validity where there is a value, or null if in each row
 */
record Expansion(PrimitiveReader values, @Nullable Bitmap validity) {
  /** What a row has that has no value. */
  static final int NO_VALUE = -1;

  /**
   * Writes values out. O(rows).
   *
   * @param type of the values
   * @param rows how many
   * @param stored the values
   * @param indices the number of a row's value, or {@link #NO_VALUE}; asked for in order
   */
  static Expansion of(Primitive type, int rows, Expansion stored, IntUnaryOperator indices) {
    int width = type.width();
    long bitmap = (rows + 63L) / 64 * Long.BYTES;
    long size = width == 0 ? bitmap : (long) rows * width;
    MemorySegment values = Arena.ofAuto().allocate(Math.max(Long.BYTES, size), Long.BYTES);
    MemorySegment validity = Arena.ofAuto().allocate(Math.max(Long.BYTES, bitmap), Long.BYTES);
    boolean full = true;
    for (int row = 0; row < rows; row++) {
      int index = indices.applyAsInt(row);
      if (index == NO_VALUE || stored.isNull(index)) {
        full = false;
        continue;
      }
      setBit(validity, row);
      if (width > 0) {
        stored.values.copyValue(index, values, (long) row * width);
      } else if ((boolean) stored.values.get(index)) {
        setBit(values, row);
      }
    }
    return new Expansion(
        new PrimitiveReader(type, values.asReadOnly(), 0, size),
        full ? null : new Bitmap(validity.asReadOnly()));
  }

  /** Rows that have no values at all. */
  static Expansion ofNulls(Primitive type, int rows) {
    PrimitiveReader none = new PrimitiveReader(type, MemorySegment.NULL, 0, 0);
    return of(type, rows, new Expansion(none, null), row -> NO_VALUE);
  }

  private boolean isNull(int index) {
    return validity != null && validity.isNull(index);
  }

  private static void setBit(MemorySegment bits, int row) {
    int offset = row >>> 3;
    int set = bits.get(ValueLayout.JAVA_BYTE, offset) | 1 << (row & 7);
    bits.set(ValueLayout.JAVA_BYTE, offset, (byte) set);
  }
}
