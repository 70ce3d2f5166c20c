package io.plasmastore.sort;

import java.util.Arrays;

/**
 * Finds the bucket of each row. The splitters are rows in order, each with its position among the
 * rows of all partitions; the rows from one splitter to before the next are a bucket.
 *
 * <p>Rows go by their prefixes: a table over the range of the splitters' prefixes tells which few
 * splitters are near, and no branch depends on a comparison with them, of which half would be
 * foretold wrong. Where several splitters share a prefix, a key is so frequent that its rows alone
 * fill more than a bucket; they are compared whole, and those that are equal go by their positions.
 * So a key that fills half the partitions is spread over half the buckets, and equal keys keep
 * their order.
 *
 * <p>Immutable.
 */
final class BucketFinder {
  private static final int MAX_CELL_BITS = 13;

  private final RowComparison order;
  private final long[] rows;
  private final long[] positions;

  /** Of the splitters, filled up with the greatest number so that each step finds one. */
  private final long[] prefixes;

  private final long min;
  private final long max;
  private final int shift;

  /** The splitters in the cells before each cell. */
  private final int[] cells;

  /** Of the most splitters in a cell. */
  private final int firstStep;

  /** For each splitter, how many up to it share its prefix. */
  private final int[] runs;

  private final boolean hasRuns;

  /**
   * Finds buckets by some splitters.
   *
   * @param order knows the splitters and the rows to come
   * @param rows the splitters, in order
   * @param positions where they stood
   */
  BucketFinder(RowComparison order, long[] rows, long[] positions) {
    this.order = order;
    this.rows = rows;
    this.positions = positions;
    int count = rows.length;
    long[] own = new long[count];
    this.runs = new int[count];
    boolean found = false;
    for (int i = 0; i < count; i++) {
      own[i] = order.prefix(0, rows[i]);
      runs[i] = i > 0 && own[i] == own[i - 1] ? runs[i - 1] + 1 : 1;
      found |= runs[i] > 1;
    }
    this.hasRuns = found;
    this.min = count == 0 ? 0 : own[0];
    this.max = count == 0 ? 0 : own[count - 1];
    int rangeBits = Long.SIZE - Long.numberOfLeadingZeros(max - min);
    this.shift = Math.max(0, rangeBits - MAX_CELL_BITS);
    this.cells = new int[(int) ((max - min) >>> shift) + 2];
    for (long prefix : own) {
      cells[cell(prefix) + 1]++;
    }
    int most = 0;
    for (int cell = 1; cell < cells.length; cell++) {
      most = Math.max(most, cells[cell]);
      cells[cell] += cells[cell - 1];
    }
    this.firstStep = Integer.highestOneBit(most);
    this.prefixes = Arrays.copyOf(own, count + 2 * firstStep);
    Arrays.fill(prefixes, count, prefixes.length, Long.MAX_VALUE);
  }

  int bucketCount() {
    return rows.length + 1;
  }

  /**
   * The buckets of rows that stand together.
   *
   * @param keys the prefixes of their first keys
   * @param row the first one's name; those of the others follow
   * @param position of the first among the rows of all partitions
   * @param buckets gets the bucket of each, from {@code at} on
   */
  void find(long[] keys, int count, long row, long position, char[] buckets, int at) {
    for (int i = 0; i < count; i++) {
      buckets[at + i] = (char) notAbove(keys[i]);
    }
    if (hasRuns) {
      for (int i = 0; i < count; i++) {
        int found = buckets[at + i];
        if (found > 0 && runs[found - 1] > 1 && prefixes[found - 1] == keys[i]) {
          buckets[at + i] = (char) amongEqual(found, keys[i], row + i, position + i);
        }
      }
    }
  }

  /** The splitters whose prefix is no greater. */
  private int notAbove(long prefix) {
    int found = cells[cell(prefix)];
    for (int step = firstStep; step > 0; step >>>= 1) {
      found += prefixes[found + step - 1] <= prefix ? step : 0;
    }
    return Math.min(found, rows.length);
  }

  private int cell(long prefix) {
    return (int) ((Math.min(Math.max(prefix, min), max) - min) >>> shift);
  }

  /** The splitters at or before a row whose prefix the last of them has, and others too. */
  private int amongEqual(int notAbove, long prefix, long row, long position) {
    int high = notAbove;
    int low = high - runs[high - 1];
    while (low < high) {
      int middle = (low + high) >>> 1;
      int compared = order.compareTied(rows[middle], row, prefix);
      if (compared < 0 || (compared == 0 && positions[middle] <= position)) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low;
  }
}
