package io.plasmastore.arrow.records;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The values of a column for one thread that reads row after row: they are found many at a time, in
 * a loop of their own. What remains for each row is to take one out of two arrays, which is little
 * enough for the compiler to make it part of the loop over the rows.
 *
 * <p>One array has values, and the other says for each row which of them it has: a value that many
 * rows have is then not stored for each of them, since to store a reference is a lot more work for
 * the collector's sake than to store a number.
 */
abstract class Run extends Reader {
  /** Values found at a time, at most: columns of so many should not drive each other out. */
  static final int ROWS = 256;

  /** The first ones are short, for those who look at a few rows only. */
  static final int MIN_ROWS = 8;

  /** The places of values that lie in the order of the rows. Never written. */
  private static final int[] IN_ORDER = new int[ROWS];

  static {
    Arrays.setAll(IN_ORDER, row -> row);
  }

  private final Reader column;
  private @Nullable Bitmap validity;
  private int first;
  private int count;
  private int size = MIN_ROWS;
  private @Nullable Object[] values = {};
  private int[] places = {};

  /**
   * A run that has no values yet.
   *
   * @param column reads single rows, and says what is wrong with one
   */
  Run(Reader column) {
    this.column = column;
  }

  /**
   * Finds values and gives them to one of the two {@code found}.
   *
   * @param row of the first
   * @param most how many are wanted, no more than {@link #ROWS}
   * @return how many of them there are before one that is out of the ordinary; may be 0
   */
  abstract int find(int row, int most);

  /**
   * Finds values for who takes them out of {@link #values} himself.
   *
   * @param row of the first
   * @param most how many are wanted, no more than {@link #ROWS}; 0 where another column has none
   * @return how many of them there are before one that is out of the ordinary; may be 0
   */
  final int ahead(int row, int most) {
    first = row;
    count = find(row, most);
    if (count == 0 && most > 0 && isNull(row)) {
      found(new @Nullable Object[1]);
      count = 1;
    }
    return count;
  }

  /** Values, among them those of the rows that were found last. */
  final @Nullable Object[] values() {
    return values;
  }

  /** Where among the values each of the rows has its own. */
  final int[] places() {
    return places;
  }

  @Override
  final @Nullable Object get(int row) {
    int index = row - first;
    if (index < 0 || index >= count) {
      int found = ahead(row, size);
      size = Math.min(ROWS, 2 * size);
      if (found == 0) {
        return column.get(row);
      }
      index = 0;
    }
    return values[places[index]];
  }

  @Override
  final Reader inOrder() {
    return column.inOrder();
  }

  /** The same, with null where a bitmap says so. */
  final Reader withNulls(Bitmap where) {
    if (validity != null) {
      return new NullableReader(where, this);
    }
    validity = where;
    return this;
  }

  /** Whether a row has no value, so that what lies there may be anything. */
  final boolean isNull(int row) {
    Bitmap nulls = validity;
    return nulls != null && nulls.isNull(row);
  }

  /** Whether any of so many rows from one on has no value. */
  final boolean anyNull(int row, int rows) {
    Bitmap nulls = validity;
    return nulls != null && nulls.anyNull(row, rows);
  }

  /** The rows have these values, one each. */
  final void found(@Nullable Object[] inOrder) {
    values = inOrder;
    places = IN_ORDER;
  }

  /** The rows have values in these places, of which this keeps both. */
  final void found(@Nullable Object[] all, int[] where) {
    values = all;
    places = where;
  }
}
