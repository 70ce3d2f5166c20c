package io.plasmastore.sort;

/**
 * Divides the numbers around a range into cells, in order. {@linkplain #even Even} ones are of one
 * width. {@linkplain #growing Growing} ones are as wide as the numbers in them are far from the
 * least of the range, by 2<sup>−10</sup>: for numbers of which most are small. The least number of
 * the range starts a cell, the second one; the first has all that is smaller. Only where there is
 * too little below it, the least number is in the first cell. Immutable.
 */
final class Cells {
  private static final int EVEN_BITS = 16;
  private static final int GROWING_BITS = 10;
  private static final long GROWING = 1L << GROWING_BITS;

  private final boolean growing;

  /** The least number of the first cell, as far as it matters; what is below is there too. */
  private final long base;

  /** A cell after the range, or where numbers end; what is above is not told apart. */
  private final long end;

  /** Of the width of even cells the logarithm. */
  private final int shift;

  private Cells(boolean growing, long base, long end, int shift) {
    this.growing = growing;
    this.base = base;
    this.end = end;
    this.shift = shift;
  }

  /** Cells of one width, of which 65,536 reach from the least number to the greatest. */
  static Cells even(long least, long greatest) {
    int rangeBits = Long.SIZE - Long.numberOfLeadingZeros(greatest - least);
    int shift = Math.max(0, rangeBits - EVEN_BITS);
    long before = least - (1L << shift);
    long after = greatest + (1L << shift);
    return new Cells(
        false,
        before < least ? before : Long.MIN_VALUE,
        after > greatest ? after : Long.MAX_VALUE,
        shift);
  }

  /** Cells that grow with the distance from the least number. */
  static Cells growing(long least) {
    return new Cells(true, Math.max(least, Long.MIN_VALUE + 1) - 1, Long.MAX_VALUE, 0);
  }

  /** The cell of a number. */
  int of(long number) {
    return growing ? growingCell(number) : evenCell(number);
  }

  /** The least number of a cell. */
  long start(int cell) {
    if (!growing) {
      return base + ((long) cell << shift);
    }
    if (cell < GROWING) {
      return base + cell;
    }
    int group = (cell >>> GROWING_BITS) - 1;
    return base + ((GROWING | (cell & (GROWING - 1))) << group);
  }

  /**
   * Looks the cells of numbers up in a table.
   *
   * @param table what stands for each cell; the last stands for all after it, too
   * @param out gets what stands for the cell of each number, from {@code at} on
   */
  void look(long[] numbers, int count, char[] table, char[] out, int at) {
    int last = table.length - 1;
    if (growing) {
      for (int i = 0; i < count; i++) {
        out[at + i] = table[Math.min(growingCell(numbers[i]), last)];
      }
    } else {
      for (int i = 0; i < count; i++) {
        out[at + i] = table[Math.min(evenCell(numbers[i]), last)];
      }
    }
  }

  private int evenCell(long number) {
    return (int) ((Math.clamp(number, base, end) - base) >>> shift);
  }

  /** As the cells of an HdrHistogram: each power of two is divided evenly. */
  private int growingCell(long number) {
    long distance = Math.max(number, base) - base;
    int group = Math.max(0, Long.SIZE - GROWING_BITS - 1 - Long.numberOfLeadingZeros(distance));
    return (group << GROWING_BITS) + (int) (distance >>> group);
  }
}
