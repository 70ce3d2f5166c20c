package io.plasmastore.sort;

import java.lang.foreign.MemorySegment;

/**
 * Decimals of 128 and 256 bits, little-endian two's complement, all of a column with one scale. The
 * prefix is the unscaled value, or the end of the range of a long that it lies beyond.
 *
 * @param words 64-bit words of a value
 */
record DecimalType(int words) implements KeyType {
  @Override
  public long prefix(MemorySegment data, long start, long length) {
    long lowest = word(data, start, 0);
    long sign = word(data, start, words - 1) >> 63;
    for (int i = 1; i < words; i++) {
      if (word(data, start, i) != sign) {
        return beyond(sign);
      }
    }
    return lowest >> 63 == sign ? lowest : beyond(sign);
  }

  @Override
  public boolean decides(long prefix) {
    return prefix != Long.MIN_VALUE && prefix != Long.MAX_VALUE;
  }

  /** Words that only repeat the sign count for nothing: so the width does not matter. */
  @Override
  public long identity(MemorySegment data, long start, long length) {
    long identity = word(data, start, 0);
    long sign = word(data, start, words - 1) >> 63;
    for (int i = 1; i < words; i++) {
      long word = word(data, start, i);
      if (word != sign) {
        identity = KeyHash.mix(identity ^ Long.rotateLeft(word, i));
      }
    }
    return identity;
  }

  @Override
  public int compare(
      MemorySegment data,
      long start,
      long length,
      MemorySegment other,
      long otherStart,
      long otherLength) {
    int order = Long.compare(word(data, start, words - 1), word(other, otherStart, words - 1));
    for (int i = words - 2; i >= 0 && order == 0; i--) {
      order = Long.compareUnsigned(word(data, start, i), word(other, otherStart, i));
    }
    return order;
  }

  private static long word(MemorySegment data, long start, int word) {
    return data.get(OffHeap.LONG, start + (long) word * Long.BYTES);
  }

  private static long beyond(long sign) {
    return sign < 0 ? Long.MIN_VALUE : Long.MAX_VALUE;
  }
}
