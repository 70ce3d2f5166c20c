package io.plasmastore.sort;

/**
 * The order of rows by some keys, whatever the rows lie in: {@link RowOrder} has them in batches,
 * {@link PackedOrder} packed. A row is named by a number that is never negative.
 *
 * <p>Almost all comparisons are between <i>prefixes</i>: signed 64-bit numbers that never
 * contradict the order.
 */
interface RowComparison {
  /** How many keys there are. */
  int keyCount();

  /** The prefix of one key of one row, in its direction. */
  long prefix(int key, long row);

  /**
   * Whether rows with this prefix of a key have equal values of that key whenever they share it.
   */
  boolean decides(int key, long prefix);

  /** Whether all prefixes of a key decide, but for those at the ends of the range of a long. */
  boolean decidesWithinRange(int key);

  /**
   * Whether {@link #deeperPrefix} tells rows apart that share this prefix, which does not decide.
   */
  default boolean goesDeeper(int key, long prefix) {
    return false;
  }

  /**
   * The prefix of what a key has behind as many prefixes as the depth says. Only of rows that share
   * all these and where the last one goes deeper.
   *
   * @param depth from 1 on
   */
  default long deeperPrefix(int key, long row, int depth) {
    throw new UnsupportedOperationException("no prefix behind the first: key=" + key);
  }

  /** Compares two rows by one key and all after it. */
  int compare(long one, long two, int firstKey);

  /** Compares two rows whose first keys have equal prefixes. */
  default int compareTied(long one, long two, long prefix) {
    int first = decides(0, prefix) ? 1 : 0;
    return first == keyCount() ? 0 : compare(one, two, first);
  }
}
