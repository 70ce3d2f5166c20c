package io.plasmastore.sort;

import org.jspecify.annotations.Nullable;

/**
 * Sorts longs, each with another long that goes along; equal ones keep their order. It distributes
 * the range that the values really have over some thousand bins and goes on in each bin in the same
 * way, until few are left, which it inserts one by one.
 *
 * <p>Cost: O(n) for values spread evenly. Each round settles at least four bits of the range, so
 * that it is never more than 16 rounds, whatever the values. Values that are in order or all equal
 * cost one look at each.
 */
final class DistributionSort {
  /** Up to here inserting is faster than distributing. */
  private static final int FEW = 24;

  /** More bins than this do not fit the caches. */
  private static final int MAX_BIN_BITS = 13;

  private static final int MIN_BIN_BITS = 4;

  private DistributionSort() {}

  /**
   * Sorts {@code keys[from]} to {@code keys[to - 1]}, and {@code rows} along.
   *
   * @param otherKeys as long as the keys; what it has in that range is lost
   * @param otherRows likewise
   */
  static void sort(long[] keys, long[] rows, long[] otherKeys, long[] otherRows, int from, int to) {
    if (to - from <= FEW) {
      insert(keys, rows, keys, rows, from, to);
      return;
    }
    long[] range = range(keys, from, to);
    if (range == null) {
      return;
    }
    int shift = shift(range, to - from);
    int[] ends = distribute(keys, rows, otherKeys, otherRows, from, to, range, shift);
    int start = from;
    for (int end : ends) {
      if (end - start <= FEW || shift == 0) {
        move(otherKeys, otherRows, keys, rows, start, end, shift == 0);
      } else {
        sortInto(otherKeys, otherRows, keys, rows, start, end);
      }
      start = end;
    }
  }

  /**
   * Sorts as {@link #sort}, with the result in the target; what the source has in that range is
   * lost.
   */
  private static void sortInto(
      long[] keys, long[] rows, long[] targetKeys, long[] targetRows, int from, int to) {
    long[] range = range(keys, from, to);
    if (range == null) {
      move(keys, rows, targetKeys, targetRows, from, to, true);
      return;
    }
    int shift = shift(range, to - from);
    int[] ends = distribute(keys, rows, targetKeys, targetRows, from, to, range, shift);
    if (shift == 0) {
      return;
    }
    int start = from;
    for (int end : ends) {
      if (end - start > 1) {
        sort(targetKeys, targetRows, keys, rows, start, end);
      }
      start = end;
    }
  }

  /** The least value and the greatest, or null if they are in order already. */
  private static long @Nullable [] range(long[] keys, int from, int to) {
    int at = from + 1;
    while (at < to && keys[at - 1] <= keys[at]) {
      at++;
    }
    if (at == to) {
      return null;
    }
    long min = keys[from];
    long max = keys[at - 1];
    for (; at < to; at++) {
      min = Math.min(min, keys[at]);
      max = Math.max(max, keys[at]);
    }
    return new long[] {min, max};
  }

  /**
   * How far to shift the distance from the least value to get the number of a bin, for about four
   * rows a bin.
   */
  private static int shift(long[] range, int count) {
    int countBits = Integer.SIZE - Integer.numberOfLeadingZeros(count);
    int binBits = Math.clamp(countBits - 2, MIN_BIN_BITS, MAX_BIN_BITS);
    int rangeBits = Long.SIZE - Long.numberOfLeadingZeros(range[1] - range[0]);
    return Math.max(0, rangeBits - binBits);
  }

  /** Puts each row into its bin, and says where each bin ends. */
  private static int[] distribute(
      long[] keys,
      long[] rows,
      long[] targetKeys,
      long[] targetRows,
      int from,
      int to,
      long[] range,
      int shift) {
    long min = range[0];
    int[] ends = new int[(int) ((range[1] - min) >>> shift) + 1];
    for (int i = from; i < to; i++) {
      ends[(int) ((keys[i] - min) >>> shift)]++;
    }
    int start = from;
    for (int bin = 0; bin < ends.length; bin++) {
      int count = ends[bin];
      ends[bin] = start;
      start += count;
    }
    for (int i = from; i < to; i++) {
      int at = ends[(int) ((keys[i] - min) >>> shift)]++;
      targetKeys[at] = keys[i];
      targetRows[at] = rows[i];
    }
    return ends;
  }

  private static void move(
      long[] keys,
      long[] rows,
      long[] targetKeys,
      long[] targetRows,
      int from,
      int to,
      boolean sorted) {
    if (sorted) {
      System.arraycopy(keys, from, targetKeys, from, to - from);
      System.arraycopy(rows, from, targetRows, from, to - from);
    } else {
      insert(keys, rows, targetKeys, targetRows, from, to);
    }
  }

  /** Moves each row to its place among those already moved. Source and target may be the same. */
  private static void insert(
      long[] keys, long[] rows, long[] targetKeys, long[] targetRows, int from, int to) {
    for (int i = from; i < to; i++) {
      long key = keys[i];
      long row = rows[i];
      int at = i;
      while (at > from && targetKeys[at - 1] > key) {
        targetKeys[at] = targetKeys[at - 1];
        targetRows[at] = targetRows[at - 1];
        at--;
      }
      targetKeys[at] = key;
      targetRows[at] = row;
    }
  }
}
