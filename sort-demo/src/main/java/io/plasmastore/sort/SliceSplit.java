package io.plasmastore.sort;

import java.util.Arrays;

/**
 * Finds the bucket of each row of a slice, and so its place when the buckets stand one behind the
 * other. One use, one thread.
 */
final class SliceSplit {
  /** Rows at a time, whose prefixes stay in the cache. */
  private static final int BLOCK = 1 << 12;

  private final OpenRows slice;
  private final SortSpace space;
  private final RowOrder order;
  private final BucketFinder finder;

  /**
   * Prepares a split.
   *
   * @param slice the rows
   * @param order of these rows and of the splitters
   * @param finder of their buckets
   */
  SliceSplit(OpenRows slice, RowOrder order, BucketFinder finder, SortSpace space) {
    this.slice = slice;
    this.space = space;
    this.order = order;
    this.finder = finder;
  }

  /**
   * Puts the place of each row into the space. Within a bucket rows keep their order.
   *
   * @param position of the slice's first row among the rows of all partitions
   * @return where each bucket begins; one more for the end of the last
   */
  int[] run(long position) {
    int count = Math.toIntExact(slice.rowCount());
    space.reserve(count);
    char[] buckets = space.parts(count);
    find(position, buckets);
    return place(buckets, count, finder.bucketCount(), space.places);
  }

  /**
   * The places of rows when buckets stand one behind the other, and rows in them as they did.
   *
   * @param buckets of the rows
   * @param places gets the place of each
   * @return where each bucket begins; one more for the end of the last
   */
  static int[] place(char[] buckets, int count, int bucketCount, int[] places) {
    int[] starts = new int[bucketCount + 1];
    for (int i = 0; i < count; i++) {
      starts[buckets[i] + 1]++;
    }
    for (int bucket = 1; bucket < starts.length; bucket++) {
      starts[bucket] += starts[bucket - 1];
    }
    int[] next = Arrays.copyOf(starts, bucketCount);
    for (int i = 0; i < count; i++) {
      places[i] = next[buckets[i]]++;
    }
    return starts;
  }

  private void find(long position, char[] buckets) {
    long[] keys = new long[BLOCK];
    int at = 0;
    for (int number = 0; number < slice.parts().size(); number++) {
      OpenRows.Part part = slice.parts().get(number);
      for (int from = part.from(); from < part.to(); from += BLOCK) {
        int to = Math.min(part.to(), from + BLOCK);
        order.prefixes(number, from, to, keys, 0);
        long row = RowOrder.reference(number, from);
        finder.find(keys, to - from, row, position + at, buckets, at);
        at += to - from;
      }
    }
  }
}
