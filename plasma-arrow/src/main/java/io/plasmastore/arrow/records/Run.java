package io.plasmastore.arrow.records;

import org.jspecify.annotations.Nullable;

/**
 * The values of a column for one thread that reads row after row: they are made many at a time, in
 * a loop of their own. What remains for each row is to take one out of an array, which is little
 * enough for the compiler to make it part of the loop over the rows.
 */
abstract class Run extends Reader {
  /** Values made at a time, at most. */
  static final int ROWS = 128;

  /** The first ones are short, for those who look at a few rows only. */
  private static final int MIN_ROWS = 8;

  private static final @Nullable Object[] NONE = {};

  private final Reader column;
  private @Nullable Bitmap validity;
  private int first;
  private int size = MIN_ROWS;

  // A new array each time: the collector keeps books of what is stored in an old one.
  private @Nullable Object[] ready = NONE;

  /**
   * A run that has no values yet.
   *
   * @param column reads single rows, and says what is wrong with one
   */
  Run(Reader column) {
    this.column = column;
  }

  /**
   * Makes values.
   *
   * @param row of the first
   * @param most how many are wanted
   * @return as many of them as can be made before one that is out of the ordinary; may be none
   */
  abstract @Nullable Object[] make(int row, int most);

  @Override
  final @Nullable Object get(int row) {
    int index = row - first;
    @Nullable Object[] values = ready;
    return index >= 0 && index < values.length ? values[index] : next(row);
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

  private @Nullable Object next(int row) {
    Bitmap nulls = validity;
    if (nulls != null && nulls.isNull(row)) {
      // What lies there may be anything.
      return null;
    }
    @Nullable Object[] values = make(row, size);
    size = Math.min(ROWS, 2 * size);
    if (values.length == 0) {
      return column.get(row);
    }
    if (nulls != null) {
      nulls.clear(values, row);
    }
    ready = values;
    first = row;
    return values[0];
  }
}
