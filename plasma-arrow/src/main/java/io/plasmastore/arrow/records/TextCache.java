package io.plasmastore.arrow.records;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * The short texts of a column that were read last: a column of symbols or cities has few different
 * ones, and looking one up takes a fraction of decoding it and makes no garbage. Where texts are
 * rarely met again it switches itself off. Threads may race: an entry is immutable, and a lost one
 * costs decoding once more.
 */
final class TextCache {
  /** Longer texts are not looked up. */
  static final int MAX_SIZE = 2 * Long.BYTES;

  private static final int SLOTS = 1024;
  private static final int MISS = 2;
  // Off once there were about this many misses more than twice the hits.
  private static final int MAX_SCORE = 1 << 16;

  private record Entry(long low, long high, int size, String text) {}

  private @Nullable Entry @Nullable [] entries;
  private int score;

  /** The text of at most {@link #MAX_SIZE} bytes at an offset. */
  String text(MemorySegment bytes, long offset, int size) {
    if (score > MAX_SCORE || size == 0) {
      return size == 0 ? "" : decode(bytes, offset, size);
    }
    long low;
    long high;
    if (bytes.byteSize() - offset >= MAX_SIZE) {
      low = first(bytes.get(PrimitiveReader.LONG, offset), size);
      high = size <= Long.BYTES ? 0 : first(bytes.get(PrimitiveReader.LONG, offset + 8), size - 8);
    } else {
      low = assemble(bytes, offset, Math.min(size, Long.BYTES));
      high = size <= Long.BYTES ? 0 : assemble(bytes, offset + 8, size - 8);
    }
    return lookUp(bytes, offset, size, low, high);
  }

  private String lookUp(MemorySegment bytes, long offset, int size, long low, long high) {
    @Nullable Entry[] known = entries;
    if (known == null) {
      known = new @Nullable Entry[SLOTS];
      entries = known;
    }
    long hash = (low + high * 31) * 0x9E3779B97F4A7C15L;
    int slot = (int) (hash >>> 54) & (SLOTS - 1);
    Entry entry = known[slot];
    if (entry != null && entry.low == low && entry.high == high && entry.size == size) {
      if (score > 0) {
        score--;
      }
      return entry.text;
    }
    score += MISS;
    String text = decode(bytes, offset, size);
    known[slot] = new Entry(low, high, size, text);
    return text;
  }

  /** The first bytes of eight, the others zero. */
  private static long first(long bytes, int size) {
    return size >= Long.BYTES ? bytes : bytes & ((1L << (size * Byte.SIZE)) - 1);
  }

  private static long assemble(MemorySegment bytes, long offset, int size) {
    long value = 0;
    for (int i = 0; i < size; i++) {
      value |= (bytes.get(ValueLayout.JAVA_BYTE, offset + i) & 0xFFL) << (i * Byte.SIZE);
    }
    return value;
  }

  private static String decode(MemorySegment bytes, long offset, int size) {
    return new String(VariableReader.copy(bytes, offset, size), StandardCharsets.UTF_8);
  }
}
