package io.plasmastore.sort;

import java.util.Arrays;

/**
 * Finds the bucket of a row. The splitters are L − 1 rows in order, each with its position among
 * the rows of all partitions; the rows from one splitter to before the next are a bucket. Positions
 * make all rows different, so that a key that fills half the partitions is spread over half the
 * buckets, and equal keys keep their order.
 */
final class BucketFinder {
  private final RowOrder order;
  private final long[] prefixes;
  private final long[] rows;
  private final long[] positions;

  /** The prefixes, filled up with the greatest number to a power of two. */
  private final long[] padded;

  /**
   * Finds buckets by some splitters.
   *
   * @param order knows the batches of the splitters and of the rows to come
   * @param rows the splitters' references
   * @param positions where they stood
   */
  BucketFinder(RowOrder order, long[] rows, long[] positions) {
    this.order = order;
    this.rows = rows;
    this.positions = positions;
    this.prefixes = new long[rows.length];
    for (int i = 0; i < rows.length; i++) {
      prefixes[i] = order.prefix(0, rows[i]);
    }
    this.padded = Arrays.copyOf(prefixes, 2 * Integer.highestOneBit(rows.length));
    Arrays.fill(padded, rows.length, padded.length, Long.MAX_VALUE);
  }

  int bucketCount() {
    return rows.length + 1;
  }

  /**
   * The bucket of a row.
   *
   * @param prefix of its first key
   * @param row its reference
   * @param position among the rows of all partitions
   * @return the number of splitters at or before it
   */
  int bucket(long prefix, long row, long position) {
    int below = below(prefix);
    if (below == prefixes.length || prefixes[below] != prefix) {
      return below;
    }
    // Rare, unless the key is one of a few: the splitters with this prefix lie together.
    int low = below;
    int high = below;
    while (high < prefixes.length && prefixes[high] == prefix) {
      high++;
    }
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

  /**
   * The splitters whose prefix is less. No branch depends on a comparison, of which half would be
   * foretold wrong.
   */
  private int below(long prefix) {
    int count = 0;
    for (int step = padded.length >>> 1; step > 0; step >>>= 1) {
      count += padded[count + step - 1] < prefix ? step : 0;
    }
    return count;
  }
}
