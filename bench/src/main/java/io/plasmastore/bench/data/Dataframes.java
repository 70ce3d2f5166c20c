package io.plasmastore.bench.data;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.BigIntVector;
import org.apache.arrow.vector.BitVector;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.Float8Vector;
import org.apache.arrow.vector.IntVector;
import org.apache.arrow.vector.VarCharVector;
import org.apache.arrow.vector.VectorSchemaRoot;

/**
 * Dataframes to be measured with: columns of int64, float64, int32 and utf8 in turn, values from a
 * seed, no nulls.
 */
public final class Dataframes {
  /** Columns of each type once. */
  public static final int COLUMNS = 4;

  private static final int TEXT_SIZE = 6;

  /** Bytes of values and offsets of a row with each column once; validity is half a byte more. */
  public static final int BYTES_PER_ROW =
      Long.BYTES + Double.BYTES + Integer.BYTES + Integer.BYTES + TEXT_SIZE;

  private static final long SEED = 7;
  private static final byte[][] TEXTS = texts(1000);

  private Dataframes() {}

  /**
   * Makes a dataframe.
   *
   * @param allocator of its memory
   * @param columns how many
   * @param rows how many
   * @return the dataframe; the caller closes it
   */
  public static VectorSchemaRoot create(BufferAllocator allocator, int columns, int rows) {
    SplittableRandom random = new SplittableRandom(SEED);
    List<FieldVector> vectors = new ArrayList<>(columns);
    for (int i = 0; i < columns; i++) {
      FieldVector vector = column(allocator, i, rows, random);
      vector.setValueCount(rows);
      vectors.add(vector);
    }
    return new VectorSchemaRoot(vectors);
  }

  /**
   * Makes a dataframe of a column of each type and one of flags behind them.
   *
   * @param allocator of its memory
   * @param rows how many
   * @return the dataframe; the caller closes it
   */
  public static VectorSchemaRoot withFlags(BufferAllocator allocator, int rows) {
    SplittableRandom random = new SplittableRandom(SEED);
    List<FieldVector> vectors = new ArrayList<>(COLUMNS + 1);
    for (int i = 0; i < COLUMNS; i++) {
      vectors.add(column(allocator, i, rows, random));
    }
    BitVector flags = new BitVector("flag", allocator);
    flags.allocateNew(rows);
    for (int i = 0; i < rows; i++) {
      flags.set(i, random.nextBoolean() ? 1 : 0);
    }
    vectors.add(flags);
    vectors.forEach(vector -> vector.setValueCount(rows));
    return new VectorSchemaRoot(vectors);
  }

  private static FieldVector column(
      BufferAllocator allocator, int number, int rows, SplittableRandom random) {
    return switch (number % COLUMNS) {
      case 0 -> {
        BigIntVector vector = new BigIntVector("long" + number, allocator);
        vector.allocateNew(rows);
        for (int i = 0; i < rows; i++) {
          vector.set(i, random.nextLong());
        }
        yield vector;
      }
      case 1 -> {
        Float8Vector vector = new Float8Vector("double" + number, allocator);
        vector.allocateNew(rows);
        for (int i = 0; i < rows; i++) {
          vector.set(i, random.nextDouble());
        }
        yield vector;
      }
      case 2 -> {
        IntVector vector = new IntVector("int" + number, allocator);
        vector.allocateNew(rows);
        for (int i = 0; i < rows; i++) {
          vector.set(i, random.nextInt());
        }
        yield vector;
      }
      default -> {
        VarCharVector vector = new VarCharVector("text" + number, allocator);
        vector.allocateNew((long) rows * TEXT_SIZE, rows);
        for (int i = 0; i < rows; i++) {
          vector.set(i, TEXTS[random.nextInt(TEXTS.length)]);
        }
        yield vector;
      }
    };
  }

  private static byte[][] texts(int count) {
    byte[][] texts = new byte[count][];
    for (int i = 0; i < count; i++) {
      texts[i] = "%06d".formatted(i).getBytes(StandardCharsets.UTF_8);
    }
    return texts;
  }
}
