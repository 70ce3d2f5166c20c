package io.plasmastore.sort;

import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * A 64-bit hash of each row with all its flat columns, by value: nulls alike whatever lies below
 * them, floats by their bits. The sum of the hashes of all rows does not depend on their order.
 *
 * <p>Two rows that differ in one number, or in eight bytes of a string of the same length, never
 * have the same hash, so that a row changed so is always found. Other rows have the same hash, and
 * two sets of rows that differ the same sum, by a chance of 1 in 2^64: this guards against
 * mistakes, not against malice. {@link RowHash} is the same for nested columns, with other numbers.
 *
 * <p>Some hundred rows at a time, so that they stay in the first cache, in loops that compile to
 * vector instructions. One thread.
 */
final class FlatHash {
  private static final int BLOCK = 1 << 10;

  /** Bytes of a string that three words cover. */
  private static final int FEW_BYTES = 3 * Long.BYTES;

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
    } else if (column.shape() == ColumnShape.BYTES) {
      MemorySegment offsets = column.offsets();
      long start = offsets.getAtIndex(OffHeap.INT, from);
      for (int i = 0; i < count; i++) {
        long end = offsets.getAtIndex(OffHeap.INT, from + i + 1);
        values[i] = hash(data, start, end - start);
        start = end;
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
      hashes[i] = mixed(hashes[i], values[i]);
    }
  }

  private long finish(int count) {
    long sum = 0;
    for (int i = 0; i < count; i++) {
      long hash = mixed(hashes[i], 0);
      sum += hash ^ (hash >>> 29);
    }
    return sum;
  }

  /**
   * Mixes 64 bits in: for one hash, different bits give different hashes, and for the same bits
   * different hashes do. The upper half is folded onto the lower one first, since a product carries
   * what differs upwards alone.
   */
  private static long mixed(long hash, long bits) {
    long both = hash ^ bits;
    return (both ^ (both >>> 32)) * ODD_2;
  }

  /**
   * The hash of a string: its length and its words, the last ones filled up with zeros, so that
   * each byte counts once. Up to {@link #FEW_BYTES} nothing branches by the length, which would be
   * foretold wrong for every other string.
   */
  private static long hash(MemorySegment data, long start, long length) {
    long hash = length * ODD_1;
    if (length < Long.BYTES) {
      return mixed(hash, shortWord(data, start, length));
    }
    long at = start;
    long left = length;
    for (; left > FEW_BYTES; left -= Long.BYTES) {
      hash = mixed(hash, data.get(OffHeap.LONG, at));
      at += Long.BYTES;
    }
    long last = start + length - Long.BYTES;
    hash = mixed(hash, data.get(OffHeap.LONG, at));
    hash = mixed(hash, word(data, at + Long.BYTES, last));
    return mixed(hash, word(data, at + 2 * Long.BYTES, last));
  }

  /** The bytes from one on of what ends with the word at {@code last}; at most eight of them. */
  private static long word(MemorySegment data, long at, long last) {
    long from = Math.min(at, last);
    // In two steps, as a shift by all 64 bits would be none.
    int halfShift = (int) Math.min(at - from, Long.BYTES) * (Byte.SIZE / 2);
    return (data.get(OffHeap.LONG, from) >>> halfShift) >>> halfShift;
  }

  /** The bytes of a string that has less than eight. */
  private static long shortWord(MemorySegment data, long start, long length) {
    if (start + Long.BYTES <= data.byteSize()) {
      return data.get(OffHeap.LONG, start) & ((1L << (length * Byte.SIZE)) - 1);
    }
    long word = 0;
    for (long at = length - 1; at >= 0; at--) {
      word = (word << Byte.SIZE) | (data.get(OffHeap.BYTE, start + at) & 0xff);
    }
    return word;
  }
}
