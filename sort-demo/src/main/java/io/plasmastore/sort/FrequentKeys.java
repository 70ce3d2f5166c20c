package io.plasmastore.sort;

/**
 * Keys so frequent that several splitters have them, where the prefix is the whole order: the rows
 * of such a key go by their positions. For the positions between two of these splitters the bucket
 * of each such key is a constant, worked out once, so that a row costs two looks at tables and no
 * branch, of which a skewed sample of keys has most foretold wrong. One thread.
 */
final class FrequentKeys {
  /** For each number of splitters at or before a row, the prefix of the last of them. */
  private final long[] prefixes;

  /** Of the splitters up to each, how many share its prefix. */
  private final int[] runs;

  private final long[] positions;

  /**
   * For each number of splitters at or before a row by its prefix, how many of these stand behind
   * it by position, if it has the last one's prefix.
   */
  private final int[] behind;

  /** The positions that this is right for. */
  private long from;

  private long to;

  /**
   * Prepares to look.
   *
   * @param own the prefixes of the splitters, in order
   * @param runs for each splitter, how many up to it share its prefix
   * @param positions of the splitters
   */
  FrequentKeys(long[] own, int[] runs, long[] positions) {
    this.prefixes = new long[own.length + 1];
    System.arraycopy(own, 0, prefixes, 1, own.length);
    this.runs = runs;
    this.positions = positions;
    this.behind = new int[own.length + 1];
  }

  /**
   * Takes rows back to the splitters that stand before them by position.
   *
   * @param keys the prefixes of rows that stand together
   * @param position of the first among the rows of all partitions
   * @param buckets of each, from {@code at} on, as the prefixes alone tell
   */
  void goBack(long[] keys, int count, long position, char[] buckets, int at) {
    int done = 0;
    while (done < count) {
      long next = position + done;
      if (next < from || next >= to) {
        turnTo(next);
      }
      int end = (int) Math.min(count, to - position);
      goBack(keys, done, end, buckets, at);
      done = end;
    }
  }

  private void goBack(long[] keys, int start, int end, char[] buckets, int at) {
    for (int i = start; i < end; i++) {
      int found = buckets[at + i];
      long differ = prefixes[found] ^ keys[i];
      int same = (int) ((differ | -differ) >>> (Long.SIZE - 1)) - 1;
      buckets[at + i] = (char) (found - (behind[found] & same));
    }
  }

  private void turnTo(long position) {
    from = position;
    to = Long.MAX_VALUE;
    for (int last = 0; last < runs.length; last++) {
      boolean ends = last + 1 == runs.length || runs[last + 1] == 1;
      if (!ends || runs[last] == 1) {
        continue;
      }
      int next = last + 1 - runs[last];
      while (next <= last && positions[next] <= position) {
        next++;
      }
      behind[last + 1] = last + 1 - next;
      to = next <= last ? Math.min(to, positions[next]) : to;
    }
  }
}
