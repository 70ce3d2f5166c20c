package io.plasmastore.sort;

import java.lang.foreign.MemorySegment;
import org.apache.arrow.vector.FieldVector;

/**
 * Values of 64 bits and less. The prefix is the value itself: signed integers as they are, unsigned
 * ones with the sign bit turned, floats by their bits, those of the negative ones turned, so that
 * the order is that of {@link Double#compare}.
 */
final class NumberKey extends KeyColumn {
  private final NumberForm form;
  private final MemorySegment data;

  NumberKey(FieldVector vector, NumberForm form) {
    super(vector);
    this.form = form;
    this.data = OffHeap.bytes(vector.getDataBuffer());
  }

  @Override
  long prefix(int row) {
    return switch (form) {
      case BIT -> OffHeap.bit(data, row) ? 1 : 0;
      case INT8 -> data.get(OffHeap.BYTE, row);
      case UINT8 -> data.get(OffHeap.BYTE, row) & 0xff;
      case INT16 -> data.getAtIndex(OffHeap.SHORT, row);
      case UINT16 -> data.getAtIndex(OffHeap.SHORT, row) & 0xffff;
      case INT32 -> data.getAtIndex(OffHeap.INT, row);
      case UINT32 -> data.getAtIndex(OffHeap.INT, row) & 0xffffffffL;
      case INT64 -> data.getAtIndex(OffHeap.LONG, row);
      case UINT64 -> data.getAtIndex(OffHeap.LONG, row) ^ Long.MIN_VALUE;
      case FLOAT16 -> ordered(Float.float16ToFloat(data.getAtIndex(OffHeap.SHORT, row)));
      case FLOAT32 -> ordered(Float.intBitsToFloat(data.getAtIndex(OffHeap.INT, row)));
      case FLOAT64 -> ordered(Double.longBitsToDouble(data.getAtIndex(OffHeap.LONG, row)));
    };
  }

  @Override
  void prefixes(int from, int to, long[] out, int at) {
    int count = to - from;
    switch (form) {
      // A loop of its own for each width that large sorts are made of: one in which the form is
      // asked for each row costs twice.
      case INT32 -> {
        for (int i = 0; i < count; i++) {
          out[at + i] = data.getAtIndex(OffHeap.INT, from + i);
        }
      }
      case INT64 -> MemorySegment.copy(data, OffHeap.LONG, from * 8L, out, at, count);
      case FLOAT64 -> {
        for (int i = 0; i < count; i++) {
          out[at + i] = ordered(Double.longBitsToDouble(data.getAtIndex(OffHeap.LONG, from + i)));
        }
      }
      default -> super.prefixes(from, to, out, at);
    }
  }

  @Override
  boolean decides(long prefix) {
    return !form.isFullRange() || (prefix != Long.MIN_VALUE && prefix != Long.MAX_VALUE);
  }

  @Override
  int compare(int row, KeyColumn other, int otherRow) {
    return Long.compare(prefix(row), other.values().prefix(other.valueRow(otherRow)));
  }

  private static long ordered(double value) {
    long bits = Double.doubleToLongBits(value);
    return bits ^ ((bits >> 63) & Long.MAX_VALUE);
  }

  private static long ordered(float value) {
    int bits = Float.floatToIntBits(value);
    return bits ^ ((bits >> 31) & Integer.MAX_VALUE);
  }
}
