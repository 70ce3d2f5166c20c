package io.plasmastore.arrow.records;

import java.util.List;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.FieldType;

/** A primitive type, or its box. */
final class PrimitiveType extends ValueType {
  private final Primitive primitive;
  private final boolean boxed;

  PrimitiveType(Primitive primitive, boolean boxed) {
    this.primitive = primitive;
    this.boxed = boxed;
  }

  Primitive primitive() {
    return primitive;
  }

  @Override
  Class<?> carrier() {
    return boxed ? Object.class : primitive.type();
  }

  @Override
  boolean mayBeEncoded() {
    return true;
  }

  @Override
  Field field(String name, boolean nullable) {
    return new Field(name, new FieldType(nullable, primitive.stored(), null), null);
  }

  @Override
  void check(Field stored, ObjectColumns columns, String path, List<String> differences) {
    expect(
        stored.getType().equals(primitive.stored()), stored, primitive.stored(), path, differences);
  }

  @Override
  Reader reader(FieldVector vector, ObjectColumns columns, String path) {
    return columns.primitives(primitive, vector.getDataBuffer());
  }

  @Override
  Writer writer(Writer.Place place) {
    return primitive == Primitive.BOOLEAN
        ? new BooleanWriter(place)
        : new PrimitiveWriter(primitive, place);
  }
}
