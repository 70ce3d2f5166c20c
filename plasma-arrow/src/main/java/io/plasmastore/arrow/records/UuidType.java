package io.plasmastore.arrow.records;

import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.UUID;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.FieldType;

/** A UUID as 16 bytes, in the order in which it is printed. */
final class UuidType extends ValueType {
  private static final ArrowType STORED = new ArrowType.FixedSizeBinary(2 * Long.BYTES);

  @Override
  boolean mayBeEncoded() {
    return true;
  }

  @Override
  Field field(String name, boolean nullable) {
    return new Field(name, new FieldType(nullable, STORED, null), null);
  }

  @Override
  void check(Field stored, ObjectColumns columns, String path, List<String> differences) {
    expect(stored.getType().equals(STORED), stored, STORED, path, differences);
  }

  @Override
  Reader reader(FieldVector vector, ObjectColumns columns, String path) {
    MemorySegment values = columns.segment(vector.getDataBuffer());
    return new Reader() {
      @Override
      Object get(int row) {
        long offset = (long) row << 4;
        return new UUID(
            Long.reverseBytes(values.get(PrimitiveReader.LONG, offset)),
            Long.reverseBytes(values.get(PrimitiveReader.LONG, offset + Long.BYTES)));
      }
    };
  }

  @Override
  Writer writer(Writer.Place place) {
    return new UuidWriter(place);
  }

  private static final class UuidWriter extends Writer {
    private final GrowingBuffer values;

    UuidWriter(Place place) {
      super(place);
      this.values = buffer((long) place.rows() << 4);
    }

    @Override
    boolean isFlat() {
      return true;
    }

    @Override
    void write(Object value) {
      UUID uuid = (UUID) value;
      values.putLong(Long.reverseBytes(uuid.getMostSignificantBits()));
      values.putLong(Long.reverseBytes(uuid.getLeastSignificantBits()));
    }

    @Override
    void writeNothing() {
      values.putZeros(2 * Long.BYTES);
    }
  }
}
