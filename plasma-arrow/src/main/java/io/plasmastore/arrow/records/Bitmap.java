package io.plasmastore.arrow.records;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import org.jspecify.annotations.Nullable;

/** A validity bitmap: a bit for each row, set where there is a value. */
record Bitmap(MemorySegment bits) {
  private static final ValueLayout.OfLong LONG =
      ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  boolean isNull(int row) {
    return (bits.get(ValueLayout.JAVA_BYTE, row >>> 3) >>> (row & 7) & 1) == 0;
  }

  /** Puts null where the rows from one on have no value. */
  void clear(@Nullable Object[] values, int row) {
    for (int i = 0; i < values.length; i++) {
      if (isNull(row + i)) {
        values[i] = null;
      }
    }
  }

  /** The first row without a value, or -1. O(rows / 64). */
  int firstNull(int rows) {
    int row = 0;
    while (row + Long.SIZE <= rows && bits.get(LONG, row >>> 3) == -1L) {
      row += Long.SIZE;
    }
    while (row < rows && !isNull(row)) {
      row++;
    }
    return row < rows ? row : -1;
  }
}
