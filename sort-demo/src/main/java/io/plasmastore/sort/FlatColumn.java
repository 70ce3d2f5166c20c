package io.plasmastore.sort;

import io.plasmastore.arrow.BatchWriter;
import java.lang.foreign.MemorySegment;
import org.apache.arrow.vector.BaseFixedWidthVector;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.types.pojo.Field;
import org.jspecify.annotations.Nullable;

/**
 * The memory of a column without children, of one batch. Good as long as the batch is.
 *
 * @param shape one of {@link ColumnShape#isFlat}
 * @param width bytes of a value of a fixed width, else 0
 * @param validity a bit a row, or null if no row is null
 * @param offsets of strings, of 32 or 64 bits by the shape, else empty
 * @param data the values
 */
record FlatColumn(
    ColumnShape shape,
    int width,
    @Nullable MemorySegment validity,
    MemorySegment offsets,
    MemorySegment data) {

  /** The memory of a vector of values, not dictionary-encoded. */
  static FlatColumn of(FieldVector vector) {
    ColumnShape shape = ColumnShape.of(vector.getField());
    return new FlatColumn(
        shape,
        vector instanceof BaseFixedWidthVector fixed ? fixed.getTypeWidth() : 0,
        vector.getNullCount() == 0 ? null : OffHeap.bytes(vector.getValidityBuffer()),
        shape.isBytes() && vector.getValueCount() > 0
            ? OffHeap.bytes(vector.getOffsetBuffer())
            : MemorySegment.NULL,
        OffHeap.bytes(vector.getDataBuffer()));
  }

  /** The memory of a column that is written. */
  static FlatColumn of(Field field, int width, boolean nulls, BatchWriter.Column column) {
    MemorySegment offsets = column.offsets();
    return new FlatColumn(
        ColumnShape.of(field),
        width,
        nulls ? column.validity() : null,
        offsets == null ? MemorySegment.NULL : offsets,
        column.data());
  }

  boolean isNull(int row) {
    return validity != null && !OffHeap.bit(validity, row);
  }

  /** Where the value of a row starts in the data; of a bool of no use. */
  long start(int row) {
    return switch (shape) {
      case BYTES -> offsets.getAtIndex(OffHeap.INT, row);
      case LARGE_BYTES -> offsets.getAtIndex(OffHeap.LONG, row);
      default -> (long) row * width;
    };
  }
}
