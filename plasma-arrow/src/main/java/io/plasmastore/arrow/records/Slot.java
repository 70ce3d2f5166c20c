package io.plasmastore.arrow.records;

import java.util.List;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.NullVector;
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
    type.check(values.getField(), columns, path, differences);
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
    Reader reader = plain(vector, columns, path);
    Bitmap validity = type.ownsNull() ? null : columns.validity(vector);
    if (validity == null) {
      return reader;
    }
    if (nullable) {
      return new NullableReader(validity, reader);
    }
    int row = validity.firstNull(vector.getValueCount());
    if (row < 0) {
      return reader;
    }
    if (top) {
      throw SchemaMismatchException.of(
          "null where the record allows none: component=" + path + " row=" + row);
    }
    return new RefusingReader(validity, reader, path);
  }

  private Reader plain(FieldVector vector, ObjectColumns columns, String path) {
    DictionaryEncoding encoding = vector.getField().getDictionary();
    if (encoding == null || !type.mayBeEncoded()) {
      return type.reader(vector, columns, path);
    }
    FieldVector values = columns.dictionary(encoding.getId());
    if (values == null) {
      throw SchemaMismatchException.of(
          "no dictionary: component=" + path + " dictionary=" + encoding);
    }
    Reader decoded = type.reader(values, columns, path);
    Bitmap validity = columns.validity(values);
    return new EncodedReader(
        columns.segment(vector.getDataBuffer()),
        encoding.getIndexType(),
        validity == null ? decoded : new NullableReader(validity, decoded),
        values.getValueCount(),
        nullable,
        path);
  }
}
