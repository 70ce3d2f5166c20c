package io.plasmastore.arrow.records;

import java.util.List;
import org.apache.arrow.vector.types.FloatingPointPrecision;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.jspecify.annotations.Nullable;

/** The primitive types of Java and what they are stored as. */
enum Primitive {
  BOOLEAN(boolean.class, Boolean.class, ArrowType.Bool.INSTANCE, 0),
  BYTE(byte.class, Byte.class, new ArrowType.Int(8, true), Byte.BYTES),
  SHORT(short.class, Short.class, new ArrowType.Int(16, true), Short.BYTES),
  CHAR(char.class, Character.class, new ArrowType.Int(16, false), Character.BYTES),
  INT(int.class, Integer.class, new ArrowType.Int(32, true), Integer.BYTES),
  LONG(long.class, Long.class, new ArrowType.Int(64, true), Long.BYTES),
  FLOAT(
      float.class,
      Float.class,
      new ArrowType.FloatingPoint(FloatingPointPrecision.SINGLE),
      Float.BYTES),
  DOUBLE(
      double.class,
      Double.class,
      new ArrowType.FloatingPoint(FloatingPointPrecision.DOUBLE),
      Double.BYTES);

  private static final List<Primitive> ALL = List.of(values());

  private final Class<?> type;
  private final Class<?> box;
  private final ArrowType stored;
  private final int width;

  Primitive(Class<?> type, Class<?> box, ArrowType stored, int width) {
    this.type = type;
    this.box = box;
    this.stored = stored;
    this.width = width;
  }

  /** The one of a primitive class or of its box, or null. */
  static @Nullable Primitive of(Class<?> wanted) {
    for (Primitive primitive : ALL) {
      if (primitive.type == wanted || primitive.box == wanted) {
        return primitive;
      }
    }
    return null;
  }

  Class<?> type() {
    return type;
  }

  ArrowType stored() {
    return stored;
  }

  /** Bytes of a value; 0 for a boolean, which is a bit. */
  int width() {
    return width;
  }
}
