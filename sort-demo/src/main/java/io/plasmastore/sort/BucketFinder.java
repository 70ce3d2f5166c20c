package io.plasmastore.sort;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Finds the bucket of each row. The splitters are rows in order, each with its position among the
 * rows of all partitions; the rows from one splitter to before the next are a bucket.
 *
 * <p>Rows go by their prefixes: a table over the range of the splitters' prefixes has the bucket at
 * the start of each of its cells. Splitters are moved to the nearest start of a cell where that is
 * less than a quarter of the way to the next one: a sample chose them, and another would have
 * chosen others. So nearly always the table alone tells the bucket; where splitters remain inside
 * cells, rows are compared with them without a branch, of which half would be foretold wrong. Where
 * several splitters share a prefix, a key is so frequent that its rows alone fill more than a
 * bucket; they are compared whole, and those that are equal go by their positions. So a key that
 * fills half the partitions is spread over half the buckets, and equal keys keep their order.
 *
 * <p>The same wherever it is made of the same splitters. One thread.
 */
final class BucketFinder {
  private final RowComparison order;
  private final long[] rows;
  private final long[] positions;

  /**
   * Where buckets start, by the prefix: of the splitters, moved or not, filled up with the greatest
   * number so that each step finds one.
   */
  private final long[] prefixes;

  private final Cells cells;

  /** The splitters at or before the start of each cell; all, from the end of the table on. */
  private final char[] table;

  /** Of the most splitters inside a cell; 0 if all are at the start of one. */
  private final int firstStep;

  /** For each splitter, how many up to it share its prefix. */
  private final int[] runs;

  private final boolean hasRuns;

  /** What the runs are where their prefixes are the whole order, or null. */
  private final @Nullable FrequentKeys frequent;

  /**
   * Finds buckets by some splitters.
   *
   * @param order knows the splitters and the rows to come
   * @param rows the splitters, in order, at most 65,535
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
    this.frequent = found && isTied(own) ? new FrequentKeys(own, runs, positions) : null;
    long least = count == 0 ? 0 : own[0];
    Layout even = layOut(own, Cells.even(least, count == 0 ? 0 : own[count - 1]));
    Layout growing = even.inside() == 0 ? even : layOut(own, Cells.growing(least));
    Layout best = growing.inside() < even.inside() ? growing : even;
    this.cells = best.cells();
    this.table = best.table();
    long[] moved = best.moved();
    this.firstStep = Integer.highestOneBit(best.inside());
    this.prefixes = Arrays.copyOf(moved, count + 2 * firstStep);
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
    cells.look(keys, count, table, buckets, at);
    if (firstStep > 0) {
      passInsideCells(keys, count, buckets, at);
    }
    if (frequent != null) {
      frequent.goBack(keys, count, position, buckets, at);
    } else if (hasRuns) {
      for (int i = 0; i < count; i++) {
        int found = buckets[at + i];
        if (found > 0 && runs[found - 1] > 1 && prefixes[found - 1] == keys[i]) {
          buckets[at + i] = (char) amongEqual(found, keys[i], row + i, position + i);
        }
      }
    }
  }

  /** Goes past the splitters inside a row's cell whose prefix is no greater. */
  private void passInsideCells(long[] keys, int count, char[] buckets, int at) {
    for (int step = firstStep; step > 0; step >>>= 1) {
      for (int i = at; i < at + count; i++) {
        int found = buckets[i];
        int next = Math.min(found + step, rows.length);
        buckets[i] = (char) (prefixes[found + step - 1] <= keys[i - at] ? next : found);
      }
    }
  }

  /** Whether rows that share a prefix with a run of splitters are equal to all of them. */
  private boolean isTied(long[] own) {
    for (int i = 0; i < own.length; i++) {
      if (runs[i] > 1 && !isTied(own[i])) {
        return false;
      }
    }
    return true;
  }

  private boolean isTied(long prefix) {
    return order.keyCount() == 1 && order.decides(0, prefix);
  }

  private boolean isInRun(int splitter) {
    return runs[splitter] > 1 || (splitter + 1 < runs.length && runs[splitter + 1] > 1);
  }

  /**
   * What becomes of the splitters with some cells.
   *
   * @param moved their prefixes
   * @param table the splitters at or before the start of each cell
   * @param inside how many are inside a cell, at most
   */
  private record Layout(Cells cells, long[] moved, char[] table, int inside) {}

  private Layout layOut(long[] own, Cells cells) {
    long[] moved = new long[own.length];
    for (int i = 0; i < own.length; i++) {
      moved[i] = isInRun(i) ? own[i] : moved(own, i, cells);
    }
    int last = moved.length == 0 ? 0 : cells.of(moved[moved.length - 1]);
    char[] table = new char[last + 2];
    int most = 0;
    int next = 0;
    for (int cell = 0; cell <= last; cell++) {
      long start = cells.start(cell);
      while (next < moved.length && moved[next] <= start) {
        next++;
      }
      table[cell] = (char) next;
      int inside = next;
      while (inside < moved.length && cells.of(moved[inside]) == cell) {
        inside++;
      }
      most = Math.max(most, inside - next);
    }
    table[last + 1] = (char) moved.length;
    return new Layout(cells, moved, table, most);
  }

  /** The nearest start of a cell, or the splitter's own prefix if that is too far. */
  private static long moved(long[] own, int splitter, Cells cells) {
    long prefix = own[splitter];
    int cell = cells.of(prefix);
    long down = prefix - cells.start(cell);
    long up = cells.start(cell + 1) - prefix;
    if (Long.compareUnsigned(up, down) < 0 && prefix + up > prefix) {
      boolean last = splitter == own.length - 1;
      long gap = last ? -1 : own[splitter + 1] - prefix;
      return Long.compareUnsigned(up, gap >>> 2) < 0 ? prefix + up : prefix;
    }
    long gap = splitter == 0 ? -1 : prefix - own[splitter - 1];
    return Long.compareUnsigned(down, gap >>> 2) <= 0 ? prefix - down : prefix;
  }

  /** The splitters at or before a row whose prefix the last of them has, and others too. */
  private int amongEqual(int notAbove, long prefix, long row, long position) {
    int high = notAbove;
    int low = high - runs[high - 1];
    boolean tied = isTied(prefix);
    while (low < high) {
      int middle = (low + high) >>> 1;
      int compared = tied ? 0 : order.compareTied(rows[middle], row, prefix);
      if (compared < 0 || (compared == 0 && positions[middle] <= position)) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low;
  }
}
