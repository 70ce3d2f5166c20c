package io.plasmastore.arrow;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;

/**
 * Walks the columns of a batch along its counts and buffers, and checks that they fit together. No
 * value is looked at, except the validity bitmaps that unions and run ends had up to metadata
 * version V4.
 */
final class BatchCheck {
  private final BatchBuffers buffers;
  private final MemorySegment data;
  private final int rowCount;
  private int node;
  private int buffer;
  private int view;

  BatchCheck(BatchBuffers buffers, MemorySegment data, int rowCount) {
    this.buffers = buffers;
    this.data = data;
    this.rowCount = rowCount;
  }

  /**
   * Checks all columns.
   *
   * @throws InvalidArrowDataException if a count or a size does not fit
   * @throws UnsupportedOperationException if a union or run ends have nulls of their own
   */
  void columns(List<ColumnLayout> columns) {
    for (int i = 0; i < columns.size(); i++) {
      if (buffers.valueCount(node) != rowCount) {
        throw new InvalidArrowDataException(
            "a column has another number of values than there are rows: field="
                + columns.get(i).field().getName()
                + " values="
                + buffers.valueCount(node)
                + " rows="
                + rowCount);
      }
      column(columns.get(i));
    }
  }

  private void column(ColumnLayout layout) {
    int values = buffers.valueCount(node);
    int nulls = buffers.nullCount(node);
    node++;
    if (layout.kind().hasValidity()) {
      validity(layout, values, nulls);
    } else if (buffers.hasOldValidity(layout.kind())) {
      oldValidity(layout, values, nulls);
    }
    long childValues = 0;
    switch (layout.kind()) {
      case NULL -> {}
      case FIXED -> sized(layout, layout.valuesSize(values));
      case VARIABLE -> {
        offsets(layout, values);
        buffer++;
      }
      case VIEW -> {
        sized(layout, layout.valuesSize(values));
        buffer += buffers.variadicCount(view++);
      }
      case LIST -> offsets(layout, values);
      case LIST_VIEW -> {
        sized(layout, layout.entriesSize(values));
        sized(layout, layout.entriesSize(values));
      }
      case FIXED_SIZE_LIST -> childValues = (long) values * layout.width();
      case STRUCT -> childValues = values;
      case SPARSE_UNION -> {
        sized(layout, values);
        childValues = values;
      }
      case DENSE_UNION -> {
        sized(layout, values);
        sized(layout, layout.entriesSize(values));
      }
      case RUN_END_ENCODED -> childValues = runs(layout, values);
    }
    children(layout, childValues);
  }

  private void children(ColumnLayout layout, long childValues) {
    List<ColumnLayout> children = layout.children();
    for (int i = 0; i < children.size(); i++) {
      if (buffers.valueCount(node) < childValues) {
        throw new InvalidArrowDataException(
            "a child column has fewer values than the one above refers to: field="
                + layout.field().getName()
                + " values="
                + buffers.valueCount(node)
                + " wanted="
                + childValues);
      }
      column(children.get(i));
    }
  }

  /** How many values there must be: one for each run, and a run where there are values. */
  private long runs(ColumnLayout layout, int values) {
    int runs = buffers.valueCount(node);
    if (buffers.nullCount(node) > 0 || (runs == 0 && values > 0)) {
      throw new InvalidArrowDataException(
          "runs that do not fit their values: field="
              + layout.field().getName()
              + " runs="
              + runs
              + " nulls="
              + buffers.nullCount(node)
              + " values="
              + values);
    }
    return runs;
  }

  /** A validity bitmap may be left out where nothing is null. */
  private void validity(ColumnLayout layout, int values, int nulls) {
    if (buffers.size(buffer) == 0 && nulls <= 0) {
      buffer++;
      return;
    }
    sized(layout, ColumnLayout.validitySize(values));
  }

  /** A bitmap that metadata version V5 has no more; one that says nothing is left out. */
  private void oldValidity(ColumnLayout layout, int values, int nulls) {
    int bitmap = buffer;
    validity(layout, values, nulls);
    long size = buffers.size(bitmap);
    if (nulls != 0 && size > 0 && (nulls > 0 || isNullAnywhere(bitmap, values))) {
      throw new UnsupportedOperationException(
          "a union, or run ends, with nulls of their own, as metadata version V4 had: field="
              + layout.field().getName()
              + " nulls="
              + nulls);
    }
  }

  private boolean isNullAnywhere(int bitmap, int values) {
    if (buffers.compressed() != null) {
      // Nobody counted, and nobody has decompressed it yet.
      return true;
    }
    for (int i = 0; i < values; i++) {
      int bits = data.get(ValueLayout.JAVA_BYTE, buffers.offset(bitmap) + i / Byte.SIZE);
      if ((bits >>> (i % Byte.SIZE) & 1) == 0) {
        return true;
      }
    }
    return false;
  }

  /** Offsets are one more than values, but may be left out where there are no values. */
  private void offsets(ColumnLayout layout, int values) {
    if (buffers.size(buffer) == 0 && values == 0) {
      buffer++;
      return;
    }
    sized(layout, layout.offsetsSize(values));
  }

  private void sized(ColumnLayout layout, long wanted) {
    if (buffers.size(buffer) < wanted) {
      throw new InvalidArrowDataException(
          "a buffer is too short for its values: field="
              + layout.field().getName()
              + " buffer="
              + buffer
              + " size="
              + buffers.size(buffer)
              + " wanted="
              + wanted);
    }
    buffers.cutTo(buffer++, wanted);
  }
}
