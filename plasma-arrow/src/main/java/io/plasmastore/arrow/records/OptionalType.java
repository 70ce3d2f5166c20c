package io.plasmastore.arrow.records;

import io.plasmastore.arrow.BatchWriter;
import java.util.List;
import java.util.Optional;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.types.pojo.Field;
import org.jspecify.annotations.Nullable;

/** An Optional as a column that may be null. */
final class OptionalType extends ValueType {
  private final Slot value;

  OptionalType(ValueType value) {
    this.value = new Slot(value, true);
  }

  @Override
  boolean ownsNull() {
    return true;
  }

  @Override
  Field field(String name, boolean nullable) {
    return value.field(name);
  }

  @Override
  void check(Field stored, ObjectColumns columns, String path, List<String> differences) {
    value.check(stored, columns, path, differences);
  }

  @Override
  Reader reader(FieldVector vector, ObjectColumns columns, String path) {
    return reader(value.reader(vector, columns, path, false));
  }

  @Override
  Reader absent() {
    return reader(NullableReader.ALL_NULL);
  }

  @Override
  Writer writer(Writer.Place place) {
    return new OptionalWriter(place, value.writer(place));
  }

  private static Reader reader(Reader values) {
    return new Reader() {
      @Override
      Object get(int row) {
        return Optional.ofNullable(values.get(row));
      }
    };
  }

  private static final class OptionalWriter extends Writer {
    private final Writer inner;

    OptionalWriter(Place place, Writer inner) {
      super(place);
      this.inner = inner;
    }

    @Override
    void set(@Nullable Object value) {
      if (value == null) {
        throw unfit("null in the place of an Optional", null);
      }
      inner.set(((Optional<?>) value).orElse(null));
    }

    @Override
    void skip() {
      inner.skip();
    }

    @Override
    void write(Object value) {
      throw new AssertionError("set does it");
    }

    @Override
    void writeNothing() {
      throw new AssertionError("skip does it");
    }

    @Override
    void append(Writer other) {
      inner.append(((OptionalWriter) other).inner);
    }

    @Override
    boolean isFlat() {
      return inner.isFlat();
    }

    @Override
    boolean reserveDictionary(int all) {
      return inner.reserveDictionary(all);
    }

    @Override
    long dataSize() {
      return inner.dataSize();
    }

    @Override
    void moveTo(BatchWriter.Column column, int row, long start) {
      inner.moveTo(column, row, start);
    }

    @Override
    int movedNulls() {
      return inner.movedNulls();
    }

    @Override
    void finish(FieldVector vector) {
      inner.finish(vector);
    }

    @Override
    public void close() {
      inner.close();
    }
  }
}
