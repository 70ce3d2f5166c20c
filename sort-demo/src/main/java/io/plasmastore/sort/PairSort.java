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

  private final LongSort numbers;
  private final long[] keys;
  private final long[] rows;
  private final long[] space;
  private final long[] otherSpace;

  /** From the name of one row to that of the next; 0 if names are given. */
  private final long distance;

  private PairSort(
      LongSort numbers, long[] keys, long[] rows, long[] space, long[] otherSpace, long distance) {
    this.numbers = numbers;
    this.keys = keys;
    this.rows = rows;
    this.space = space;
    this.otherSpace = otherSpace;
    this.distance = distance;
  }

  /**
   * Sorts {@code rows[from]} to {@code rows[to - 1]} by their keys, which stand at the same places.
   *
   * @param numbers sorts them
   * @param keys in order afterwards if this returns true, else of no meaning
   * @param space as long as the keys; what it has in that range is lost
   * @param otherSpace likewise
   * @param tiesMatter false if rows with equal keys may stay as they are, unless the keys are at an
   *     end of the range of a long
   * @return whether there may be equal keys that matter
   */
  static boolean sort(
      LongSort numbers,
      long[] keys,
      long[] rows,
      long[] space,
      long[] otherSpace,
      int from,
      int to,
      boolean tiesMatter) {
    return new PairSort(numbers, keys, rows, space, otherSpace, 0)
        .sort(from, to, tiesMatter, /* keysToo= */ false);
  }

  /**
   * Sorts rows from the first place on whose names lie at equal distances from 0 on: what is sorted
   * tells the names, and nothing is fetched.
   *
   * @param numbers sorts them
   * @param rows gets the names in order
   * @param distance more than 0
   * @return whether there may be equal keys that matter
   */
  static boolean sortEven(
      LongSort numbers,
      long[] keys,
      long[] rows,
      long[] space,
      long[] otherSpace,
      int count,
      int distance,
      boolean tiesMatter) {
    return new PairSort(numbers, keys, rows, space, otherSpace, distance)
        .sort(0, count, tiesMatter, /* keysToo= */ false);
  }

  private boolean sort(int from, int to, boolean tiesMatter, boolean keysToo) {
    if (from == to) {
      return false;
    }
    if (LongSort.isSorted(keys, from, to)) {
      name(from, to);
      return tiesMatter || hasEnd(keys[from], keys[to - 1]);
    }
    long min = Long.MAX_VALUE;
    long max = Long.MIN_VALUE;
    for (int i = from; i < to; i++) {
      min = Math.min(min, keys[i]);
      max = Math.max(max, keys[i]);
    }
    boolean matter = tiesMatter || hasEnd(min, max);
    int placeBits = Integer.SIZE - Integer.numberOfLeadingZeros(to - from - 1);
    int rangeBits = Long.SIZE - Long.numberOfLeadingZeros(max - min);
    int left = Math.max(0, rangeBits + placeBits - BITS);
    for (int i = from; i < to; i++) {
      space[i] = (((keys[i] - min) >>> left) << placeBits) | (i - from);
    }
    long[] order = numbers.sort(space, otherSpace, from, to);
    long[] free = order == space ? otherSpace : space;
    bringRows(order, placeBits, free, from, to);
    if (!keysToo && ((left == 0 && !matter) || areDifferent(order, placeBits, from, to))) {
      return false;
    }
    fetch(keys, order, placeBits, free, from, to);
    if (left > 0 && !LongSort.isSorted(keys, from, to)) {
      sortAlike(order, free, placeBits, from, to);
    }
    return matter;
  }

  private void name(int from, int to) {
    for (int i = from; distance > 0 && i < to; i++) {
      rows[i] = i * distance;
    }
  }

  private void bringRows(long[] order, int placeBits, long[] free, int from, int to) {
    if (distance == 0) {
      fetch(rows, order, placeBits, free, from, to);
      return;
    }
    long places = (1L << placeBits) - 1;
    for (int i = from; i < to; i++) {
      rows[i] = (order[i] & places) * distance;
    }
  }

  private static boolean hasEnd(long least, long greatest) {
    return least == Long.MIN_VALUE || greatest == Long.MAX_VALUE;
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
  private void sortAlike(long[] order, long[] free, int placeBits, int from, int to) {
    PairSort again = new PairSort(numbers, keys, rows, order, free, 0);
    int start = from;
    while (start < to) {
      long bits = order[start] >>> placeBits;
      int end = start + 1;
      while (end < to && order[end] >>> placeBits == bits) {
        end++;
      }
      if (end - start > 1) {
        again.sort(start, end, /* tiesMatter= */ true, /* keysToo= */ true);
      }
      start = end;
    }
  }
}
