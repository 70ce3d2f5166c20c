package io.plasmastore.arrow.records;

import java.lang.foreign.Arena;
import org.jspecify.annotations.Nullable;

/** Null where the bitmap says so. */
final class NullableReader extends Reader {
  /** A column that is not there, or has no values at all. */
  static final Reader ALL_NULL =
      new Reader() {
        @Override
        @Nullable Object get(int row) {
          return null;
        }
      };

  private final Bitmap validity;
  private final Reader values;

  NullableReader(Bitmap validity, Reader values) {
    this.validity = validity;
    this.values = values;
  }

  /** Where a column has values, or null if in each of that many rows. */
  static @Nullable Bitmap validityOf(Reader reader, int rows) {
    if (reader == ALL_NULL) {
      return new Bitmap(Arena.ofAuto().allocate((rows + 7L) >>> 3, Long.BYTES));
    }
    return reader instanceof NullableReader nullable ? nullable.validity : null;
  }

  @Override
  Reader inOrder() {
    Reader inOrder = values.inOrder();
    return inOrder instanceof Run run
        ? run.withNulls(validity)
        : new NullableReader(validity, inOrder);
  }

  Reader values() {
    return values;
  }

  @Override
  @Nullable Object get(int row) {
    return validity.isNull(row) ? null : values.get(row);
  }
}
