package io.plasmastore.arrow.records;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/** A validity bitmap: a bit for each row, set where there is a value. */
record Bitmap(MemorySegment bits) {
  private static final ValueLayout.OfLong LONG =
      ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  boolean isNull(int row) {
    return (bits.get(ValueLayout.JAVA_BYTE, row >>> 3) >>> (row & 7) & 1) == 0;
  }

  /** Whether any of the rows from one on has no value. O(count / 56). */
  boolean anyNull(int row, int count) {
    int done = 0;
    // Eight bytes have 57 rows or more, wherever in the first byte these begin.
    while (done < count && ((row + done) >>> 3) <= bits.byteSize() - Long.BYTES) {
      long rows = bits.get(LONG, (row + done) >>> 3) >>> ((row + done) & 7);
      int checked = Math.min(count - done, Long.SIZE - Byte.SIZE);
      if ((~rows & (1L << checked) - 1) != 0) {
        return true;
      }
      done += checked;
    }
    while (done < count && !isNull(row + done)) {
      done++;
    }
    return done < count;
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
