package io.plasmastore.bench.sort;

import java.nio.charset.StandardCharsets;
import org.apache.arrow.vector.BigIntVector;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.FixedWidthVector;
import org.apache.arrow.vector.Float8Vector;
import org.apache.arrow.vector.IntVector;
import org.apache.arrow.vector.VarCharVector;
import org.apache.arrow.vector.types.FloatingPointPrecision;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;

/**
 * A column of generated values without nulls. A value depends on its row, its column's number and
 * {@link #SEED} alone.
 *
 * @param name of the column
 * @param values what is in it
 */
record SortColumn(String name, Values values) {
  static final long SEED = 20_170_808;

  private static final int LETTERS = 26;
  private static final int LEAST_LENGTH = 10;
  private static final int LENGTHS = 11;
  private static final int FEW_WORDS = 10_000;
  private static final int SMALL = 1_000;
  private static final double ZIPF_VALUES = 1e9;

  /** What is in a column. */
  enum Values {
    /** float64, uniform in [0, 1). */
    UNIFORM(Double.BYTES),
    /** int64, all values alike. */
    LONGS(Long.BYTES),
    /** int64, the number of the row. */
    ROW_NUMBERS(Long.BYTES),
    /** int64 from 1 to 10⁹, k as often as 1 / k. */
    ZIPF(Long.BYTES),
    /** int32 from 0 to 999. */
    SMALL_INTS(Integer.BYTES),
    /** utf8, 10 to 20 small letters. */
    WORDS(LEAST_LENGTH + (LENGTHS - 1) / 2 + Integer.BYTES),
    /** The same, of which only 10,000 are different. */
    FEW_WORDS(LEAST_LENGTH + (LENGTHS - 1) / 2 + Integer.BYTES);

    /** Bytes of a value, on average. */
    final int size;

    Values(int size) {
      this.size = size;
    }
  }

  Field field() {
    ArrowType type =
        switch (values) {
          case UNIFORM -> new ArrowType.FloatingPoint(FloatingPointPrecision.DOUBLE);
          case LONGS, ROW_NUMBERS, ZIPF -> new ArrowType.Int(Long.SIZE, true);
          case SMALL_INTS -> new ArrowType.Int(Integer.SIZE, true);
          case WORDS, FEW_WORDS -> ArrowType.Utf8.INSTANCE;
        };
    return Field.notNullable(name, type);
  }

  /** Fills a vector with the values of so many rows. */
  void fill(FieldVector vector, int column, long firstRow, int count) {
    if (vector instanceof FixedWidthVector fixed) {
      fixed.allocateNew(count);
    }
    for (int i = 0; i < count; i++) {
      long bits = bits(SEED + column, firstRow + i);
      switch (values) {
        case UNIFORM -> ((Float8Vector) vector).set(i, unit(bits));
        case LONGS -> ((BigIntVector) vector).set(i, bits);
        case ROW_NUMBERS -> ((BigIntVector) vector).set(i, firstRow + i);
        case ZIPF ->
            ((BigIntVector) vector).set(i, (long) Math.exp(unit(bits) * Math.log(ZIPF_VALUES)));
        case SMALL_INTS -> ((IntVector) vector).set(i, (int) Long.remainderUnsigned(bits, SMALL));
        case WORDS -> ((VarCharVector) vector).setSafe(i, word(bits));
        case FEW_WORDS ->
            ((VarCharVector) vector)
                .setSafe(i, word(bits(SEED, Long.remainderUnsigned(bits, FEW_WORDS))));
      }
    }
    vector.setValueCount(count);
  }

  private static byte[] word(long bits) {
    int length = LEAST_LENGTH + (int) Long.remainderUnsigned(bits, LENGTHS);
    byte[] word = "?".repeat(length).getBytes(StandardCharsets.US_ASCII);
    long rest = bits(bits, 1);
    for (int i = 0; i < length; i++) {
      word[i] = (byte) ('a' + (int) Long.remainderUnsigned(rest, LETTERS));
      // Thirteen letters come out of 64 bits.
      rest = i == 12 ? bits(bits, 2) : Long.divideUnsigned(rest, LETTERS);
    }
    return word;
  }

  private static double unit(long bits) {
    return (bits >>> 11) * 0x1p-53;
  }

  /** As SplittableRandom's sequence, but of any row without those before it. */
  private static long bits(long seed, long row) {
    return RowChecksum.mix(seed * 0x632b_e59b_d9b4_e019L + (row + 1) * 0x9e37_79b9_7f4a_7c15L);
  }
}
