package io.plasmastore.sort;

import java.util.List;

/**
 * Counts rows of a batch that come after the one that follows them. It reads the keys from the
 * batch itself, some hundred at a time. One thread.
 */
final class OrderCheck {
  private static final int BLOCK = 1 << 10;

  private final RowOrder order;
  private final long[] prefixes = new long[BLOCK + 1];
  private long disordered;
  private int checked;

  /**
   * Checks a batch.
   *
   * @param keys its columns, in the order of the keys
   */
  OrderCheck(KeyRules rules, List<KeyColumn> keys) {
    this.order = new RowOrder(rules);
    order.add(keys.toArray(KeyColumn[]::new));
  }

  /** Goes on to a row, which is the first not to be looked at. */
  void advance(int to) {
    while (checked < to) {
      // The last row of those before is the first of these.
      int from = Math.max(0, checked - 1);
      int end = Math.min(to, checked + BLOCK);
      order.prefixes(0, from, end, prefixes, 0);
      check(from, end - from);
      checked = end;
    }
  }

  /** The rows found in disorder so far. */
  long disordered() {
    return disordered;
  }

  private void check(int from, int count) {
    int after = 0;
    int tied = 0;
    for (int i = 1; i < count; i++) {
      after += prefixes[i - 1] > prefixes[i] ? 1 : 0;
      tied += prefixes[i - 1] == prefixes[i] ? 1 : 0;
    }
    disordered += after;
    for (int i = 1; tied > 0 && i < count; i++) {
      if (prefixes[i - 1] == prefixes[i]) {
        tied--;
        int compared = order.compareTied(from + i - 1L, from + i, prefixes[i]);
        disordered += compared > 0 ? 1 : 0;
      }
    }
  }
}
