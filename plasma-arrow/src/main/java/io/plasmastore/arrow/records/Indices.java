package io.plasmastore.arrow.records;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.DictionaryEncoding;

/** The indices of a dictionary-encoded column, of any width, signed or not. */
final class Indices {
  private final MemorySegment memory;
  private final int width;
  private final boolean signed;

  /** The indices of a vector that has such an encoding. */
  Indices(FieldVector vector, DictionaryEncoding encoding, ObjectColumns columns) {
    ArrowType.Int type = encoding.getIndexType();
    this.memory = columns.segment(vector.getDataBuffer());
    this.width = type.getBitWidth();
    this.signed = type.getIsSigned();
  }

  /** How many there is memory for. */
  long count() {
    return memory.byteSize() * Byte.SIZE / width;
  }

  /**
   * Copies what rows have that follow one another.
   *
   * @param row the first
   * @param rows how many, no more than there is memory for
   * @param target takes them; -1 where the number is one that no dictionary has
   * @param narrow room for as many bytes
   */
  void copy(int row, int rows, int[] target, byte[] narrow) {
    switch (width) {
      case 8 -> {
        MemorySegment.copy(memory, ValueLayout.JAVA_BYTE, row, narrow, 0, rows);
        int mask = signed ? -1 : 0xFF;
        for (int i = 0; i < rows; i++) {
          target[i] = narrow[i] & mask;
        }
      }
      case 32 -> MemorySegment.copy(memory, PrimitiveReader.INT, (long) row << 2, target, 0, rows);
      default -> {
        for (int i = 0; i < rows; i++) {
          long index = get(row + i);
          target[i] = index == (int) index ? (int) index : -1;
        }
      }
    }
  }

  /** What a row has, which may be anything. */
  long get(int row) {
    return switch (width) {
      case 8 -> {
        byte index = memory.get(ValueLayout.JAVA_BYTE, row);
        yield signed ? index : Byte.toUnsignedLong(index);
      }
      case 16 -> {
        short index = memory.get(PrimitiveReader.SHORT, (long) row << 1);
        yield signed ? index : Short.toUnsignedLong(index);
      }
      case 32 -> {
        int index = memory.get(PrimitiveReader.INT, (long) row << 2);
        yield signed ? index : Integer.toUnsignedLong(index);
      }
      default -> memory.get(PrimitiveReader.LONG, (long) row << 3);
    };
  }
}
