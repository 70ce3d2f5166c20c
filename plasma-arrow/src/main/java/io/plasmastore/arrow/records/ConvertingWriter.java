package io.plasmastore.arrow.records;

import io.plasmastore.arrow.BatchWriter;
import java.util.function.Function;
import org.apache.arrow.vector.FieldVector;
import org.jspecify.annotations.Nullable;

/** Values that are written as others. */
final class ConvertingWriter extends Writer {
  private final Writer inner;
  private final Function<Object, Object> conversion;

  /** The conversion throws an ArithmeticException on a value that does not fit. */
  ConvertingWriter(Place place, Writer inner, Function<Object, Object> conversion) {
    super(place);
    this.inner = inner;
    this.conversion = conversion;
  }

  @Override
  void set(@Nullable Object value) {
    inner.set(value == null ? null : converted(value));
  }

  @Override
  void skip() {
    inner.skip();
  }

  @Override
  void write(Object value) {
    inner.write(converted(value));
  }

  @Override
  void writeNothing() {
    inner.writeNothing();
  }

  @Override
  void append(Writer other) {
    inner.append(((ConvertingWriter) other).inner);
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

  private Object converted(Object value) {
    try {
      return conversion.apply(value);
    } catch (ArithmeticException e) {
      throw unfit("a value that does not fit: value=" + value + " reason=" + e.getMessage(), e);
    }
  }
}
