package io.plasmastore.sort;

import io.plasmastore.ErrorCode;
import io.plasmastore.PlasmaException;
import java.lang.foreign.MemorySegment;

/**
 * A piece of packed rows: those of one slice that belong to one bucket, divided again into as many
 * <i>parts</i> as the bucket has. An object that only the sort reads:
 *
 * <pre>
 *   +-----------------------------------------------------------------+
 *   |  0  magic                      "psrtrows"               8 bytes |
 *   |  8  parts                      p                        4 bytes |
 *   | 12  columns of strings         c                        4 bytes |
 *   | 16  sizes of the strings       of each such column  8 c bytes   |
 *   |     sizes of the parts         in bytes             8 p bytes   |
 *   |     rows of the parts                               4 p bytes   |
 *   |     padding                    to a multiple of 64              |
 *   +-----------------------------------------------------------------+
 *   |     rows                       part after part, see RowLayout   |
 *   +-----------------------------------------------------------------+
 * </pre>
 *
 * All numbers are little-endian.
 *
 * @param parts of a bucket
 * @param strings columns of strings
 */
record PieceLayout(int parts, int strings) {
  private static final long MAGIC = 0x73776f7274727370L;
  private static final int PARTS_OFFSET = Long.BYTES;
  private static final int STRINGS_OFFSET = PARTS_OFFSET + Integer.BYTES;
  private static final int STRING_SIZES_OFFSET = STRINGS_OFFSET + Integer.BYTES;
  private static final int ALIGNMENT = 64;

  /** Where the rows start. */
  long rowsOffset() {
    return (rowCountOffset(parts) + ALIGNMENT - 1) & -ALIGNMENT;
  }

  /** Marks an object as such a piece. */
  void begin(MemorySegment piece) {
    piece.set(OffHeap.LONG, 0, MAGIC);
    piece.set(OffHeap.INT, PARTS_OFFSET, parts);
    piece.set(OffHeap.INT, STRINGS_OFFSET, strings);
  }

  /**
   * Checks that an object is such a piece.
   *
   * @throws PlasmaException OBJECT_DAMAGED if it is not
   */
  void require(MemorySegment piece) {
    boolean fits =
        piece.byteSize() >= rowsOffset()
            && piece.get(OffHeap.LONG, 0) == MAGIC
            && piece.get(OffHeap.INT, PARTS_OFFSET) == parts
            && piece.get(OffHeap.INT, STRINGS_OFFSET) == strings;
    if (!fits) {
      throw new PlasmaException(
          ErrorCode.OBJECT_DAMAGED,
          "not a piece of this sort: size=%d parts=%d".formatted(piece.byteSize(), parts));
    }
  }

  void setStringSize(MemorySegment piece, int column, long size) {
    piece.set(OffHeap.LONG, stringSizeOffset(column), size);
  }

  /** Bytes of all strings of a column of strings. */
  long stringSize(MemorySegment piece, int column) {
    return piece.get(OffHeap.LONG, stringSizeOffset(column));
  }

  void setPart(MemorySegment piece, int part, long size, int rowCount) {
    piece.set(OffHeap.LONG, sizeOffset(part), size);
    piece.set(OffHeap.INT, rowCountOffset(part), rowCount);
  }

  /** Bytes of the rows of a part. */
  long size(MemorySegment piece, int part) {
    return piece.get(OffHeap.LONG, sizeOffset(part));
  }

  /** Rows of a part. */
  int rowCount(MemorySegment piece, int part) {
    return piece.get(OffHeap.INT, rowCountOffset(part));
  }

  private long stringSizeOffset(int column) {
    return STRING_SIZES_OFFSET + (long) column * Long.BYTES;
  }

  private long sizeOffset(int part) {
    return stringSizeOffset(strings) + (long) part * Long.BYTES;
  }

  private long rowCountOffset(int part) {
    return sizeOffset(parts) + (long) part * Integer.BYTES;
  }
}
