package io.plasmastore.sort;

import java.lang.foreign.MemorySegment;
import org.apache.arrow.vector.FieldVector;

/**
 * The offsets of values of any length: one more than values, of 32 or of 64 bits.
 *
 * @param memory where they lie
 * @param large whether they have 64 bits
 */
record Offsets(MemorySegment memory, boolean large) {
  /** Those of a vector. */
  static Offsets of(FieldVector vector, boolean large) {
    return new Offsets(OffHeap.bytes(vector.getOffsetBuffer()), large);
  }

  /** Bytes of the offsets of so many values. */
  static long size(int valueCount, boolean large) {
    return (valueCount + 1L) * (large ? Long.BYTES : Integer.BYTES);
  }

  long get(long index) {
    return large ? memory.getAtIndex(OffHeap.LONG, index) : memory.getAtIndex(OffHeap.INT, index);
  }

  /** Sets one; of 32 bits only the lower half is kept. */
  void set(long index, long offset) {
    if (large) {
      memory.setAtIndex(OffHeap.LONG, index, offset);
    } else {
      memory.setAtIndex(OffHeap.INT, index, (int) offset);
    }
  }

  /**
   * Makes offsets of lengths, each of which stands behind the place of its value.
   *
   * @return the length of all values; where 32 bits do not hold it, the offsets are of no use
   */
  long sum(int valueCount) {
    long total = 0;
    set(0, 0);
    for (int i = 1; i <= valueCount; i++) {
      total += get(i);
      set(i, total);
    }
    return total;
  }
}
