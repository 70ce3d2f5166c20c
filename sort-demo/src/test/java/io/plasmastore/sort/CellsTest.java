package io.plasmastore.sort;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CellsTest {
  @ParameterizedTest(name = "growing={0}, {1} to {2}")
  @CsvSource({
    "false, 0, 0",
    "false, -5, 70000",
    "false, 100, 100000000000",
    "false, -9223372036854775808, 9223372036854775807",
    "false, 9223372036854775800, 9223372036854775807",
    "true, 0, 2047",
    "true, 1, 1000000000",
    "true, -9223372036854775808, 9223372036854775807",
  })
  void areInOrderAndStartWhereTheySay(boolean growing, long least, long greatest) {
    Cells cells = growing ? Cells.growing(least) : Cells.even(least, greatest);
    Random random = new Random(1);
    long[] numbers =
        random.longs(5_000).map(number -> within(number, least, greatest)).sorted().toArray();
    numbers[0] = least;
    numbers[numbers.length - 1] = greatest;
    assertEquals(0, cells.of(Long.MIN_VALUE));
    assertEquals(least, cells.start(cells.of(least)), "the least number starts a cell");
    int before = 0;
    for (long number : numbers) {
      int cell = cells.of(number);
      assertTrue(cell >= before && cell <= (1 << 16) + 1, () -> number + ": cell=" + cell);
      assertTrue(cells.start(cell) <= number, () -> number + ": cell=" + cell);
      assertEquals(cell, cells.of(cells.start(cell)));
      long next = cells.start(cell + 1);
      // Where numbers end before it would start, there is no next cell.
      assertEquals(next > number ? cell + 1 : cell, next > number ? cells.of(next) : cell);
      before = cell;
    }
  }

  @ParameterizedTest
  @CsvSource({"false", "true"})
  void looksUpWhatStandsForTheCell(boolean growing) {
    Cells cells = growing ? Cells.growing(10) : Cells.even(10, 1_000_000);
    char[] table = new char[cells.of(1_000_000) + 1];
    for (int i = 0; i < table.length; i++) {
      table[i] = (char) i;
    }
    long[] numbers = {Long.MIN_VALUE, 9, 10, 500, 999_999, 1_000_000, 5_000_000, Long.MAX_VALUE};
    char[] out = new char[numbers.length];
    cells.look(numbers, numbers.length, table, out, 0);
    char[] expected = new char[numbers.length];
    for (int i = 0; i < numbers.length; i++) {
      expected[i] = (char) Math.min(cells.of(numbers[i]), table.length - 1);
    }
    assertArrayEquals(expected, out, () -> Arrays.toString(numbers));
  }

  private static long within(long number, long least, long greatest) {
    long size = greatest - least + 1;
    return size == 0 ? number : least + Long.remainderUnsigned(number, size);
  }
}
