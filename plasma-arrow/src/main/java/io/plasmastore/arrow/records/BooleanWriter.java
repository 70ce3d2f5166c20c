package io.plasmastore.arrow.records;

import org.apache.arrow.vector.FieldVector;

/** A bit for each value. */
final class BooleanWriter extends Writer {
  private final GrowingBuffer bits;
  private long word;

  BooleanWriter(Place place) {
    super(place);
    this.bits = buffer(((long) place.rows() + 63) / 64 * Long.BYTES);
  }

  @Override
  void setBoolean(boolean value) {
    append(value);
    added();
  }

  @Override
  void write(Object value) {
    append((Boolean) value);
  }

  @Override
  void writeNothing() {
    append(false);
  }

  @Override
  void finish(FieldVector vector) {
    if ((count() & 63) != 0) {
      bits.putLong(word);
      word = 0;
    }
    super.finish(vector);
  }

  private void append(boolean value) {
    int bit = count() & 63;
    if (value) {
      word |= 1L << bit;
    }
    if (bit == 63) {
      bits.putLong(word);
      word = 0;
    }
  }
}
