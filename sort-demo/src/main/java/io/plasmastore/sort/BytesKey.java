package io.plasmastore.sort;

import java.lang.foreign.MemorySegment;
import org.apache.arrow.vector.BaseFixedWidthVector;
import org.apache.arrow.vector.BaseVariableWidthVector;
import org.apache.arrow.vector.FieldVector;

/**
 * Strings of bytes, in the order of their unsigned bytes, a shorter one before those that it
 * begins. The prefix is made of the first seven bytes, filled up with zeros, and a byte for the
 * length, where 8 stands for all that is longer than seven: so up to seven bytes the prefix
 * decides.
 */
final class BytesKey extends KeyColumn {
  private static final int PREFIX_BYTES = 7;

  private final MemorySegment data;

  /** The offsets, or of no use where all values have one width. */
  private final MemorySegment offsets;

  /** Bytes of an offset; 0 where all values have one width. */
  private final int offsetWidth;

  /** Bytes of each value, where they all have one width. */
  private final int width;

  BytesKey(FieldVector vector) {
    super(vector);
    this.data = OffHeap.bytes(vector.getDataBuffer());
    if (vector instanceof BaseFixedWidthVector fixed) {
      this.offsets = MemorySegment.NULL;
      this.offsetWidth = 0;
      this.width = fixed.getTypeWidth();
    } else {
      this.offsets = OffHeap.bytes(vector.getOffsetBuffer());
      this.offsetWidth = vector instanceof BaseVariableWidthVector ? Integer.BYTES : Long.BYTES;
      this.width = 0;
    }
  }

  @Override
  long prefix(int row) {
    long start = start(row);
    long length = start(row + 1) - start;
    long bytes;
    if (start + Long.BYTES <= data.byteSize()) {
      bytes = Long.reverseBytes(data.get(OffHeap.LONG, start)) >>> Byte.SIZE;
      if (length < PREFIX_BYTES) {
        bytes &= -1L << ((PREFIX_BYTES - length) * Byte.SIZE);
      }
    } else {
      bytes = 0;
      for (int i = 0; i < Math.min(length, PREFIX_BYTES); i++) {
        bytes |=
            (data.get(OffHeap.BYTE, start + i) & 0xffL) << ((PREFIX_BYTES - 1 - i) * Byte.SIZE);
      }
    }
    return ((bytes << Byte.SIZE) | Math.min(length, PREFIX_BYTES + 1)) ^ Long.MIN_VALUE;
  }

  @Override
  boolean decides(long prefix) {
    // The least number is the empty string's, and may be a null's.
    return prefix != Long.MIN_VALUE && (prefix & 0xff) <= PREFIX_BYTES;
  }

  @Override
  int compare(int row, KeyColumn other, int otherRow) {
    BytesKey bytes = (BytesKey) other.values();
    int bytesRow = other.valueRow(otherRow);
    long start = start(row);
    long end = start(row + 1);
    long otherStart = bytes.start(bytesRow);
    long otherEnd = bytes.start(bytesRow + 1);
    long difference = MemorySegment.mismatch(data, start, end, bytes.data, otherStart, otherEnd);
    if (difference < 0) {
      return 0;
    }
    if (difference == end - start || difference == otherEnd - otherStart) {
      return Long.compare(end - start, otherEnd - otherStart);
    }
    return Byte.compareUnsigned(
        data.get(OffHeap.BYTE, start + difference),
        bytes.data.get(OffHeap.BYTE, otherStart + difference));
  }

  private long start(int row) {
    return switch (offsetWidth) {
      case 0 -> (long) row * width;
      case Integer.BYTES -> offsets.getAtIndex(OffHeap.INT, row);
      default -> offsets.getAtIndex(OffHeap.LONG, row);
    };
  }
}
