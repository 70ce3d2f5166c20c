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
    long start = offset(row);
    long end = offset(row + 1L);
    if (start < 0 || end < start || end > bytes.byteSize() || end - start > Integer.MAX_VALUE - 8) {
      throw new InvalidArrowDataException(
          "offsets out of range: row=%d start=%d end=%d limit=%d"
              .formatted(row, start, end, bytes.byteSize()));
    }
    int size = (int) (end - start);
    if (!text) {
      return copy(bytes, start, size);
    }
    return cache.takes(size) && bytes.byteSize() - start >= TextCache.MAX_SIZE
        ? cached(start, size)
        : decode(start, size);
  }

  @Override
  Reader inOrder() {
    return text ? new TextRun(this) : this;
  }

  TextCache cache() {
    return cache;
  }

  /**
   * Copies texts that follow one another.
   *
   * @param row of the first
   * @param wanted how many
   * @param ends takes where the first text starts in the target, 0, and where each of them ends;
   *     has room for one more than are wanted
   * @param target takes their bytes
   * @param room how many bytes of the target may be used
   * @return how many texts were copied; fewer than wanted where there is no room for more, or the
   *     offsets of the next are out of range
   */
  int copy(int row, int wanted, int[] ends, byte[] target, int room) {
    long last = offsets.byteSize() / (large ? Long.BYTES : Integer.BYTES) - 1;
    int most = (int) Math.min(wanted, last - row);
    if (most <= 0) {
      return 0;
    }
    long start = offset(row);
    if (start < 0) {
      return 0;
    }
    if (large) {
      ends[0] = 0;
      for (int i = 1; i <= most; i++) {
        // What is out of range stays so.
        ends[i] = Math.clamp(offset(row + (long) i) - start, -1, Integer.MAX_VALUE);
      }
    } else {
      MemorySegment.copy(offsets, PrimitiveReader.INT, (long) row << 2, ends, 0, most + 1);
      for (int i = 0; i <= most; i++) {
        ends[i] -= (int) start;
      }
    }
    int limit = Math.clamp(bytes.byteSize() - start, -1, room);
    int count = ascend(ends, most, limit) ? most : ascending(ends, most, limit);
    if (count > 0) {
      MemorySegment.copy(bytes, ValueLayout.JAVA_BYTE, start, target, 0, ends[count]);
    }
    return count;
  }

  /**
   * Whether this many numbers behind the first ascend from 0 to a limit at most. Most often they
   * do, and without a way out the loop is one over many of them at a time.
   */
  private static boolean ascend(int[] ends, int count, int limit) {
    int negative = ends[0] | limit;
    for (int i = 0; i < count; i++) {
      negative |= ends[i + 1] | (limit - ends[i + 1]) | (ends[i + 1] - ends[i]);
    }
    return negative >= 0;
  }

  /** How many of them do. */
  private static int ascending(int[] ends, int count, int limit) {
    int i = 0;
    while (i < count && ends[i + 1] >= ends[i] && ends[i + 1] <= limit) {
      i++;
    }
    return i;
  }

  private long offset(long row) {
    return large
        ? offsets.get(PrimitiveReader.LONG, row << 3)
        : offsets.get(PrimitiveReader.INT, row << 2);
  }

  private String cached(long start, int size) {
    long low = TextCache.first(bytes.get(PrimitiveReader.LONG, start), size);
    long high =
        size <= Long.BYTES
            ? 0
            : TextCache.first(
                bytes.get(PrimitiveReader.LONG, start + Long.BYTES), size - Long.BYTES);
    String known = cache.find(low, high, size);
    if (known == null) {
      known = decode(start, size);
      cache.add(low, high, size, known);
    }
    return known;
  }

  private String decode(long start, int size) {
    return new String(copy(bytes, start, size), StandardCharsets.UTF_8);
  }

  static byte[] copy(MemorySegment source, long offset, int size) {
    byte[] copy = new byte[size];
    MemorySegment.copy(source, ValueLayout.JAVA_BYTE, offset, copy, 0, size);
    return copy;
  }
}
