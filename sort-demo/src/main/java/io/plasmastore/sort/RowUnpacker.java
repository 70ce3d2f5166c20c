package io.plasmastore.sort;

import java.lang.foreign.MemorySegment;
import java.util.List;

/**
 * Writes packed rows to the columns of a batch, in an order that is given: column by column,
 * reading rows at random, which lie in the cache, and writing in order. Rows follow those written
 * before. One thread.
 */
final class RowUnpacker {
  private final RowLayout layout;
  private final List<FlatColumn> columns;
  private final int[] nullCounts;

  /** Where the strings of each column have ended so far. */
  private final long[] ends;

  private int rowCount;

  /** Where the strings of each row that are not written yet start. */
  private long[] tails = new long[0];

  /**
   * Prepares to write.
   *
   * @param columns in the order of the layout, large enough for all rows to come; bits of validity
   *     are all set
   */
  RowUnpacker(RowLayout layout, List<FlatColumn> columns) {
    this.layout = layout;
    this.columns = columns;
    this.nullCounts = new int[columns.size()];
    this.ends = new long[columns.size()];
  }

  /** The nulls written so far, for each column. */
  int[] nullCounts() {
    return nullCounts;
  }

  /** The rows written so far. */
  int rowCount() {
    return rowCount;
  }

  /**
   * Some rows more have been written to the columns by somebody else: without strings and nulls.
   */
  void skip(int count) {
    rowCount += count;
  }

  /**
   * Writes rows.
   *
   * @param rows what they lie in
   * @param order where each starts
   */
  void write(MemorySegment rows, long[] order, int count) {
    if (!layout.isFixed()) {
      tails = tails.length < count ? new long[count] : tails;
      for (int i = 0; i < count; i++) {
        tails[i] = order[i] + layout.fixedSize();
      }
    }
    for (int number = 0; number < columns.size(); number++) {
      RowLayout.Column from = layout.columns().get(number);
      FlatColumn to = columns.get(number);
      switch (from.shape()) {
        case BITS -> writeBits(rows, order, count, from.offset(), to.data());
        case BYTES, LARGE_BYTES -> writeBytes(rows, order, count, number);
        default -> writeFixed(rows, order, count, from, to.data());
      }
      if (from.hasNulls()) {
        writeNulls(rows, order, count, number);
      }
    }
    rowCount += count;
  }

  private void writeFixed(
      MemorySegment rows, long[] order, int count, RowLayout.Column from, MemorySegment data) {
    int offset = from.offset();
    int at = rowCount;
    switch (from.width()) {
      case Long.BYTES -> {
        for (int i = 0; i < count; i++) {
          data.setAtIndex(OffHeap.LONG, at + i, rows.get(OffHeap.LONG, order[i] + offset));
        }
      }
      case Integer.BYTES -> {
        for (int i = 0; i < count; i++) {
          data.setAtIndex(OffHeap.INT, at + i, rows.get(OffHeap.INT, order[i] + offset));
        }
      }
      case Short.BYTES -> {
        for (int i = 0; i < count; i++) {
          data.setAtIndex(OffHeap.SHORT, at + i, rows.get(OffHeap.SHORT, order[i] + offset));
        }
      }
      case Byte.BYTES -> {
        for (int i = 0; i < count; i++) {
          data.set(OffHeap.BYTE, at + i, rows.get(OffHeap.BYTE, order[i] + offset));
        }
      }
      default -> {
        int width = from.width();
        for (int i = 0; i < count; i++) {
          OffHeap.copy(rows, order[i] + offset, data, (long) (at + i) * width, width);
        }
      }
    }
  }

  private void writeBits(
      MemorySegment rows, long[] order, int count, int offset, MemorySegment bits) {
    for (int i = 0; i < count; i++) {
      OffHeap.setBit(bits, rowCount + i, rows.get(OffHeap.BYTE, order[i] + offset) != 0);
    }
  }

  private void writeBytes(MemorySegment rows, long[] order, int count, int number) {
    FlatColumn to = columns.get(number);
    MemorySegment data = to.data();
    Offsets offsets = new Offsets(to.offsets(), to.shape() == ColumnShape.LARGE_BYTES);
    int lengthOffset = layout.columns().get(number).offset();
    long end = ends[number];
    for (int i = 0; i < count; i++) {
      int length = rows.get(OffHeap.INT, order[i] + lengthOffset);
      OffHeap.copy(rows, tails[i], data, end, length);
      tails[i] += length;
      end += length;
      offsets.set(rowCount + i + 1L, end);
    }
    ends[number] = end;
  }

  private void writeNulls(MemorySegment rows, long[] order, int count, int number) {
    RowLayout.Column from = layout.columns().get(number);
    MemorySegment validity = columns.get(number).validity();
    int offset = layout.nullOffset() + from.nullByte();
    for (int i = 0; i < count; i++) {
      if (validity != null && (rows.get(OffHeap.BYTE, order[i] + offset) & from.nullMask()) != 0) {
        OffHeap.setBit(validity, rowCount + i, false);
        nullCounts[number]++;
      }
    }
  }
}
