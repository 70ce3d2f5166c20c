package io.plasmastore.sort;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.apache.arrow.memory.ArrowBuf;

/**
 * The memory of Arrow's buffers as segments, whose accesses compile to loops that the buffers' own
 * do not. This is the only class of the sort that makes a segment of an address; a segment is good
 * as long as its buffer.
 */
final class OffHeap {
  /** Up to here a loop is faster than a call. */
  private static final int FEW = 64;

  // Buffers of other producers may be aligned to 8 bytes only, so that values of 16 and more lie
  // anywhere.
  static final ValueLayout.OfByte BYTE = ValueLayout.JAVA_BYTE;
  static final ValueLayout.OfShort SHORT = ValueLayout.JAVA_SHORT_UNALIGNED;
  static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT_UNALIGNED;
  static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG_UNALIGNED;

  /**
   * All memory, at its addresses. Who uses it has to know that what lies there is his: it is for
   * writing rows to places in many objects at once, where a segment of each would have to be looked
   * up for each row.
   */
  @SuppressWarnings("restricted")
  static final MemorySegment ALL = MemorySegment.NULL.reinterpret(Long.MAX_VALUE);

  private OffHeap() {}

  /**
   * Copies a few bytes, faster than a call for each does.
   *
   * @param length 0 or more
   */
  static void copyFew(MemorySegment source, long from, MemorySegment target, long to, long length) {
    if (length >= Long.BYTES) {
      long last = length - Long.BYTES;
      for (long at = 0; at < last; at += Long.BYTES) {
        target.set(LONG, to + at, source.get(LONG, from + at));
      }
      // May overlap what is copied already.
      target.set(LONG, to + last, source.get(LONG, from + last));
    } else if (length >= Integer.BYTES) {
      long last = length - Integer.BYTES;
      target.set(INT, to, source.get(INT, from));
      target.set(INT, to + last, source.get(INT, from + last));
    } else {
      for (long at = 0; at < length; at++) {
        target.set(BYTE, to + at, source.get(BYTE, from + at));
      }
    }
  }

  /** Copies bytes of which there may be few or many. */
  static void copy(MemorySegment source, long from, MemorySegment target, long to, long length) {
    if (length <= FEW) {
      copyFew(source, from, target, to, length);
    } else {
      MemorySegment.copy(source, from, target, to, length);
    }
  }

  /** The bytes of a buffer up to its capacity. */
  @SuppressWarnings("restricted")
  static MemorySegment bytes(ArrowBuf buffer) {
    return MemorySegment.ofAddress(buffer.memoryAddress()).reinterpret(buffer.capacity());
  }

  /** A bit of a bitmap as Arrow lays it out. */
  static boolean bit(MemorySegment bitmap, int index) {
    return ((bitmap.get(BYTE, index >>> 3) >>> (index & 7)) & 1) != 0;
  }

  /** Sets a bit of a bitmap. */
  static void setBit(MemorySegment bitmap, int index, boolean set) {
    int mask = 1 << (index & 7);
    int bits = bitmap.get(BYTE, index >>> 3);
    bitmap.set(BYTE, index >>> 3, (byte) (set ? bits | mask : bits & ~mask));
  }

  /**
   * Copies bits.
   *
   * @param source from its first bit on
   * @param target gets them from bit {@code at} on; its other bits stay
   */
  static void appendBits(MemorySegment source, int count, MemorySegment target, int at) {
    for (int i = 0; i < count; i += Byte.SIZE) {
      int mask = (1 << Math.min(Byte.SIZE, count - i)) - 1;
      int bits = source.get(BYTE, i >>> 3) & mask;
      int shift = (at + i) & 7;
      setBits(target, (at + i) >>> 3, mask << shift, bits << shift);
      if (mask << shift > 0xff) {
        setBits(
            target,
            ((at + i) >>> 3) + 1,
            (mask << shift) >>> Byte.SIZE,
            (bits << shift) >>> Byte.SIZE);
      }
    }
  }

  private static void setBits(MemorySegment target, int index, int mask, int bits) {
    target.set(BYTE, index, (byte) ((target.get(BYTE, index) & ~mask) | bits));
  }

  /** Bytes of a bitmap. */
  static long bitmapSize(int bitCount) {
    return (bitCount + 7L) / 8;
  }
}
