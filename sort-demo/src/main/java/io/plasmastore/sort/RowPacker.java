package io.plasmastore.sort;

import java.lang.foreign.MemorySegment;

/**
 * Writes rows of a batch, packed as {@link RowLayout} says, each to a place of its own. It goes
 * through some hundred rows column by column: then their places stay in the first cache, and each
 * loop does one thing. One thread.
 */
final class RowPacker {
  /** Rows at a time, at most. */
  static final int BLOCK = 512;

  private final RowLayout layout;
  private final int nullBytes;
  private final long[] tails = new long[BLOCK];

  RowPacker(RowLayout layout) {
    this.layout = layout;
    this.nullBytes = layout.nullBytes();
  }

  /**
   * The sizes of rows with strings, whose offsets are known to be in order.
   *
   * @param columns of the batch, in the order of the layout
   * @param sizes gets the bytes of each
   */
  void sizes(FlatColumn[] columns, int from, int count, long[] sizes) {
    for (int i = 0; i < count; i++) {
      sizes[i] = layout.fixedSize();
    }
    for (int number : layout.bytesColumns()) {
      FlatColumn column = columns[number];
      if (column.shape() == ColumnShape.BYTES) {
        MemorySegment offsets = column.offsets();
        for (int i = 0; i < count; i++) {
          sizes[i] +=
              offsets.getAtIndex(OffHeap.INT, from + i + 1)
                  - offsets.getAtIndex(OffHeap.INT, from + i);
        }
      } else {
        for (int i = 0; i < count; i++) {
          sizes[i] += column.start(from + i + 1) - column.start(from + i);
        }
      }
    }
  }

  /**
   * Writes rows.
   *
   * @param columns of the batch, in the order of the layout
   * @param from the first row
   * @param count at most {@link #BLOCK}
   * @param targets the address of each row
   */
  void pack(FlatColumn[] columns, int from, int count, long[] targets) {
    for (int at = 0; at < nullBytes; at++) {
      int offset = layout.nullOffset() + at;
      for (int i = 0; i < count; i++) {
        OffHeap.ALL.set(OffHeap.BYTE, targets[i] + offset, (byte) 0);
      }
    }
    if (!layout.isFixed()) {
      for (int i = 0; i < count; i++) {
        tails[i] = targets[i] + layout.fixedSize();
      }
    }
    for (int number = 0; number < columns.length; number++) {
      RowLayout.Column to = layout.columns().get(number);
      FlatColumn column = columns[number];
      switch (to.shape()) {
        case BITS -> packBits(column.data(), from, count, targets, to.offset());
        case BYTES, LARGE_BYTES -> packBytes(column, from, count, targets, to.offset());
        default -> packFixed(column.data(), to.width(), from, count, targets, to.offset());
      }
      if (column.validity() != null) {
        packNulls(column.validity(), from, count, targets, to);
      }
    }
  }

  private static void packFixed(
      MemorySegment data, int width, int from, int count, long[] targets, int offset) {
    switch (width) {
      case Long.BYTES -> {
        for (int i = 0; i < count; i++) {
          OffHeap.ALL.set(
              OffHeap.LONG, targets[i] + offset, data.getAtIndex(OffHeap.LONG, from + i));
        }
      }
      case Integer.BYTES -> {
        for (int i = 0; i < count; i++) {
          OffHeap.ALL.set(OffHeap.INT, targets[i] + offset, data.getAtIndex(OffHeap.INT, from + i));
        }
      }
      case Short.BYTES -> {
        for (int i = 0; i < count; i++) {
          OffHeap.ALL.set(
              OffHeap.SHORT, targets[i] + offset, data.getAtIndex(OffHeap.SHORT, from + i));
        }
      }
      case Byte.BYTES -> {
        for (int i = 0; i < count; i++) {
          OffHeap.ALL.set(OffHeap.BYTE, targets[i] + offset, data.get(OffHeap.BYTE, from + i));
        }
      }
      default -> {
        for (int i = 0; i < count; i++) {
          long start = (long) (from + i) * width;
          OffHeap.copy(data, start, OffHeap.ALL, targets[i] + offset, width);
        }
      }
    }
  }

  private static void packBits(
      MemorySegment data, int from, int count, long[] targets, int offset) {
    for (int i = 0; i < count; i++) {
      byte bit = OffHeap.bit(data, from + i) ? (byte) 1 : 0;
      OffHeap.ALL.set(OffHeap.BYTE, targets[i] + offset, bit);
    }
  }

  private void packBytes(FlatColumn column, int from, int count, long[] targets, int offset) {
    MemorySegment data = column.data();
    long start = column.start(from);
    for (int i = 0; i < count; i++) {
      long end = column.start(from + i + 1);
      int length = (int) (end - start);
      OffHeap.ALL.set(OffHeap.INT, targets[i] + offset, length);
      OffHeap.copy(data, start, OffHeap.ALL, tails[i], length);
      tails[i] += length;
      start = end;
    }
  }

  private void packNulls(
      MemorySegment validity, int from, int count, long[] targets, RowLayout.Column to) {
    int offset = layout.nullOffset() + to.nullByte();
    for (int i = 0; i < count; i++) {
      if (!OffHeap.bit(validity, from + i)) {
        int bits = OffHeap.ALL.get(OffHeap.BYTE, targets[i] + offset) | to.nullMask();
        OffHeap.ALL.set(OffHeap.BYTE, targets[i] + offset, (byte) bits);
      }
    }
  }
}
