package io.plasmastore.sort;

import java.util.Arrays;

/**
 * Sorts longs by themselves. They are distributed over about as many bins as there are, by the
 * range that they really have, and then inserted one by one, which moves few of them far. Where
 * bins are full nevertheless, each is sorted in the same way, and few are left to the JDK.
 */
final class LongSort {
  /** More in a bin than this are sorted before the insertion, which takes the square of it. */
  private static final int MANY = 24;

  /** Up to here inserting alone is fastest. */
  private static final int FEW = 32;

  private static final int MAX_BIN_BITS = 16;

  private LongSort() {}

  /**
   * Sorts the first so many numbers.
   *
   * @param other as long; what it has is lost
   * @return the array that has them in order now: one of the two
   */
  static long[] sort(long[] keys, long[] other, int count) {
    if (count <= FEW) {
      insert(keys, count);
      return keys;
    }
    long min = keys[0];
    long max = keys[0];
    long before = keys[0];
    int descents = 0;
    for (int i = 0; i < count; i++) {
      long key = keys[i];
      min = Math.min(min, key);
      max = Math.max(max, key);
      descents += before > key ? 1 : 0;
      before = key;
    }
    if (descents == 0) {
      return keys;
    }
    int binBits = Math.min(MAX_BIN_BITS, Integer.SIZE - Integer.numberOfLeadingZeros(count - 1));
    int rangeBits = Long.SIZE - Long.numberOfLeadingZeros(max - min);
    int shift = Math.max(0, rangeBits - binBits);
    int[] ends = new int[(int) ((max - min) >>> shift) + 1];
    for (int i = 0; i < count; i++) {
      ends[(int) ((keys[i] - min) >>> shift)]++;
    }
    int start = 0;
    int most = 0;
    for (int bin = 0; bin < ends.length; bin++) {
      int inBin = ends[bin];
      most = Math.max(most, inBin);
      ends[bin] = start;
      start += inBin;
    }
    for (int i = 0; i < count; i++) {
      long key = keys[i];
      other[ends[(int) ((key - min) >>> shift)]++] = key;
    }
    if (shift > 0) {
      if (most > MANY) {
        sortFull(other, ends);
      }
      insert(other, count);
    }
    return other;
  }

  /** Sorts the bins that have many. */
  private static void sortFull(long[] keys, int[] ends) {
    int start = 0;
    for (int end : ends) {
      if (end - start > MANY) {
        Arrays.sort(keys, start, end);
      }
      start = end;
    }
  }

  private static void insert(long[] keys, int count) {
    for (int i = 1; i < count; i++) {
      long key = keys[i];
      int at = i;
      while (at > 0 && keys[at - 1] > key) {
        keys[at] = keys[at - 1];
        at--;
      }
      keys[at] = key;
    }
  }
}
