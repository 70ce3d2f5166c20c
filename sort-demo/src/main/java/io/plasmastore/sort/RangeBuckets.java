package io.plasmastore.sort;

import java.util.Arrays;

/**
 * Finds buckets by splitters: a row's bucket is the number of splitters that are not after it. Rows
 * go by their prefixes; only where a splitter has a row's prefix, and that does not decide, the two
 * are compared whole. Unlike {@link BucketFinder} it is exact, so that dataframes whose prefixes
 * are made otherwise are divided alike, and knows of no positions. One thread.
 */
final class RangeBuckets implements RowBuckets {
  private final RowOrder order;
  private final int splitters;
  private final int splitterBatch;

  /** Of the splitters, filled up to one less than a power of two. */
  private final long[] prefixes;

  /** For each splitter, how many up to it share its prefix. */
  private final int[] runs;

  private final long[] keys = new long[BLOCK];

  /**
   * Finds buckets by some splitters.
   *
   * @param open a dataframe of the keys' columns, in the order of the keys, as {@link
   *     RangeSplitters} puts it; open for as long as this is used
   */
  RangeBuckets(KeyRules rules, OpenRows open) {
    this.order = new RowOrder(rules);
    this.splitters = Math.toIntExact(open.rowCount());
    // At least one, so that there always is a step.
    this.prefixes = new long[2 * Integer.highestOneBit(Math.max(1, splitters)) - 1];
    this.runs = new int[splitters];
    Arrays.fill(prefixes, Long.MAX_VALUE);
    this.splitterBatch =
        open.parts().isEmpty() ? -1 : order.add(OpenRows.keys(open.parts().getFirst(), rules));
    for (int i = 0; i < splitters; i++) {
      prefixes[i] = order.prefix(0, RowOrder.reference(splitterBatch, i));
      runs[i] = i > 0 && prefixes[i] == prefixes[i - 1] ? runs[i - 1] + 1 : 1;
    }
  }

  @Override
  public int add(KeyColumn[] batch) {
    return order.add(batch);
  }

  @Override
  public void find(int batch, int from, int count, char[] found, int at) {
    order.prefixes(batch, from, from + count, keys, 0);
    for (int i = 0; i < count; i++) {
      found[at + i] = (char) notAbove(keys[i]);
    }
    for (int i = 0; i < count; i++) {
      int last = found[at + i];
      if (last > 0 && prefixes[last - 1] == keys[i]) {
        found[at + i] = (char) amongTied(last, keys[i], RowOrder.reference(batch, from + i));
      }
    }
  }

  /** The splitters whose prefix is no greater. */
  private int notAbove(long prefix) {
    int found = 0;
    for (int step = (prefixes.length + 1) >>> 1; step > 0; step >>>= 1) {
      // No branch, of which half would be foretold wrong.
      found += prefixes[found + step - 1] <= prefix ? step : 0;
    }
    return Math.min(found, splitters);
  }

  /** The splitters at or before a row, of which the last with its prefix is the one before this. */
  private int amongTied(int end, long prefix, long row) {
    int high = end;
    int low = end - runs[end - 1];
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (order.compareTied(RowOrder.reference(splitterBatch, middle), row, prefix) <= 0) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low;
  }
}
