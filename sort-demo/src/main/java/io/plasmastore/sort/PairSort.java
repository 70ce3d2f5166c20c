package io.plasmastore.sort;

/**
 * Sorts longs, each with another long that goes along; equal ones keep their order. What is sorted
 * is one number of both: the highest bits of the key's distance from the least one, as many as fit,
 * and where the pair stands.
 *
 * <pre>
 *   63  62                              w  w-1               0
 *   +---+----------------------------------+-----------------+
 *   | 0 | key − least key, highest bits    | place           |
 *   +---+----------------------------------+-----------------+
 * </pre>
 *
 * Of a few thousand pairs that leaves out hardly a bit: keys that differ in nothing else are rare,
 * and sorted again by what was left out.
 */
final class PairSort {
  private static final int BITS = Long.SIZE - 1;

  private PairSort() {}

  /**
   * Sorts {@code rows[from]} to {@code rows[to - 1]} by their keys, which stand at the same places.
   *
   * @param keys in order afterwards if any two may be equal, else of no meaning
   * @param space as long as the keys; what it has in that range is lost
   * @param otherSpace likewise
   * @return whether any two keys may be equal
   */
  static boolean sort(long[] keys, long[] rows, long[] space, long[] otherSpace, int from, int to) {
    return sort(keys, rows, space, otherSpace, from, to, /* keysToo= */ false);
  }

  private static boolean sort(
      long[] keys,
      long[] rows,
      long[] space,
      long[] otherSpace,
      int from,
      int to,
      boolean keysToo) {
    if (LongSort.isSorted(keys, from, to)) {
      return true;
    }
    long min = Long.MAX_VALUE;
    long max = Long.MIN_VALUE;
    for (int i = from; i < to; i++) {
      min = Math.min(min, keys[i]);
      max = Math.max(max, keys[i]);
    }
    int placeBits = Integer.SIZE - Integer.numberOfLeadingZeros(to - from - 1);
    int rangeBits = Long.SIZE - Long.numberOfLeadingZeros(max - min);
    int left = Math.max(0, rangeBits + placeBits - BITS);
    for (int i = from; i < to; i++) {
      space[i] = (((keys[i] - min) >>> left) << placeBits) | (i - from);
    }
    long[] order = LongSort.sort(space, otherSpace, from, to);
    long[] free = order == space ? otherSpace : space;
    fetch(rows, order, placeBits, free, from, to);
    if (!keysToo && areDifferent(order, placeBits, from, to)) {
      return false;
    }
    fetch(keys, order, placeBits, free, from, to);
    if (left > 0 && !LongSort.isSorted(keys, from, to)) {
      sortAlike(keys, rows, order, free, placeBits, from, to);
    }
    return true;
  }

  /** Whether no two numbers in order are alike in all bits but their places. */
  private static boolean areDifferent(long[] order, int placeBits, int from, int to) {
    int alike = 0;
    for (int i = from + 1; i < to; i++) {
      alike += (order[i - 1] ^ order[i]) >>> placeBits == 0 ? 1 : 0;
    }
    return alike == 0;
  }

  /** Brings values into an order. */
  private static void fetch(
      long[] values, long[] order, int placeBits, long[] free, int from, int to) {
    long places = (1L << placeBits) - 1;
    for (int i = from; i < to; i++) {
      free[i] = values[from + (int) (order[i] & places)];
    }
    System.arraycopy(free, from, values, from, to - from);
  }

  /**
   * Sorts the pairs again whose keys are alike in the bits that were sorted. The range of these
   * keys is so small that nothing is left out the second time, or the third.
   */
  private static void sortAlike(
      long[] keys, long[] rows, long[] order, long[] free, int placeBits, int from, int to) {
    int start = from;
    while (start < to) {
      long bits = order[start] >>> placeBits;
      int end = start + 1;
      while (end < to && order[end] >>> placeBits == bits) {
        end++;
      }
      if (end - start > 1) {
        sort(keys, rows, order, free, start, end, /* keysToo= */ true);
      }
      start = end;
    }
  }
}
