package io.plasmastore.arrow.records;

import java.util.List;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.types.pojo.Field;

/** A Java type that a component may have: how it is stored, written and read. Immutable. */
abstract class ValueType {
  /** What stands between a record and its columns: a primitive type, or Object. */
  Class<?> carrier() {
    return Object.class;
  }

  /** Whether null is a value of its own to it, as to an Optional. */
  boolean ownsNull() {
    return false;
  }

  /** Whether the column may be encoded by a dictionary; its values are then kept once read. */
  boolean mayBeEncoded() {
    return false;
  }

  /** The column that it is written to. */
  abstract Field field(String name, boolean nullable);

  /** Adds a line for each reason why the column can't be read as this type. */
  abstract void check(Field stored, ObjectColumns columns, String path, List<String> differences);

  /** A reader of a column that {@link #check} had nothing against; nulls are not its concern. */
  abstract Reader reader(FieldVector vector, ObjectColumns columns, String path);

  /** A reader of a column that is not there, or has no values. */
  Reader absent() {
    return NullableReader.ALL_NULL;
  }

  /** A writer of a column. */
  abstract Writer writer(Writer.Place place);

  /** Adds the usual line, unless the stored type is one of those that will do. */
  static void expect(
      boolean fits, Field stored, Object wanted, String path, List<String> differences) {
    if (!fits) {
      differences.add(
          "another type: component=" + path + " stored=" + stored.getType() + " wanted=" + wanted);
    } else if (stored.getDictionary() != null) {
      differences.add(
          "encoded by a dictionary: component=" + path + " dictionary=" + stored.getDictionary());
    }
  }
}
