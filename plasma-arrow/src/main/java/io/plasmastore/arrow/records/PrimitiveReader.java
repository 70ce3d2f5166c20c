package io.plasmastore.arrow.records;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/**
 * Values of one width, one after the other, somewhere in memory. Other producers need not align
 * them. Rows are checked by who calls; that reads stay within the memory is checked here.
 */
final class PrimitiveReader extends Reader {
  static final ValueLayout.OfShort SHORT =
      ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  static final ValueLayout.OfChar CHAR =
      ValueLayout.JAVA_CHAR_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  static final ValueLayout.OfInt INT =
      ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  static final ValueLayout.OfLong LONG =
      ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  static final ValueLayout.OfFloat FLOAT =
      ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  static final ValueLayout.OfDouble DOUBLE =
      ValueLayout.JAVA_DOUBLE_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  private final Primitive type;
  private final MemorySegment memory;
  private final long start;
  private final long size;

  /**
   * A column.
   *
   * @param type of the values
   * @param memory that they lie in
   * @param start of the first, in the memory
   * @param size of all of them in bytes
   */
  PrimitiveReader(Primitive type, MemorySegment memory, long start, long size) {
    this.type = type;
    this.memory = memory;
    this.start = start;
    this.size = size;
  }

  /** The same, in memory of its own. */
  PrimitiveReader copyTo(MemorySegment target, long offset) {
    MemorySegment.copy(memory, start, target, offset, size);
    return new PrimitiveReader(type, target, offset, size);
  }

  /** Copies one value, of whole bytes. */
  void copyValue(int row, MemorySegment target, long offset) {
    int width = type.width();
    MemorySegment.copy(memory, start + (long) row * width, target, offset, width);
  }

  long size() {
    return size;
  }

  int getInt(int row) {
    return readInt(memory, start, row);
  }

  long getLong(int row) {
    return readLong(memory, start, row);
  }

  MemorySegment memory() {
    return memory;
  }

  long start() {
    return start;
  }

  /** The bytes of a column of such values; of one that is all null, zeros. */
  static MemorySegment valuesOf(Reader reader, long size) {
    Reader plain = reader instanceof NullableReader nullable ? nullable.values() : reader;
    return plain instanceof PrimitiveReader primitive
        ? primitive.memory.asSlice(primitive.start, size)
        : Arena.ofAuto().allocate(size, Long.BYTES);
  }

  @Override
  Object get(int row) {
    return switch (type) {
      case BOOLEAN -> readBoolean(memory, start, row);
      case BYTE -> readByte(memory, start, row);
      case SHORT -> readShort(memory, start, row);
      case CHAR -> readChar(memory, start, row);
      case INT -> readInt(memory, start, row);
      case LONG -> readLong(memory, start, row);
      case FLOAT -> readFloat(memory, start, row);
      case DOUBLE -> readDouble(memory, start, row);
    };
  }

  static boolean readBoolean(MemorySegment memory, long start, int row) {
    return (memory.get(ValueLayout.JAVA_BYTE, start + (row >>> 3)) >>> (row & 7) & 1) != 0;
  }

  static byte readByte(MemorySegment memory, long start, int row) {
    return memory.get(ValueLayout.JAVA_BYTE, start + row);
  }

  static short readShort(MemorySegment memory, long start, int row) {
    return memory.get(SHORT, start + ((long) row << 1));
  }

  static char readChar(MemorySegment memory, long start, int row) {
    return memory.get(CHAR, start + ((long) row << 1));
  }

  static int readInt(MemorySegment memory, long start, int row) {
    return memory.get(INT, start + ((long) row << 2));
  }

  static long readLong(MemorySegment memory, long start, int row) {
    return memory.get(LONG, start + ((long) row << 3));
  }

  static float readFloat(MemorySegment memory, long start, int row) {
    return memory.get(FLOAT, start + ((long) row << 2));
  }

  static double readDouble(MemorySegment memory, long start, int row) {
    return memory.get(DOUBLE, start + ((long) row << 3));
  }

  static void copyBoolean(MemorySegment memory, long start, int row, boolean[] target, int count) {
    for (int i = 0; i < count; i++) {
      target[i] = readBoolean(memory, start, row + i);
    }
  }

  static void copyByte(MemorySegment memory, long start, int row, byte[] target, int count) {
    MemorySegment.copy(memory, ValueLayout.JAVA_BYTE, start + row, target, 0, count);
  }

  static void copyShort(MemorySegment memory, long start, int row, short[] target, int count) {
    MemorySegment.copy(memory, SHORT, start + ((long) row << 1), target, 0, count);
  }

  static void copyChar(MemorySegment memory, long start, int row, char[] target, int count) {
    MemorySegment.copy(memory, CHAR, start + ((long) row << 1), target, 0, count);
  }

  static void copyInt(MemorySegment memory, long start, int row, int[] target, int count) {
    MemorySegment.copy(memory, INT, start + ((long) row << 2), target, 0, count);
  }

  static void copyLong(MemorySegment memory, long start, int row, long[] target, int count) {
    MemorySegment.copy(memory, LONG, start + ((long) row << 3), target, 0, count);
  }

  static void copyFloat(MemorySegment memory, long start, int row, float[] target, int count) {
    MemorySegment.copy(memory, FLOAT, start + ((long) row << 2), target, 0, count);
  }

  static void copyDouble(MemorySegment memory, long start, int row, double[] target, int count) {
    MemorySegment.copy(memory, DOUBLE, start + ((long) row << 3), target, 0, count);
  }
}
