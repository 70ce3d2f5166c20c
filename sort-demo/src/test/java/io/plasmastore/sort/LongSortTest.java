package io.plasmastore.sort;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import java.util.Arrays;
import java.util.function.LongSupplier;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Longs of many distributions, against the JDK's sort. */
class LongSortTest {
  @ParameterizedTest(name = "{0}")
  @MethodSource("io.plasmastore.sort.PairSortTest#distributions")
  void sorts(String name, LongSupplier values) {
    for (int count : new int[] {0, 1, 2, 43, 44, 1_000, 70_000, 200_000}) {
      long[] keys = new long[count + 3];
      Arrays.setAll(keys, _ -> values.getAsLong());
      check(keys, count);
      Arrays.sort(keys, 0, count);
      check(keys, count);
      reverse(keys, count);
      check(keys, count);
    }
  }

  private static void check(long[] keys, int count) {
    long[] expected = Arrays.copyOf(keys, count);
    Arrays.sort(expected);
    long[] sorted = new LongSort().sort(keys.clone(), new long[keys.length], 0, count);
    assertArrayEquals(expected, Arrays.copyOf(sorted, count));
  }

  private static void reverse(long[] keys, int count) {
    for (int i = 0; i < count / 2; i++) {
      long key = keys[i];
      keys[i] = keys[count - 1 - i];
      keys[count - 1 - i] = key;
    }
  }
}
