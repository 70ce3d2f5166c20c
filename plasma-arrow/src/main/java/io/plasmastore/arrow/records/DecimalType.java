package io.plasmastore.arrow.records;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.RoundingMode;
import java.util.List;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.FieldType;

/** A BigDecimal as a decimal of one scale, 128 or 256 bits wide. Read from any decimal. */
final class DecimalType extends ValueType {
  private static final int MAX_PRECISION_OF_128 = 38;

  private final ArrowType.Decimal stored;

  DecimalType(int precision, int scale) {
    this.stored =
        new ArrowType.Decimal(precision, scale, precision <= MAX_PRECISION_OF_128 ? 128 : 256);
  }

  @Override
  boolean mayBeEncoded() {
    return true;
  }

  @Override
  Field field(String name, boolean nullable) {
    return new Field(name, new FieldType(nullable, stored, null), null);
  }

  @Override
  void check(Field field, ObjectColumns columns, String path, List<String> differences) {
    boolean fits =
        field.getType() instanceof ArrowType.Decimal decimal && decimal.getBitWidth() >= 128;
    expect(fits, field, stored, path, differences);
  }

  @Override
  Reader reader(FieldVector vector, ObjectColumns columns, String path) {
    ArrowType.Decimal type = (ArrowType.Decimal) vector.getField().getType();
    MemorySegment values = columns.segment(vector.getDataBuffer());
    int width = type.getBitWidth() / Byte.SIZE;
    return new Reader() {
      @Override
      Object get(int row) {
        return decode(values, (long) row * width, width, type.getScale());
      }
    };
  }

  @Override
  Writer writer(Writer.Place place) {
    return new DecimalWriter(place);
  }

  private static BigDecimal decode(MemorySegment values, long offset, int width, int scale) {
    long low = values.get(PrimitiveReader.LONG, offset);
    boolean small = true;
    for (int word = Long.BYTES; word < width; word += Long.BYTES) {
      small &= values.get(PrimitiveReader.LONG, offset + word) == low >> 63;
    }
    if (small) {
      return BigDecimal.valueOf(low, scale);
    }
    byte[] bytes = new byte[width];
    for (int i = 0; i < width; i++) {
      bytes[i] = values.get(ValueLayout.JAVA_BYTE, offset + width - 1 - i);
    }
    return new BigDecimal(new BigInteger(bytes), scale);
  }

  private final class DecimalWriter extends Writer {
    private final int words = stored.getBitWidth() / Long.SIZE;
    private final GrowingBuffer values;

    DecimalWriter(Place place) {
      super(place);
      this.values = buffer((long) place.rows() * words * Long.BYTES);
    }

    @Override
    boolean isFlat() {
      return true;
    }

    @Override
    void write(Object value) {
      BigInteger unscaled = unscaled((BigDecimal) value);
      for (int word = 0; word < words; word++) {
        values.putLong(unscaled.shiftRight(word * Long.SIZE).longValue());
      }
    }

    @Override
    void writeNothing() {
      values.putZeros(words * Long.BYTES);
    }

    private BigInteger unscaled(BigDecimal value) {
      BigDecimal scaled;
      try {
        // Refused before it is multiplied out: 1e1000000000 would take all memory.
        long digits = (long) value.precision() - value.scale() + stored.getScale();
        if (value.signum() != 0 && (digits <= 0 || digits > stored.getPrecision())) {
          throw new ArithmeticException("digits=" + digits);
        }
        scaled =
            value.signum() == 0
                ? BigDecimal.ZERO
                : value.setScale(stored.getScale(), RoundingMode.UNNECESSARY);
      } catch (ArithmeticException e) {
        throw unfit(
            "a value that does not fit: value=%s precision=%d scale=%d"
                .formatted(value, stored.getPrecision(), stored.getScale()),
            e);
      }
      return scaled.unscaledValue();
    }
  }
}
