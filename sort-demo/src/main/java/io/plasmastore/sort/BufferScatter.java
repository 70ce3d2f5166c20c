package io.plasmastore.sort;

import java.lang.foreign.MemorySegment;

/**
 * Loops that move the values of a range of rows from a buffer of a batch to places of one buffer.
 * They read in order and write at random, which is three to seven times faster than the other way
 * round: nothing waits for a write.
 *
 * <p>{@code places[at]} is the place of the first row's value, {@code places[at + 1]} that of the
 * next, and so on.
 */
final class BufferScatter {
  private BufferScatter() {}

  /**
   * Sets the bits of the values whose bit is set.
   *
   * @param target zeros at these places
   * @return how many were set
   */
  static int bits(
      MemorySegment source, int from, int to, int[] places, int at, MemorySegment target) {
    int ones = 0;
    for (int row = from; row < to; row++) {
      if (OffHeap.bit(source, row)) {
        setBit(target, places[at + row - from]);
        ones++;
      }
    }
    return ones;
  }

  /** Moves values of a number of bytes. */
  static void fixed(
      MemorySegment source,
      int width,
      int from,
      int to,
      int[] places,
      int at,
      MemorySegment target) {
    int count = to - from;
    switch (width) {
      case Long.BYTES -> {
        for (int i = 0; i < count; i++) {
          target.setAtIndex(
              OffHeap.LONG, places[at + i], source.getAtIndex(OffHeap.LONG, from + i));
        }
      }
      case Integer.BYTES -> {
        for (int i = 0; i < count; i++) {
          target.setAtIndex(OffHeap.INT, places[at + i], source.getAtIndex(OffHeap.INT, from + i));
        }
      }
      case Short.BYTES -> {
        for (int i = 0; i < count; i++) {
          target.setAtIndex(
              OffHeap.SHORT, places[at + i], source.getAtIndex(OffHeap.SHORT, from + i));
        }
      }
      case Byte.BYTES -> {
        for (int i = 0; i < count; i++) {
          target.set(OffHeap.BYTE, places[at + i], source.get(OffHeap.BYTE, from + i));
        }
      }
      default -> {
        for (int i = 0; i < count; i++) {
          long place = (long) places[at + i] * width;
          MemorySegment.copy(source, (long) (from + i) * width, target, place, width);
        }
      }
    }
  }

  /**
   * Moves the length of each value to behind its place, from where {@link Offsets#sum} makes
   * offsets of them.
   */
  static void lengths(Offsets source, int from, int to, int[] places, int at, Offsets target) {
    for (int row = from; row < to; row++) {
      target.set(places[at + row - from] + 1L, source.get(row + 1L) - source.get(row));
    }
  }

  /** Moves values of any length to where the target's offsets say. */
  static void bytes(
      MemorySegment source,
      Offsets sourceOffsets,
      int from,
      int to,
      int[] places,
      int at,
      MemorySegment target,
      Offsets targetOffsets) {
    for (int row = from; row < to; row++) {
      long start = sourceOffsets.get(row);
      MemorySegment.copy(
          source,
          start,
          target,
          targetOffsets.get(places[at + row - from]),
          sourceOffsets.get(row + 1L) - start);
    }
  }

  /**
   * Puts the place of each child of the rows into an array.
   *
   * @param children gets them
   * @param childAt where the first goes
   * @return where the next would go
   */
  static int children(
      Offsets source,
      int from,
      int to,
      int[] places,
      int at,
      Offsets target,
      int[] children,
      int childAt) {
    int next = childAt;
    for (int row = from; row < to; row++) {
      int place = (int) target.get(places[at + row - from]);
      for (long left = source.get(row + 1L) - source.get(row); left > 0; left--) {
        children[next++] = place++;
      }
    }
    return next;
  }

  private static void setBit(MemorySegment bitmap, int index) {
    int bits = bitmap.get(OffHeap.BYTE, index >>> 3) | (1 << (index & 7));
    bitmap.set(OffHeap.BYTE, index >>> 3, (byte) bits);
  }
}
