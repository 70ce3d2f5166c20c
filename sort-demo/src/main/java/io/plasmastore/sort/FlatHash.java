package io.plasmastore.sort;

import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * A 64-bit hash of each row with all its flat columns, by value: nulls alike whatever lies below
 * them, floats by their bits. The sum of the hashes of all rows does not depend on their order, and
 * two sets of rows that differ have the same sum by a chance of 1 in 2^64; this guards against
 * mistakes, not against malice. {@link RowHash} is the same for nested columns, with other numbers.
 *
 * <p>Some hundred rows at a time, so that they stay in the first cache, in loops that compile to
 * vector instructions. One thread.
 */
final class FlatHash {
  private static final int BLOCK = 1 << 10;
  private static final long NULL = 0x7c15_9e37_79b9_7f4aL;
  private static final long ODD_1 = 0x9e37_79b9_7f4a_7c15L;
  private static final long ODD_2 = 0xbf58_476d_1ce4_e5b9L;

  private final long[] hashes = new long[BLOCK];
  private final long[] values = new long[BLOCK];
  private final int[] ints = new int[BLOCK];

  /** The sum of the hashes of the rows {@code from} to {@code to - 1} of a batch. */
  long sum(FlatColumn[] columns, int from, int to) {
    long sum = 0;
    for (int start = from; start < to; start += BLOCK) {
      int count = Math.min(to - start, BLOCK);
      Arrays.fill(hashes, 0, count, 0);
      for (FlatColumn column : columns) {
        load(column, start, count);
        maskNulls(column.validity(), start, count);
        add(count);
      }
      sum += finish(count);
    }
    return sum;
  }

  private void load(FlatColumn column, int from, int count) {
    MemorySegment data = column.data();
    if (column.shape() == ColumnShape.BITS) {
      for (int i = 0; i < count; i++) {
        values[i] = OffHeap.bit(data, from + i) ? 1 : 2;
      }
    } else if (column.width() == Long.BYTES) {
      MemorySegment.copy(data, OffHeap.LONG, (long) from * Long.BYTES, values, 0, count);
    } else if (column.width() == Integer.BYTES) {
      MemorySegment.copy(data, OffHeap.INT, (long) from * Integer.BYTES, ints, 0, count);
      for (int i = 0; i < count; i++) {
        values[i] = ints[i];
      }
    } else {
      long start = column.start(from);
      for (int i = 0; i < count; i++) {
        long end = column.start(from + i + 1);
        values[i] = hash(data, start, end - start);
        start = end;
      }
    }
  }

  private void maskNulls(@Nullable MemorySegment validity, int from, int count) {
    if (validity == null) {
      return;
    }
    for (int i = 0; i < count; i++) {
      if (!OffHeap.bit(validity, from + i)) {
        values[i] = NULL;
      }
    }
  }

  private void add(int count) {
    for (int i = 0; i < count; i++) {
      long hash = (hashes[i] ^ values[i]) * ODD_1;
      hashes[i] = hash ^ (hash >>> 32);
    }
  }

  private long finish(int count) {
    long sum = 0;
    for (int i = 0; i < count; i++) {
      long hash = hashes[i] * ODD_2;
      sum += hash ^ (hash >>> 29);
    }
    return sum;
  }

  private static long hash(MemorySegment data, long start, long length) {
    long hash = length * ODD_1;
    long end = start + length;
    long at = start;
    for (; at + Long.BYTES <= end; at += Long.BYTES) {
      hash = (hash ^ data.get(OffHeap.LONG, at)) * ODD_2;
      hash ^= hash >>> 32;
    }
    long rest = 0;
    for (; at < end; at++) {
      rest = (rest << Byte.SIZE) | (data.get(OffHeap.BYTE, at) & 0xff);
    }
    hash = (hash ^ rest) * ODD_2;
    return hash ^ (hash >>> 32);
  }
}
