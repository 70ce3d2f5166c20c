package io.plasmastore.arrow.records;

import java.util.List;
import java.util.function.Function;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.types.pojo.Field;
import org.jspecify.annotations.Nullable;

/** A type that is stored as another one. */
final class ConvertedType extends ValueType {
  private final ValueType inner;
  private final Function<Object, Object> toStored;
  private final Function<Object, Object> fromStored;

  ConvertedType(
      ValueType inner, Function<Object, Object> toStored, Function<Object, Object> fromStored) {
    this.inner = inner;
    this.toStored = toStored;
    this.fromStored = fromStored;
  }

  @Override
  Field field(String name, boolean nullable) {
    return inner.field(name, nullable);
  }

  @Override
  void check(Field stored, ObjectColumns columns, String path, List<String> differences) {
    inner.check(stored, columns, path, differences);
  }

  @Override
  Reader reader(FieldVector vector, ObjectColumns columns, String path) {
    Reader stored = inner.reader(vector, columns, path);
    return new Reader() {
      @Override
      @Nullable Object get(int row) {
        Object value = stored.get(row);
        return value == null ? null : fromStored.apply(value);
      }
    };
  }

  @Override
  Writer writer(Writer.Place place) {
    return new ConvertingWriter(place, inner.writer(place), toStored);
  }
}
