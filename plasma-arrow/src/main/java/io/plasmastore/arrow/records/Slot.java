package io.plasmastore.arrow.records;

import java.util.List;
import java.util.function.IntToLongFunction;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.NullVector;
import org.apache.arrow.vector.complex.RunEndEncodedVector;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.DictionaryEncoding;
import org.apache.arrow.vector.types.pojo.Field;
import org.jspecify.annotations.Nullable;

/**
 * A place for values of one type: a component, the elements of a list, the keys or values of a map.
 *
 * @param type of the values
 * @param nullable whether a value may be null
 */
record Slot(ValueType type, boolean nullable) {
  /** Whether there need not be a value. */
  boolean isOptional() {
    return nullable || type.ownsNull();
  }

  Field field(String name) {
    return type.field(name, nullable);
  }

  Writer writer(Writer.Place place) {
    return type.writer(nullable ? place.allowingNull() : place);
  }

  /** Adds a line for each reason why the column can't be read. */
  void check(@Nullable Field stored, ObjectColumns columns, String path, List<String> differences) {
    if (stored == null) {
      if (!isOptional()) {
        differences.add("missing: component=" + path + " wanted=" + field("").getType());
      }
      return;
    }
    if (stored.getType() instanceof ArrowType.Null) {
      if (!isOptional()) {
        differences.add("a column of nulls: component=" + path);
      }
      return;
    }
    if (stored.getType() instanceof ArrowType.RunEndEncoded) {
      check(stored.getChildren().getLast(), columns, path, differences);
      return;
    }
    DictionaryEncoding encoding = stored.getDictionary();
    if (encoding == null || !type.mayBeEncoded()) {
      type.check(stored, columns, path, differences);
      return;
    }
    FieldVector values = columns.dictionary(encoding.getId());
    if (values == null) {
      differences.add("no dictionary: component=" + path + " dictionary=" + encoding);
      return;
    }
    new Slot(type, true).check(values.getField(), columns, path, differences);
  }

  /**
   * A reader of a column that {@link #check} had nothing against.
   *
   * @param vector the column, or null if there is none
   * @param path names the column
   * @param top whether its rows are those of the dataframe, so that a null is one that would be
   *     read
   * @throws SchemaMismatchException naming row and component if it is on top and has a null that
   *     the record does not allow
   */
  Reader reader(@Nullable FieldVector vector, ObjectColumns columns, String path, boolean top) {
    if (vector == null || vector instanceof NullVector) {
      return type.absent();
    }
    int rows = vector.getValueCount();
    if (type instanceof PrimitiveType primitive && !isPlain(vector)) {
      Expansion expansion = expand(primitive.primitive(), vector, columns, path);
      return withNulls(expansion.values(), expansion.validity(), rows, path, top);
    }
    if (vector instanceof RunEndEncodedVector runs) {
      RunEnds ends = new RunEnds(runs, columns, path);
      FieldVector stored = runs.getValuesVector();
      if (top && !isOptional()) {
        requireNoNull(columns.validity(stored), stored.getValueCount(), path, ends::start);
      }
      return ends.over(reader(stored, columns, path, false));
    }
    Bitmap validity = type.ownsNull() ? null : columns.validity(vector);
    return withNulls(plain(vector, columns, path), validity, rows, path, top);
  }

  private Reader withNulls(
      Reader reader, @Nullable Bitmap validity, int rows, String path, boolean top) {
    if (validity == null) {
      return reader;
    }
    if (nullable) {
      return new NullableReader(validity, reader);
    }
    if (validity.firstNull(rows) < 0) {
      return reader;
    }
    if (top) {
      requireNoNull(validity, rows, path, row -> row);
    }
    return new RefusingReader(validity, reader, path);
  }

  private static void requireNoNull(
      @Nullable Bitmap validity, int count, String path, IntToLongFunction rows) {
    int index = validity == null ? -1 : validity.firstNull(count);
    if (index >= 0) {
      throw SchemaMismatchException.of(
          "null where the record allows none: component="
              + path
              + " row="
              + rows.applyAsLong(index));
    }
  }

  private static boolean isPlain(FieldVector vector) {
    return vector.getField().getDictionary() == null && !(vector instanceof RunEndEncodedVector);
  }

  /** Primitive values of any form, one for each row. */
  private static Expansion expand(
      Primitive type, FieldVector vector, ObjectColumns columns, String path) {
    int rows = vector.getValueCount();
    if (vector instanceof RunEndEncodedVector runs) {
      RunEnds ends = new RunEnds(runs, columns, path);
      Expansion stored = expand(type, runs.getValuesVector(), columns, path);
      return Expansion.of(type, rows, stored, ends.inOrder());
    }
    if (vector instanceof NullVector) {
      return Expansion.ofNulls(type, rows);
    }
    Bitmap validity = columns.validity(vector);
    DictionaryEncoding encoding = vector.getField().getDictionary();
    if (encoding == null) {
      return new Expansion(columns.primitives(type, vector.getDataBuffer()), validity);
    }
    FieldVector values = dictionary(encoding, columns, path);
    Indices indices = new Indices(vector, encoding, columns);
    return Expansion.of(
        type,
        rows,
        expand(type, values, columns, path),
        row ->
            validity != null && validity.isNull(row)
                ? Expansion.NO_VALUE
                : checked(indices.get(row), values.getValueCount(), row, path));
  }

  private static int checked(long index, int count, int row, String path) {
    if (index < 0 || index >= count) {
      throw EncodedReader.outside(index, count, row, path);
    }
    return (int) index;
  }

  private static FieldVector dictionary(
      DictionaryEncoding encoding, ObjectColumns columns, String path) {
    FieldVector values = columns.dictionary(encoding.getId());
    if (values == null) {
      throw SchemaMismatchException.of(
          "no dictionary: component=" + path + " dictionary=" + encoding);
    }
    return values;
  }

  private Reader plain(FieldVector vector, ObjectColumns columns, String path) {
    DictionaryEncoding encoding = vector.getField().getDictionary();
    if (encoding == null || !type.mayBeEncoded()) {
      return type.reader(vector, columns, path);
    }
    FieldVector values = dictionary(encoding, columns, path);
    // Whatever form the dictionary has; a null in it is met when a row has it.
    Slot stored = new Slot(type, true);
    return new EncodedReader(
        new Indices(vector, encoding, columns),
        stored.reader(values, columns, path, false),
        values.getValueCount(),
        nullable,
        path);
  }
}
