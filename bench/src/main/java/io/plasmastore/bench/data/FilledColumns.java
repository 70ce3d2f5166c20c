package io.plasmastore.bench.data;

import java.nio.charset.StandardCharsets;
import java.util.List;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.BigIntVector;
import org.apache.arrow.vector.BitVector;
import org.apache.arrow.vector.Float8Vector;
import org.apache.arrow.vector.IntVector;
import org.apache.arrow.vector.VarCharVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.types.FloatingPointPrecision;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.FieldType;
import org.apache.arrow.vector.types.pojo.Schema;

/** Five columns, filled value by value with the same code wherever their buffers lie. No nulls. */
public final class FilledColumns {
  /** One column of each type, which may not have nulls. */
  public static final Schema SCHEMA = schema(false);

  /** One column of each type, which may have nulls. */
  public static final Schema NULLABLE = schema(true);

  private static final int TEXT_SIZE = 6;
  private static final byte[] TEXT = "abcdef".getBytes(StandardCharsets.US_ASCII);

  /** Of values and offsets, and a byte and a half for bitmaps and what vectors round up by. */
  private static final double BYTES_PER_ROW =
      Long.BYTES + Double.BYTES + Integer.BYTES + Integer.BYTES + TEXT_SIZE + 1.5;

  private static final long METADATA_SIZE = 64 << 10;

  private FilledColumns() {}

  /**
   * Room for so many rows.
   *
   * @param rows how many
   * @return bytes
   */
  public static long capacity(int rows) {
    return (long) (rows * BYTES_PER_ROW) + METADATA_SIZE;
  }

  /**
   * Makes vectors without memory, of columns without nulls.
   *
   * @param allocator of their memory
   * @return the vectors, for the caller to close
   */
  public static VectorSchemaRoot create(BufferAllocator allocator) {
    return VectorSchemaRoot.create(SCHEMA, allocator);
  }

  /**
   * Allocates memory for all values at once.
   *
   * @param root of this schema
   * @param rows how many
   */
  public static void allocate(VectorSchemaRoot root, int rows) {
    ((BigIntVector) root.getVector(0)).allocateNew(rows);
    ((Float8Vector) root.getVector(1)).allocateNew(rows);
    ((IntVector) root.getVector(2)).allocateNew(rows);
    ((BitVector) root.getVector(3)).allocateNew(rows);
    ((VarCharVector) root.getVector(4)).allocateNew((long) rows * TEXT_SIZE, rows);
  }

  /**
   * Sets each value of each column.
   *
   * @param root allocated
   * @param rows how many
   */
  public static void fill(VectorSchemaRoot root, int rows) {
    fill((BigIntVector) root.getVector(0), rows);
    fill((Float8Vector) root.getVector(1), rows);
    fill((IntVector) root.getVector(2), rows);
    fill((BitVector) root.getVector(3), rows);
    fill((VarCharVector) root.getVector(4), rows);
    root.setRowCount(rows);
  }

  private static void fill(BigIntVector vector, int rows) {
    for (int i = 0; i < rows; i++) {
      vector.set(i, i * 31L);
    }
  }

  private static void fill(Float8Vector vector, int rows) {
    for (int i = 0; i < rows; i++) {
      vector.set(i, i * 0.5);
    }
  }

  private static void fill(IntVector vector, int rows) {
    for (int i = 0; i < rows; i++) {
      vector.set(i, i);
    }
  }

  private static void fill(BitVector vector, int rows) {
    for (int i = 0; i < rows; i++) {
      vector.set(i, i & 1);
    }
  }

  private static void fill(VarCharVector vector, int rows) {
    for (int i = 0; i < rows; i++) {
      vector.set(i, TEXT, 0, TEXT_SIZE);
    }
  }

  private static Schema schema(boolean nullable) {
    return new Schema(
        List.of(
            field("long", new ArrowType.Int(64, true), nullable),
            field("double", new ArrowType.FloatingPoint(FloatingPointPrecision.DOUBLE), nullable),
            field("int", new ArrowType.Int(32, true), nullable),
            field("bool", ArrowType.Bool.INSTANCE, nullable),
            field("text", ArrowType.Utf8.INSTANCE, nullable)));
  }

  private static Field field(String name, ArrowType type, boolean nullable) {
    return new Field(name, new FieldType(nullable, type, null), List.of());
  }
}
