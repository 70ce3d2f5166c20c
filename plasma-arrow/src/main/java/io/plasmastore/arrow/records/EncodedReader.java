package io.plasmastore.arrow.records;

import io.plasmastore.arrow.InvalidArrowDataException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.jspecify.annotations.Nullable;

/**
 * A dictionary-encoded column. Values are immutable and each is decoded once, when it is first met;
 * threads that race decode it once more.
 */
final class EncodedReader extends Reader {
  private final MemorySegment indices;
  private final int width;
  private final boolean signed;
  private final Reader values;
  private final boolean nullable;
  private final String path;
  private final @Nullable Object[] decoded;

  EncodedReader(
      MemorySegment indices,
      ArrowType.Int indexType,
      Reader values,
      int valueCount,
      boolean nullable,
      String path) {
    this.indices = indices;
    this.width = indexType.getBitWidth();
    this.signed = indexType.getIsSigned();
    this.values = values;
    this.nullable = nullable;
    this.path = path;
    this.decoded = new @Nullable Object[valueCount];
  }

  @Override
  @Nullable Object get(int row) {
    long index = index(row);
    if (index < 0 || index >= decoded.length) {
      throw new InvalidArrowDataException(
          "index outside of the dictionary: component=%s row=%d index=%d values=%d"
              .formatted(path, row, index, decoded.length));
    }
    Object value = decoded[(int) index];
    if (value == null) {
      value = values.get((int) index);
      decoded[(int) index] = value;
      if (value == null && !nullable) {
        throw SchemaMismatchException.of(
            "null where the record allows none: component=" + path + " row=" + row);
      }
    }
    return value;
  }

  @Override
  Reader inOrder() {
    return new Run(this) {
      @Override
      @Nullable Object[] make(int row) {
        return values(row);
      }
    };
  }

  /**
   * The values from a row on, until one that is null, is outside of the dictionary, or can't be
   * decoded.
   */
  private @Nullable Object[] values(int row) {
    long rows = indices.byteSize() * Byte.SIZE / width;
    int count = (int) Math.clamp(rows - row, 0, Run.ROWS);
    @Nullable Object[] made = new @Nullable Object[count];
    for (int i = 0; i < count; i++) {
      long index = index(row + i);
      Object value = index < 0 || index >= decoded.length ? null : known((int) index);
      if (value == null) {
        return Arrays.copyOf(made, i);
      }
      made[i] = value;
    }
    return made;
  }

  /** A value of the dictionary, or null if it is null or none that the record can have. */
  private @Nullable Object known(int index) {
    Object value = decoded[index];
    if (value == null) {
      try {
        value = values.get(index);
      } catch (SchemaMismatchException | InvalidArrowDataException e) {
        // The row may be null, or never asked for; who asks for it is told.
        return null;
      }
      decoded[index] = value;
    }
    return value;
  }

  private long index(int row) {
    return switch (width) {
      case 8 -> {
        byte index = indices.get(ValueLayout.JAVA_BYTE, row);
        yield signed ? index : Byte.toUnsignedLong(index);
      }
      case 16 -> {
        short index = indices.get(PrimitiveReader.SHORT, (long) row << 1);
        yield signed ? index : Short.toUnsignedLong(index);
      }
      case 32 -> {
        int index = indices.get(PrimitiveReader.INT, (long) row << 2);
        yield signed ? index : Integer.toUnsignedLong(index);
      }
      default -> indices.get(PrimitiveReader.LONG, (long) row << 3);
    };
  }
}
