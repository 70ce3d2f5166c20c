package io.plasmastore.arrow.records;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The short texts that an iterator has met: a column of symbols or cities has few different ones.
 * To look one up is to compare two numbers, which are its bytes and its size; the text itself is
 * not touched and no garbage is made. Where texts are rarely met again this says so. For one
 * thread.
 *
 * <pre>
 *   hash of a text ──► places (0: none) ──► lows, highs: its bytes and size
 *                                      └──► texts
 * </pre>
 *
 * Texts stay where they are until all are forgotten, which happens between two calls.
 */
final class KnownTexts {
  /** Where there is no text. */
  static final int NONE = 0;

  /** How many bytes behind a text are read, and not looked at. */
  static final int READ_AHEAD = 2 * Long.BYTES;

  private static final VarHandle LONG =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

  private static final int MIN_TEXTS = 2 * Run.ROWS;
  private static final int MAX_TEXTS = 1 << 12;

  /** Places for each text, so that two rarely have the same. */
  private static final int SPARSITY = 4;

  /** Of a hash for each of the two places that a text may have. */
  private static final int HASH_BITS = 16;

  private static final long SPREAD = 0x9E3779B97F4A7C15L;
  private static final long OTHER_SPREAD = 0xC2B2AE3D27D4EB4FL;

  /** More misses than half the hits, and by so many: to make each text is no slower. */
  private static final int MAX_SCORE = 1 << 14;

  private short[] table = {};
  private short[] longTable = {};
  private long[] lows = {};
  private long[] highs = {};
  private @Nullable String[] texts = {};
  private int shift;
  private int count;
  private int score;

  /** Whether texts are met again. */
  boolean isWorthwhile() {
    return score <= MAX_SCORE;
  }

  /** The texts that are known, and nulls. */
  @Nullable String[] texts() {
    return texts;
  }

  /**
   * Looks texts up that follow one another, and makes and remembers those that are not known.
   *
   * @param bytes of the texts, and {@link #READ_AHEAD} more
   * @param ends where the first text starts, and where each ends
   * @param found takes the place of each among the {@link #texts}
   * @param rows how many texts, no more than {@link Run#ROWS}
   */
  void find(byte[] bytes, int[] ends, int[] found, int rows) {
    makeRoom();
    int before = count;
    // Not fields, since the compiler can't know that what is written leaves them as they are.
    short[] places = table;
    short[] longPlaces = longTable;
    long[] knownLows = lows;
    long[] knownHighs = highs;
    int by = shift;
    int start = ends[0];
    for (int i = 0; i < rows; i++) {
      int end = ends[i + 1];
      int size = end - start;
      int place;
      if (size < Long.BYTES) {
        long low = sized((long) LONG.get(bytes, start), size);
        long hash = mix(low * SPREAD);
        place = places[(int) (hash >>> by)];
        if (knownLows[place] != low) {
          place = places[(int) (hash << HASH_BITS >>> by)];
          if (knownLows[place] != low) {
            place = add(places, hash, low, 0, bytes, start, size);
          }
        }
      } else if (size < 2 * Long.BYTES) {
        long low = (long) LONG.get(bytes, start);
        int rest = size - Long.BYTES;
        long high = sized((long) LONG.get(bytes, start + Long.BYTES), rest);
        long hash = mix(low * SPREAD + high);
        place = longPlaces[(int) (hash >>> by)];
        if (knownLows[place] != low || knownHighs[place] != high) {
          place = longPlaces[(int) (hash << HASH_BITS >>> by)];
          if (knownLows[place] != low || knownHighs[place] != high) {
            place = add(longPlaces, hash, low, high, bytes, start, size);
          }
        }
      } else {
        place = add(bytes, start, size);
      }
      found[i] = place;
      start = end;
    }
    int misses = count - before;
    score = Math.max(0, score + 3 * misses - rows);
  }

  private int add(
      short[] places, long hash, long low, long high, byte[] bytes, int start, int size) {
    int place = add(bytes, start, size);
    lows[place] = low;
    highs[place] = high;
    int slot = (int) (hash >>> shift);
    int other = (int) (hash << HASH_BITS >>> shift);
    places[places[slot] != NONE && places[other] == NONE ? other : slot] = (short) place;
    return place;
  }

  private int add(byte[] bytes, int start, int size) {
    int place = count++;
    texts[place] = new String(bytes, start, size, StandardCharsets.UTF_8);
    return place;
  }

  /**
   * The first of eight bytes, up to seven, and behind them how many they are; never 0, which is
   * what there is where there is no text.
   */
  private static long sized(long bytes, int size) {
    // In two steps, since a shift by all 64 bits would be one by none.
    return bytes << Byte.SIZE << (Long.SIZE - Byte.SIZE - size * Byte.SIZE) | size + 1;
  }

  private static long mix(long bits) {
    return (bits ^ (bits >>> Integer.SIZE)) * OTHER_SPREAD;
  }

  /** For as many texts as there may be in a run. */
  private void makeRoom() {
    if (count + Run.ROWS <= texts.length) {
      return;
    }
    int size = Math.clamp(4L * texts.length, MIN_TEXTS, MAX_TEXTS);
    if (size > texts.length) {
      table = new short[SPARSITY * size];
      longTable = new short[SPARSITY * size];
      lows = new long[size];
      highs = new long[size];
      shift = Long.SIZE - Integer.numberOfTrailingZeros(table.length);
    } else {
      Arrays.fill(table, (short) NONE);
      Arrays.fill(longTable, (short) NONE);
    }
    // Anew each time: the collector keeps books of what is stored in an old one.
    texts = new @Nullable String[size];
    count = NONE + 1;
  }
}
