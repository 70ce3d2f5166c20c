package io.plasmastore.sort;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.Comparator;
import java.util.Random;
import java.util.function.LongSupplier;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Longs of many distributions, against a stable sort of objects. */
class PairSortTest {
  static Stream<Arguments> distributions() {
    Random random = new Random(1);
    return Stream.of(
        Arguments.of("any bits", (LongSupplier) random::nextLong),
        Arguments.of("few values", (LongSupplier) () -> random.nextInt(3) - 1),
        Arguments.of("one value", (LongSupplier) () -> 42),
        Arguments.of(
            "ends of the range",
            (LongSupplier) () -> random.nextBoolean() ? Long.MIN_VALUE : Long.MAX_VALUE),
        Arguments.of(
            "all close but one in a hundred",
            (LongSupplier)
                () -> random.nextInt(100) == 0 ? random.nextLong() : random.nextInt(1_000)),
        Arguments.of(
            "each half as far as the one before",
            (LongSupplier) () -> random.nextLong() >>> random.nextInt(64)),
        Arguments.of(
            "bits of doubles",
            (LongSupplier) () -> Double.doubleToLongBits(random.nextGaussian())));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("distributions")
  void sortsAndKeepsTheOrderOfEqualKeys(String name, LongSupplier values) {
    for (int count : new int[] {0, 1, 2, 24, 25, 100, 1_000, 70_000}) {
      check(values, count);
    }
  }

  private static void check(LongSupplier values, int count) {
    int margin = 3;
    long[] keys = new long[count + 2 * margin];
    Arrays.setAll(keys, _ -> values.getAsLong());
    long[] rows = new long[keys.length];
    Arrays.setAll(rows, i -> i);
    Integer[] expected = new Integer[count];
    Arrays.setAll(expected, i -> i + margin);
    Arrays.sort(expected, Comparator.comparingLong(i -> keys[i]));
    long[] expectedKeys = keys.clone();
    long[] expectedRows = rows.clone();
    for (int i = 0; i < count; i++) {
      expectedKeys[margin + i] = keys[expected[i]];
      expectedRows[margin + i] = expected[i];
    }
    long[] space = new long[keys.length];
    long[] sortedKeys = keys.clone();
    boolean mayBeEqual =
        PairSort.sort(
            new LongSort(),
            sortedKeys,
            rows,
            space,
            space.clone(),
            margin,
            margin + count,
            /* tiesMatter= */ true);
    long[] own = Arrays.copyOfRange(expectedKeys, margin, margin + count);
    if (mayBeEqual) {
      assertArrayEquals(expectedKeys, sortedKeys);
    } else {
      assertEquals(count, Arrays.stream(own).distinct().count(), "no two are equal");
    }
    assertArrayEquals(expectedRows, rows);
    checkTiesThatDoNotMatter(keys, expectedKeys, expectedRows, margin, margin + count);
    checkEvenNames(Arrays.copyOfRange(keys, margin, margin + count), own, expected, margin);
  }

  private static void checkTiesThatDoNotMatter(
      long[] keys, long[] expectedKeys, long[] expectedRows, int from, int to) {
    long[] sortedKeys = keys.clone();
    long[] rows = new long[keys.length];
    Arrays.setAll(rows, i -> i);
    long[] space = new long[keys.length];
    boolean matter =
        PairSort.sort(
            new LongSort(),
            sortedKeys,
            rows,
            space,
            space.clone(),
            from,
            to,
            /* tiesMatter= */ false);
    if (matter) {
      assertArrayEquals(expectedKeys, sortedKeys);
    } else if (to - from > 1 && expectedKeys[from] == expectedKeys[from + 1]) {
      assertTrue(expectedKeys[from] > Long.MIN_VALUE, "these do matter");
      assertTrue(expectedKeys[to - 2] < Long.MAX_VALUE, "these do matter");
    }
    assertArrayEquals(expectedRows, rows);
  }

  private static void checkEvenNames(
      long[] keys, long[] expectedKeys, Integer[] expectedPlaces, int margin) {
    int distance = 28;
    long[] sortedKeys = keys.clone();
    long[] rows = new long[keys.length];
    long[] space = new long[keys.length];
    boolean mayBeEqual =
        PairSort.sortEven(
            new LongSort(),
            sortedKeys,
            rows,
            space,
            space.clone(),
            keys.length,
            distance,
            /* tiesMatter= */ true);
    if (mayBeEqual) {
      assertArrayEquals(expectedKeys, sortedKeys);
    }
    long[] expectedRows =
        Arrays.stream(expectedPlaces)
            .mapToLong(place -> (long) (place - margin) * distance)
            .toArray();
    assertArrayEquals(expectedRows, rows);
  }
}
