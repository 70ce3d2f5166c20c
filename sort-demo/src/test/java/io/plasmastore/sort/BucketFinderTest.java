package io.plasmastore.sort;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.Comparator;
import java.util.function.LongSupplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Keys of many distributions, and splitters taken evenly from them. */
class BucketFinderTest {
  private static final int ROWS = 20_000;

  @ParameterizedTest(name = "{0}")
  @MethodSource("io.plasmastore.sort.PairSortTest#distributions")
  void buckets(String name, LongSupplier values) {
    for (int splitters : new int[] {0, 1, 2, 15, 400, 2_000}) {
      check(name, values, splitters);
    }
  }

  /** The ends of the range of a long, where there is nothing to move a splitter to. */
  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3})
  void findsBucketsAtTheEndsOfTheRange(int splitters) {
    long[] keys = {
      Long.MIN_VALUE, Long.MIN_VALUE + 1, -1, 0, 1, Long.MAX_VALUE - 1, Long.MAX_VALUE
    };
    check("ends", keys, splitters);
  }

  private static void check(String name, LongSupplier values, int splitters) {
    long[] keys = new long[ROWS];
    Arrays.setAll(keys, _ -> values.getAsLong());
    // Keys beyond the first and the last splitter, too.
    keys[0] = Long.MIN_VALUE;
    keys[1] = Long.MAX_VALUE;
    check(name, keys, splitters);
  }

  private static void check(String name, long[] keys, int splitters) {
    Integer[] sorted = new Integer[keys.length];
    Arrays.setAll(sorted, i -> i);
    Arrays.sort(sorted, Comparator.comparingLong(i -> keys[i]));
    long[] rows = new long[splitters];
    Arrays.setAll(rows, i -> sorted[(int) ((i + 1L) * keys.length / (splitters + 1))]);
    BucketFinder finder = new BucketFinder(new Keys(keys), rows, rows.clone());
    char[] buckets = new char[keys.length];
    finder.find(keys, keys.length, 0, 0, buckets, 0);
    int[] counts = new int[finder.bucketCount()];
    int before = 0;
    for (int row : sorted) {
      assertTrue(buckets[row] >= before, () -> name + ": out of order: row=" + row);
      before = buckets[row];
      counts[before]++;
    }
    long mean = keys.length / counts.length;
    long most = Arrays.stream(counts).max().orElseThrow();
    assertTrue(most <= 2 * mean + 8, () -> name + ": most=" + most + " mean=" + mean);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("io.plasmastore.sort.PairSortTest#distributions")
  void findsTheSameForRowsOneByOne(String name, LongSupplier values) {
    long[] keys = new long[ROWS];
    Arrays.setAll(keys, _ -> values.getAsLong());
    long[] rows = Arrays.stream(keys).limit(300).sorted().toArray();
    long[] names = new long[rows.length];
    Arrays.setAll(names, i -> ROWS + i);
    long[] all = Arrays.copyOf(keys, ROWS + rows.length);
    System.arraycopy(rows, 0, all, ROWS, rows.length);
    BucketFinder finder = new BucketFinder(new Keys(all), names, names);
    char[] together = new char[ROWS];
    finder.find(keys, ROWS, 0, 0, together, 0);
    for (int i = 0; i < ROWS; i++) {
      char[] one = new char[1];
      finder.find(new long[] {keys[i]}, 1, i, i, one, 0);
      assertEquals(together[i], one[0], name);
    }
  }

  /**
   * Splitters of one key at several positions: its rows go by theirs, whether asked for in blocks
   * or one by one, in order or not.
   */
  @Test
  void dividesTheRowsOfAFrequentKeyByPosition() {
    long[] keys = new long[ROWS];
    Arrays.setAll(keys, i -> i % 3);
    long[] splitters = {1, 1, 1, 2, 2};
    long[] positions = {3_000, 7_001, 15_000, 4_001, 4_002};
    long[] all = Arrays.copyOf(keys, ROWS + splitters.length);
    System.arraycopy(splitters, 0, all, ROWS, splitters.length);
    long[] names = new long[splitters.length];
    Arrays.setAll(names, i -> ROWS + i);
    BucketFinder finder = new BucketFinder(new Keys(all), names, positions);
    char[] together = new char[ROWS];
    finder.find(keys, ROWS, 0, 0, together, 0);
    for (int row = ROWS - 1; row >= 0; row--) {
      long key = keys[row];
      int expected = 0;
      for (int i = 0; i < splitters.length; i++) {
        boolean before = splitters[i] < key || (splitters[i] == key && positions[i] <= row);
        expected += before ? 1 : 0;
      }
      char[] alone = new char[1];
      finder.find(new long[] {key}, 1, row, row, alone, 0);
      assertEquals(expected, together[row], "row=" + row);
      assertEquals(expected, alone[0], "row=" + row);
    }
  }

  /** Rows that are nothing but a key, named by their positions. */
  private record Keys(long[] keys) implements RowComparison {
    @Override
    public int keyCount() {
      return 1;
    }

    @Override
    public long prefix(int key, long row) {
      return keys[(int) row];
    }

    @Override
    public boolean decides(int key, long prefix) {
      return true;
    }

    @Override
    public boolean decidesWithinRange(int key) {
      return true;
    }

    @Override
    public int compare(long one, long two, int firstKey) {
      return Long.compare(keys[(int) one], keys[(int) two]);
    }
  }
}
