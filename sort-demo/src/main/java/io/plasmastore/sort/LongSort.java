package io.plasmastore.sort;

import java.util.Arrays;

/**
 * Sorts longs by themselves. They are distributed over some bins, by the range that they really
 * have; then neighbouring bins, as many as {@link #MOST_AT_ONCE} numbers fill, are sorted together
 * by the JDK. It sorts that few without a branch where the processor has the vector instructions
 * for it, and by insertion where it has not, which moves few of them far.
 *
 * <p>It keeps the room for its bins: an array of a hundred kilobytes for each part of a bucket
 * would be a twentieth of all that a sort writes, and have the collector at work. One thread.
 */
final class LongSort {
  /**
   * The JDK sorts up to so many numbers in one step: {@code DualPivotQuicksort} looks no further
   * below 44.
   */
  private static final int MOST_AT_ONCE = 43;

  /** More numbers than this, and what they are distributed over does not fit the caches. */
  private static final int MANY = 1 << 17;

  private static final int BIN_BITS_OF_MANY = 9;

  /** Up to here sorting by comparisons is as fast as distributing once more. */
  private static final int FEW = 256;

  /** So many numbers to a bin, or half of it. */
  private static final int PER_BIN_BITS = 2;

  /** Where the bins end, of numbers that lie in bins of others: as many arrays as there are. */
  private int[][] ends = new int[0][];

  /** How many of these are in use. */
  private int depth;

  /**
   * Sorts {@code keys[from]} to {@code keys[to - 1]}.
   *
   * @param other as long; what it has in that range is lost
   * @return the array that has them in order now, in that range: one of the two
   */
  long[] sort(long[] keys, long[] other, int from, int to) {
    if (to - from <= MOST_AT_ONCE) {
      Arrays.sort(keys, from, to);
      return keys;
    }
    if (isSorted(keys, from, to)) {
      return keys;
    }
    long min = Long.MAX_VALUE;
    long max = Long.MIN_VALUE;
    for (int i = from; i < to; i++) {
      min = Math.min(min, keys[i]);
      max = Math.max(max, keys[i]);
    }
    return distribute(keys, other, from, to, min, max);
  }

  /**
   * The same for numbers of a range that is known.
   *
   * @param min no number is less
   * @param max no number is greater
   */
  long[] sortWithin(long[] keys, long[] other, int from, int to, long min, long max) {
    return to - from <= MOST_AT_ONCE || isSorted(keys, from, to)
        ? sort(keys, other, from, to)
        : distribute(keys, other, from, to, min, max);
  }

  private long[] distribute(long[] keys, long[] other, int from, int to, long min, long max) {
    int shift = shift(to - from, max - min);
    int bins = (int) ((max - min) >>> shift) + 1;
    int[] ends = reserve(bins);
    for (int i = from; i < to; i++) {
      ends[(int) ((keys[i] - min) >>> shift)]++;
    }
    int start = from;
    for (int bin = 0; bin < bins; bin++) {
      int count = ends[bin];
      ends[bin] = start;
      start += count;
    }
    for (int i = from; i < to; i++) {
      long key = keys[i];
      other[ends[(int) ((key - min) >>> shift)]++] = key;
    }
    if (shift > 0) {
      depth++;
      sortBins(/* keys= */ other, /* other= */ keys, from, ends, bins);
      depth--;
    }
    return other;
  }

  /** Whether they are in order already. */
  static boolean isSorted(long[] keys, int from, int to) {
    for (int i = from + 1; i < to; i++) {
      if (keys[i - 1] > keys[i]) {
        return false;
      }
    }
    return true;
  }

  /** How far to shift the distance from the least number to get the number of a bin. */
  private static int shift(int count, long range) {
    int countBits = Integer.SIZE - Integer.numberOfLeadingZeros(count - 1);
    int binBits = count > MANY ? BIN_BITS_OF_MANY : countBits - PER_BIN_BITS + 1;
    return Math.max(0, Long.SIZE - Long.numberOfLeadingZeros(range) - binBits);
  }

  /** Zeros for so many bins. */
  private int[] reserve(int bins) {
    if (depth == ends.length) {
      ends = Arrays.copyOf(ends, depth + 1);
      ends[depth] = new int[bins];
    } else if (ends[depth].length < bins) {
      ends[depth] = new int[bins];
    } else {
      Arrays.fill(ends[depth], 0, bins, 0);
    }
    return ends[depth];
  }

  private void sortBins(long[] keys, long[] other, int from, int[] ends, int bins) {
    int start = from;
    int last = from;
    for (int bin = 0; bin < bins; bin++) {
      int end = ends[bin];
      if (end - start > MOST_AT_ONCE) {
        sortInPlace(keys, other, start, last);
        start = last;
        if (end - start > MOST_AT_ONCE) {
          sortInPlace(keys, other, start, end);
          start = end;
        }
      }
      last = end;
    }
    sortInPlace(keys, other, start, last);
  }

  private void sortInPlace(long[] keys, long[] other, int from, int to) {
    if (to - from <= FEW) {
      Arrays.sort(keys, from, to);
    } else if (sort(keys, other, from, to) != keys) {
      System.arraycopy(other, from, keys, from, to - from);
    }
  }
}
