package io.plasmastore.arrow.records;

/** Values of one width. */
final class PrimitiveWriter extends Writer {
  private final Primitive type;
  private final GrowingBuffer values;

  PrimitiveWriter(Primitive type, Place place) {
    super(place);
    this.type = type;
    this.values = buffer((long) place.rows() * type.width());
  }

  @Override
  boolean isFlat() {
    return true;
  }

  @Override
  void setByte(byte value) {
    values.putByte(value);
    added();
  }

  @Override
  void setShort(short value) {
    values.putShort(value);
    added();
  }

  @Override
  void setChar(char value) {
    values.putShort((short) value);
    added();
  }

  @Override
  void setInt(int value) {
    values.putInt(value);
    added();
  }

  @Override
  void setLong(long value) {
    values.putLong(value);
    added();
  }

  @Override
  void setFloat(float value) {
    // Raw, so that every NaN comes back as it was.
    values.putInt(Float.floatToRawIntBits(value));
    added();
  }

  @Override
  void setDouble(double value) {
    values.putLong(Double.doubleToRawLongBits(value));
    added();
  }

  @Override
  void write(Object value) {
    switch (type) {
      case BOOLEAN -> throw new AssertionError("booleans are bits");
      case BYTE -> values.putByte((Byte) value);
      case SHORT -> values.putShort((Short) value);
      case CHAR -> values.putShort((short) (char) (Character) value);
      case INT -> values.putInt((Integer) value);
      case LONG -> values.putLong((Long) value);
      case FLOAT -> values.putInt(Float.floatToRawIntBits((Float) value));
      case DOUBLE -> values.putLong(Double.doubleToRawLongBits((Double) value));
    }
  }

  @Override
  void writeNothing() {
    values.putZeros(type.width());
  }
}
