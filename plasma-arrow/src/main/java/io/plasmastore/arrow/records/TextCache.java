package io.plasmastore.arrow.records;

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

  // Two for each hash, or some hundred symbols already would drive each other out.
  private static final int WAYS = 2;
  private static final int SLOT_BITS = 11;
  private static final int MISS = 2;
  // Off once there were about this many misses more than twice the hits.
  private static final int MAX_SCORE = 1 << 16;

  private record Entry(long low, long high, int size, String text) {
    boolean matches(long wantedLow, long wantedHigh, int wantedSize) {
      return low == wantedLow && high == wantedHigh && size == wantedSize;
    }
  }

  private @Nullable Entry @Nullable [] entries;
  private int score;

  /** Whether a text is to be looked up at all. */
  boolean takes(int size) {
    return size <= MAX_SIZE && score <= MAX_SCORE;
  }

  /**
   * The text of at most {@link #MAX_SIZE} bytes, or null if it is not known.
   *
   * @param low its first eight bytes as they lie in memory, zeros where it has less
   * @param high the eight after them
   * @param size in bytes
   */
  @Nullable String find(long low, long high, int size) {
    @Nullable Entry[] known = entries;
    if (known == null) {
      return null;
    }
    int slot = slot(low, high);
    Entry entry = known[slot];
    if (entry == null || !entry.matches(low, high, size)) {
      entry = known[slot + 1];
      if (entry == null || !entry.matches(low, high, size)) {
        return null;
      }
    }
    if (score > 0) {
      score--;
    }
    return entry.text;
  }

  /** Remembers a text that {@link #find} did not know. */
  void add(long low, long high, int size, String text) {
    score += MISS;
    @Nullable Entry[] known = entries;
    if (known == null) {
      known = new @Nullable Entry[1 << SLOT_BITS];
      entries = known;
    }
    int slot = slot(low, high);
    known[slot + 1] = known[slot];
    known[slot] = new Entry(low, high, size, text);
  }

  /** The first of eight bytes, the others zero. */
  static long first(long bytes, int size) {
    return size >= Long.BYTES ? bytes : bytes & ((1L << (size * Byte.SIZE)) - 1);
  }

  private static int slot(long low, long high) {
    long hash = (low + high * 31) * 0x9E3779B97F4A7C15L;
    return (int) (hash >>> (Long.SIZE - SLOT_BITS)) & -WAYS;
  }
}
