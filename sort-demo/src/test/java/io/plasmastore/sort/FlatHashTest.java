package io.plasmastore.sort;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Hashes of strings, each with a number that stands beside it. */
class FlatHashTest {
  private static final int LONGEST = 70;

  @ParameterizedTest
  @EnumSource(
      value = ColumnShape.class,
      names = {"BYTES", "LARGE_BYTES"})
  void tellsStringsApartThatDifferInOneBitOrInLength(ColumnShape shape) {
    Set<Long> sums = new HashSet<>();
    Random random = new Random(5);
    byte[] longest = new byte[LONGEST];
    random.nextBytes(longest);
    int count = 0;
    for (int length = 0; length <= LONGEST; length++) {
      byte[] string = Arrays.copyOf(longest, length);
      sums.add(sum(shape, List.of(string), 0));
      count++;
      for (int bit = 0; bit < length * Byte.SIZE; bit++) {
        byte[] changed = string.clone();
        changed[bit / Byte.SIZE] ^= (byte) (1 << (bit % Byte.SIZE));
        sums.add(sum(shape, List.of(changed), 0));
        count++;
      }
    }
    assertEquals(count, sums.size());
  }

  /** Strings of zeros have nothing but their length. */
  @ParameterizedTest
  @EnumSource(
      value = ColumnShape.class,
      names = {"BYTES", "LARGE_BYTES"})
  void tellsStringsOfZerosApart(ColumnShape shape) {
    Set<Long> sums = new HashSet<>();
    for (int length = 0; length <= LONGEST; length++) {
      sums.add(sum(shape, List.of(new byte[length]), 0));
    }
    assertEquals(LONGEST + 1, sums.size());
  }

  /** Also where the last one ends with the memory, and no word can be read at its start. */
  @ParameterizedTest
  @EnumSource(
      value = ColumnShape.class,
      names = {"BYTES", "LARGE_BYTES"})
  void doesNotDependOnWhereStringsLie(ColumnShape shape) {
    Random random = new Random(6);
    List<byte[]> strings = new ArrayList<>();
    for (int i = 0; i < 3_000; i++) {
      byte[] string = new byte[random.nextInt(random.nextBoolean() ? 8 : LONGEST)];
      random.nextBytes(string);
      strings.add(string);
    }
    long sum = sum(shape, strings, 0);
    assertEquals(sum, sum(shape, strings, 64));
    Collections.shuffle(strings, random);
    assertEquals(sum, sum(shape, strings, 0));
    long parts = 0;
    for (byte[] string : strings) {
      parts += sum(shape, List.of(string), 0);
    }
    assertEquals(sum, parts);
  }

  @ParameterizedTest
  @EnumSource(
      value = ColumnShape.class,
      names = {"BYTES", "LARGE_BYTES"})
  void dependsOnWhichStringStandsBesideWhich(ColumnShape shape) {
    Random random = new Random(7);
    for (int length = 1; length <= LONGEST; length++) {
      byte[] one = new byte[length];
      byte[] two = new byte[length];
      random.nextBytes(one);
      random.nextBytes(two);
      one[0] = (byte) ~two[0];
      FlatColumn strings = column(shape, List.of(one, two), 0);
      FlatColumn crossed = column(shape, List.of(two, one), 0);
      long sum = new FlatHash().sum(new FlatColumn[] {strings, crossed}, 0, 2);
      long other = new FlatHash().sum(new FlatColumn[] {strings, strings}, 0, 2);
      assertTrue(sum != other, "length=" + length);
    }
  }

  private static long sum(ColumnShape shape, List<byte[]> strings, int slack) {
    return new FlatHash().sum(new FlatColumn[] {column(shape, strings, slack)}, 0, strings.size());
  }

  /**
   * A column of strings.
   *
   * @param slack bytes of other contents behind the last
   */
  private static FlatColumn column(ColumnShape shape, List<byte[]> strings, int slack) {
    boolean large = shape == ColumnShape.LARGE_BYTES;
    ByteArrayOutputStream data = new ByteArrayOutputStream();
    MemorySegment offsets =
        MemorySegment.ofArray(
            new byte[(strings.size() + 1) * (large ? Long.BYTES : Integer.BYTES)]);
    Offsets ends = new Offsets(offsets, large);
    for (int i = 0; i < strings.size(); i++) {
      data.writeBytes(strings.get(i));
      ends.set(i + 1L, data.size());
    }
    for (int i = 0; i < slack; i++) {
      data.write(0xa5);
    }
    return new FlatColumn(shape, 0, null, offsets, MemorySegment.ofArray(data.toByteArray()));
  }
}
