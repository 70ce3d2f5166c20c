package io.plasmastore.sort;

/**
 * Sorts rows by all their keys: first by the prefixes of the first key, then the rows whose
 * prefixes are equal by what the prefixes left out. Rows with equal keys keep their order.
 *
 * <p>A long run of rows with equal prefixes is sorted by other prefixes in the same way: those of
 * the next key where the prefix decides, else those of the bytes that follow in a string. In short
 * runs, and where there is no other prefix, rows are compared.
 */
final class RowSort {
  private static final int SHORT_RUN = 32;

  /** Strings that are equal as far as this are compared, and the stack stays flat. */
  private static final int MOST_DEPTH = 8;

  private final SortSpace space;
  private final RowComparison order;

  /** Sorts what lies in a space, by an order that knows its rows. */
  RowSort(SortSpace space, RowComparison order) {
    this.space = space;
    this.order = order;
  }

  /**
   * Sorts the rows {@code from} to {@code to - 1} of the space, whose keys are the prefixes of
   * their first keys. The rows are in order afterwards; the keys are no longer theirs.
   */
  void sort(int from, int to) {
    sort(from, to, 0, 0);
  }

  /**
   * The same for rows from 0 on whose names lie at equal distances from 0 on, and are not in the
   * space before.
   */
  void sortEven(int count, int distance) {
    if (PairSort.sortEven(
        space.numbers,
        space.keys,
        space.rows,
        space.otherKeys,
        space.otherRows,
        count,
        distance,
        tiesMatter(0))) {
      sortTied(0, count, 0, 0);
    }
  }

  private void sort(int from, int to, int key, int depth) {
    if (PairSort.sort(
        space.numbers,
        space.keys,
        space.rows,
        space.otherKeys,
        space.otherRows,
        from,
        to,
        tiesMatter(key))) {
      sortTied(from, to, key, depth);
    }
  }

  /** Whether rows whose prefixes of a key are equal may differ, but for the ends of the range. */
  private boolean tiesMatter(int key) {
    return key + 1 < order.keyCount() || !order.decidesWithinRange(key);
  }

  /** Sorts rows whose prefixes are in order where these are equal. */
  private void sortTied(int from, int to, int key, int depth) {
    int start = from;
    while (start < to) {
      long prefix = space.keys[start];
      int end = start + 1;
      while (end < to && space.keys[end] == prefix) {
        end++;
      }
      if (end - start > 1) {
        sortEqual(start, end, key, depth, prefix);
      }
      start = end;
    }
  }

  /** Sorts rows whose prefixes of a key are equal, and all prefixes before them. */
  private void sortEqual(int from, int to, int key, int depth, long prefix) {
    boolean decided = order.decides(key, prefix);
    int next = decided ? key + 1 : key;
    if (next == order.keyCount()) {
      return;
    }
    boolean isLong = to - from > SHORT_RUN;
    if (decided && isLong) {
      for (int i = from; i < to; i++) {
        space.keys[i] = order.prefix(next, space.rows[i]);
      }
      sort(from, to, next, 0);
    } else if (isLong && depth < MOST_DEPTH && order.goesDeeper(key, prefix)) {
      for (int i = from; i < to; i++) {
        space.keys[i] = order.deeperPrefix(key, space.rows[i], depth + 1);
      }
      sort(from, to, key, depth + 1);
    } else {
      mergeSort(from, to, next);
    }
  }

  /** By comparisons alone; rows in order already cost one comparison each. */
  private void mergeSort(int from, int to, int key) {
    if (to - from <= 1) {
      return;
    }
    int middle = (from + to) >>> 1;
    mergeSort(from, middle, key);
    mergeSort(middle, to, key);
    long[] rows = space.rows;
    if (order.compare(rows[middle - 1], rows[middle], key) <= 0) {
      return;
    }
    long[] left = space.otherRows;
    System.arraycopy(rows, from, left, from, middle - from);
    int one = from;
    int two = middle;
    for (int at = from; one < middle; at++) {
      boolean second = two < to && order.compare(left[one], rows[two], key) > 0;
      rows[at] = second ? rows[two++] : left[one++];
    }
  }
}
