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
  // Buffers of other producers may be aligned to 8 bytes only, so that values of 16 and more lie
  // anywhere.
  static final ValueLayout.OfByte BYTE = ValueLayout.JAVA_BYTE;
  static final ValueLayout.OfShort SHORT = ValueLayout.JAVA_SHORT_UNALIGNED;
  static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT_UNALIGNED;
  static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG_UNALIGNED;

  private OffHeap() {}

  /** The bytes of a buffer up to its capacity. */
  @SuppressWarnings("restricted")
  static MemorySegment bytes(ArrowBuf buffer) {
    return MemorySegment.ofAddress(buffer.memoryAddress()).reinterpret(buffer.capacity());
  }

  /** A bit of a bitmap as Arrow lays it out. */
  static boolean bit(MemorySegment bitmap, int index) {
    return ((bitmap.get(BYTE, index >>> 3) >>> (index & 7)) & 1) != 0;
  }

  /** Bytes of a bitmap. */
  static long bitmapSize(int bitCount) {
    return (bitCount + 7L) / 8;
  }
}
