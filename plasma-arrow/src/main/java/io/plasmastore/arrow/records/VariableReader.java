package io.plasmastore.arrow.records;

import io.plasmastore.arrow.InvalidArrowDataException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;

/**
 * Values of variable width: texts, or byte arrays. The offsets are checked as they are used, since
 * nobody else has looked at them.
 */
final class VariableReader extends Reader {
  private final MemorySegment offsets;
  private final boolean large;
  private final MemorySegment bytes;
  private final boolean text;
  private final TextCache cache = new TextCache();

  VariableReader(MemorySegment offsets, boolean large, MemorySegment bytes, boolean text) {
    this.offsets = offsets;
    this.large = large;
    this.bytes = bytes;
    this.text = text;
  }

  @Override
  Object get(int row) {
    long start;
    long end;
    if (large) {
      start = offsets.get(PrimitiveReader.LONG, (long) row << 3);
      end = offsets.get(PrimitiveReader.LONG, (row + 1L) << 3);
    } else {
      // Both in one read.
      long both = offsets.get(PrimitiveReader.LONG, (long) row << 2);
      start = (int) both;
      end = both >> Integer.SIZE;
    }
    if (start < 0 || end < start || end > bytes.byteSize() || end - start > Integer.MAX_VALUE - 8) {
      throw new InvalidArrowDataException(
          "offsets out of range: row=%d start=%d end=%d limit=%d"
              .formatted(row, start, end, bytes.byteSize()));
    }
    int size = (int) (end - start);
    if (!text) {
      return copy(bytes, start, size);
    }
    return size <= TextCache.MAX_SIZE
        ? cache.text(bytes, start, size)
        : new String(copy(bytes, start, size), StandardCharsets.UTF_8);
  }

  static byte[] copy(MemorySegment source, long offset, int size) {
    byte[] copy = new byte[size];
    MemorySegment.copy(source, ValueLayout.JAVA_BYTE, offset, copy, 0, size);
    return copy;
  }
}
