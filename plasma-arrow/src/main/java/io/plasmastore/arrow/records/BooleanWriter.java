package io.plasmastore.arrow.records;

import io.plasmastore.arrow.BatchWriter;
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
  void setAll(Object values, int many) {
    boolean[] flags = (boolean[]) values;
    int i = 0;
    while (i < many) {
      if ((count() & 63) == 0 && many - i >= Long.SIZE) {
        bits.putLong(word(flags, i));
        added(Long.SIZE);
        i += Long.SIZE;
      } else {
        setBoolean(flags[i++]);
      }
    }
  }

  private static long word(boolean[] flags, int first) {
    long word = 0;
    for (int i = 0; i < Long.SIZE; i++) {
      word |= (flags[first + i] ? 1L : 0) << i;
    }
    return word;
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
  void appendValues(Writer other) {
    BooleanWriter added = (BooleanWriter) other;
    int shift = count() & 63;
    for (int done = 0; done < added.count(); done += Long.SIZE) {
      int length = Math.min(Long.SIZE, added.count() - done);
      long more = length == Long.SIZE ? added.bits.getLong(done >>> 3) : added.word;
      word |= more << shift;
      if (shift + length >= Long.SIZE) {
        bits.putLong(word);
        // A shift by 64 is one by nothing.
        word = more >>> 1 >>> (63 - shift);
      }
      shift = (shift + length) & 63;
    }
  }

  @Override
  boolean isFlat() {
    return true;
  }

  @Override
  void moveTo(BatchWriter.Column column, int row, long start) {
    endWord();
    bits.moveTo(column.data(), row >>> 3);
    moveNullsTo(column, row);
  }

  @Override
  void finish(FieldVector vector) {
    endWord();
    super.finish(vector);
  }

  private void endWord() {
    if ((count() & 63) != 0) {
      bits.putLong(word);
      word = 0;
    }
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
