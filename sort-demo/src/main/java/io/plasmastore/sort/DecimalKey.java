package io.plasmastore.sort;

import java.lang.foreign.MemorySegment;
import org.apache.arrow.vector.FieldVector;

/**
 * Decimals of 128 and 256 bits, little-endian two's complement, all of a column with one scale. The
 * prefix is the unscaled value, or the end of the range of a long that it lies beyond.
 */
final class DecimalKey extends KeyColumn {
  private final MemorySegment data;
  private final int words;

  DecimalKey(FieldVector vector, int width) {
    super(vector);
    this.data = OffHeap.bytes(vector.getDataBuffer());
    this.words = width / Long.BYTES;
  }

  @Override
  long prefix(int row) {
    long lowest = word(row, 0);
    long sign = word(row, words - 1) >> 63;
    for (int i = 1; i < words; i++) {
      if (word(row, i) != sign) {
        return beyond(sign);
      }
    }
    return lowest >> 63 == sign ? lowest : beyond(sign);
  }

  @Override
  boolean decides(long prefix) {
    return prefix != Long.MIN_VALUE && prefix != Long.MAX_VALUE;
  }

  @Override
  int compare(int row, KeyColumn other, int otherRow) {
    DecimalKey decimals = (DecimalKey) other.values();
    int decimalRow = other.valueRow(otherRow);
    int order = Long.compare(word(row, words - 1), decimals.word(decimalRow, words - 1));
    for (int i = words - 2; i >= 0 && order == 0; i--) {
      order = Long.compareUnsigned(word(row, i), decimals.word(decimalRow, i));
    }
    return order;
  }

  private long word(int row, int word) {
    return data.getAtIndex(OffHeap.LONG, (long) row * words + word);
  }

  private static long beyond(long sign) {
    return sign < 0 ? Long.MIN_VALUE : Long.MAX_VALUE;
  }
}
