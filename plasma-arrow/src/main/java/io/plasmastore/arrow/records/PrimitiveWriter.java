package io.plasmastore.arrow.records;

import java.lang.foreign.ValueLayout;

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
  void setAll(Object all, int many) {
    switch (type) {
      case BOOLEAN -> throw new AssertionError("booleans are bits");
      case BYTE -> values.putAll(all, ValueLayout.JAVA_BYTE, many);
      case SHORT -> values.putAll(all, PrimitiveReader.SHORT, many);
      case CHAR -> values.putAll(all, PrimitiveReader.CHAR, many);
      case INT -> values.putAll(all, PrimitiveReader.INT, many);
      case LONG -> values.putAll(all, PrimitiveReader.LONG, many);
      case FLOAT -> values.putAll(all, PrimitiveReader.FLOAT, many);
      case DOUBLE -> values.putAll(all, PrimitiveReader.DOUBLE, many);
    }
    added(many);
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
