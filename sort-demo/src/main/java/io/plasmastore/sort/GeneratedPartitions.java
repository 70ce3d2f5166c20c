package io.plasmastore.sort;

import io.plasmastore.ObjectId;
import io.plasmastore.arrow.ArrowClient;
import java.util.ArrayList;
import java.util.List;
import org.apache.arrow.vector.BigIntVector;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.FixedWidthVector;
import org.apache.arrow.vector.Float8Vector;
import org.apache.arrow.vector.IntVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.types.FloatingPointPrecision;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.Schema;

/**
 * Partitions of rows made from a seed, to try the sort on: a column {@code key} of float64, uniform
 * in [0, 1), and, where asked for, a payload of three columns: {@code id} int64, the row's number;
 * {@code value} float64; {@code category} int32. The same rows, partitions and seed make the same
 * data on each machine.
 *
 * @param rows in all partitions together, 0 or more
 * @param partitions how many, 1 or more
 * @param seed of the values
 * @param payload whether there are other columns than the key
 */
public record GeneratedPartitions(long rows, int partitions, long seed, boolean payload) {
  /** The column to sort by. */
  public static final String KEY = "key";

  /**
   * Checks the counts.
   *
   * @throws IllegalArgumentException if one is out of range
   */
  public GeneratedPartitions {
    if (rows < 0 || partitions < 1) {
      throw new IllegalArgumentException(
          "counts out of range: rows=" + rows + " partitions=" + partitions);
    }
  }

  /**
   * Rows of a key alone.
   *
   * @param rows in all partitions together, 0 or more
   * @param partitions how many, 1 or more
   * @return the description; nothing is made yet
   */
  public static GeneratedPartitions of(long rows, int partitions) {
    return new GeneratedPartitions(rows, partitions, 42, false);
  }

  /**
   * The same with other values.
   *
   * @param seed of the values
   * @return the description
   */
  public GeneratedPartitions withSeed(long seed) {
    return new GeneratedPartitions(rows, partitions, seed, payload);
  }

  /**
   * The same with the payload columns.
   *
   * @return the description
   */
  public GeneratedPartitions withPayload() {
    return new GeneratedPartitions(rows, partitions, seed, true);
  }

  /**
   * Makes the rows and puts them into a store. When it fails, nothing of it is left there.
   *
   * @param dataframes the store
   * @return the ids of the partitions, in order, the caller's to delete
   * @throws io.plasmastore.PlasmaException if the store is full or gone
   */
  public List<ObjectId> put(ArrowClient dataframes) {
    try (NewPartitions made = new NewPartitions(dataframes)) {
      for (int i = 0; i < partitions; i++) {
        // Not rows * (i + 1) / partitions, which may overflow.
        long from = rows / partitions * i + Math.min(i, rows % partitions);
        long count = rows / partitions + (i < rows % partitions ? 1 : 0);
        try (VectorSchemaRoot root = VectorSchemaRoot.create(schema(), dataframes.allocator())) {
          fill(root, from, Math.toIntExact(count));
          made.put(root);
        }
      }
      return made.keep();
    }
  }

  private Schema schema() {
    List<Field> fields = new ArrayList<>();
    ArrowType float64 = new ArrowType.FloatingPoint(FloatingPointPrecision.DOUBLE);
    fields.add(Field.notNullable(KEY, float64));
    if (payload) {
      fields.add(Field.notNullable("id", new ArrowType.Int(Long.SIZE, true)));
      fields.add(Field.notNullable("value", float64));
      fields.add(Field.notNullable("category", new ArrowType.Int(Integer.SIZE, true)));
    }
    return new Schema(fields);
  }

  private void fill(VectorSchemaRoot root, long firstRow, int count) {
    for (FieldVector vector : root.getFieldVectors()) {
      ((FixedWidthVector) vector).allocateNew(count);
    }
    Float8Vector keys = (Float8Vector) root.getVector(0);
    for (int i = 0; i < count; i++) {
      keys.set(i, (bits(firstRow + i) >>> 11) * 0x1p-53);
    }
    if (payload) {
      BigIntVector ids = (BigIntVector) root.getVector(1);
      Float8Vector values = (Float8Vector) root.getVector(2);
      IntVector categories = (IntVector) root.getVector(3);
      for (int i = 0; i < count; i++) {
        long bits = bits(~(firstRow + i));
        ids.set(i, firstRow + i);
        values.set(i, bits * 0x1p-32);
        categories.set(i, (int) (bits & 0x3ff));
      }
    }
    root.setRowCount(count);
  }

  /**
   * As SplittableRandom's sequence, but of any row without those before it: so the number of
   * partitions changes no value.
   */
  private long bits(long row) {
    long z = seed + (row + 1) * 0x9e3779b97f4a7c15L;
    z = (z ^ (z >>> 30)) * 0xbf58476d1ce4e5b9L;
    z = (z ^ (z >>> 27)) * 0x94d049bb133111ebL;
    return z ^ (z >>> 31);
  }
}
