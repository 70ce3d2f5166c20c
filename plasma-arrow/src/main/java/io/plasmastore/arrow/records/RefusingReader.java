package io.plasmastore.arrow.records;

import org.jspecify.annotations.Nullable;

/**
 * A nested column that has nulls where the record allows none: those values are refused when they
 * are asked for, since a null above may hide them.
 */
final class RefusingReader extends Reader {
  private final Bitmap validity;
  private final Reader values;
  private final String path;

  RefusingReader(Bitmap validity, Reader values, String path) {
    this.validity = validity;
    this.values = values;
    this.path = path;
  }

  @Override
  @Nullable Object get(int row) {
    return values.get(checked(row));
  }

  @Override
  Reader inOrder() {
    return new RefusingReader(validity, values.inOrder(), path);
  }

  Bitmap validity() {
    return validity;
  }

  Reader values() {
    return values;
  }

  String path() {
    return path;
  }

  private int checked(int row) {
    if (validity.isNull(row)) {
      throw SchemaMismatchException.of(
          "null where the record allows none: component=" + path + " value=" + row);
    }
    return row;
  }
}
