package io.plasmastore.sort;

import io.plasmastore.ObjectId;
import io.plasmastore.arrow.ArrowClient;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.apache.arrow.vector.BigIntVector;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.dictionary.DictionaryProvider;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.FieldType;
import org.apache.arrow.vector.types.pojo.Schema;

/**
 * Chooses where buckets, and the parts of buckets, end. Some hundred rows a bucket are drawn,
 * spread evenly over the partitions, sorted by key and position, and every so many'th is a
 * splitter. With 64 a bucket, the largest of a hundred buckets is about a third above the mean;
 * with 256, a sixth. Where buckets have parts, 32 a part are enough: a bucket has the more.
 *
 * <p>The splitters are put as a dataframe: the keys' columns by value, in the order of the keys,
 * and the rows' positions.
 */
final class Splitters implements AutoCloseable {
  private static final int MOST_DRAWN_PER_BUCKET = 256;
  private static final int LEAST_DRAWN_PER_BUCKET = 64;
  private static final int DRAWN_PER_PART = 32;

  /** Above that many rows in all, fewer are drawn for each bucket. */
  private static final int MANY_DRAWN = 1 << 18;

  // The same draw for the same rows: what a sort does can be done again.
  private static final long SEED = 0x5eed;

  private static final Field POSITION =
      new Field("#position", FieldType.notNullable(new ArrowType.Int(Long.SIZE, true)), List.of());

  private final ArrowClient dataframes;
  private final Inputs inputs;
  private final Schema schema;
  private final VectorSchemaRoot drawn;
  private final SplittableRandom random = new SplittableRandom(SEED);

  private Splitters(ArrowClient dataframes, Inputs inputs) {
    this.dataframes = dataframes;
    this.inputs = inputs;
    List<Field> fields = new ArrayList<>(inputs.job().keyFields());
    fields.add(POSITION);
    this.schema = new Schema(fields);
    this.drawn = VectorSchemaRoot.create(schema, dataframes.allocator());
    drawn.allocateNew();
  }

  /** Chooses the splitters for so many buckets of so many parts and puts them. */
  static void put(ArrowClient dataframes, Inputs inputs, int buckets, int parts, ObjectId id) {
    try (Splitters splitters = new Splitters(dataframes, inputs)) {
      splitters.draw(buckets, parts);
      try (VectorSchemaRoot chosen = splitters.choose(buckets * parts - 1)) {
        dataframes.put(id, chosen);
      }
    }
  }

  /**
   * A finder of buckets by splitters that were put.
   *
   * @param splitters the dataframe, as {@link #put} makes it, open for as long as the finder is
   *     used
   * @param order of the rows to come; gets the splitters too
   */
  static BucketFinder finder(OpenRows splitters, RowOrder order) {
    if (splitters.parts().isEmpty()) {
      return new BucketFinder(order, new long[0], new long[0]);
    }
    OpenRows.Part part = splitters.parts().getFirst();
    List<FieldVector> vectors = part.root().getFieldVectors();
    int batch = order.add(vectors.subList(0, order.keyCount()), part.dictionaries());
    BigIntVector positions = (BigIntVector) vectors.getLast();
    long[] rows = new long[part.rowCount()];
    Arrays.setAll(rows, i -> RowOrder.reference(batch, i));
    long[] standing = new long[rows.length];
    Arrays.setAll(standing, positions::get);
    return new BucketFinder(order, rows, standing);
  }

  @Override
  public void close() {
    drawn.close();
  }

  private void draw(int buckets, int parts) {
    long perBucket =
        Math.max(
            Math.clamp(MANY_DRAWN / buckets, LEAST_DRAWN_PER_BUCKET, MOST_DRAWN_PER_BUCKET),
            (long) parts * DRAWN_PER_PART);
    double share = Math.min(1, (double) perBucket * buckets / Math.max(1, inputs.rows()));
    int total = 0;
    for (Inputs.Partition partition : inputs.partitions()) {
      int count = (int) Math.min(partition.rows(), (long) Math.ceil(partition.rows() * share));
      if (count > 0) {
        draw(partition, count, total);
        total += count;
      }
    }
    drawn.setRowCount(total);
  }

  /** Draws one row at random from each of so many equal parts of a partition. */
  private void draw(Inputs.Partition partition, int count, int at) {
    int[] columns = inputs.job().keyColumns();
    BigIntVector positions = (BigIntVector) drawn.getVector(columns.length);
    try (OpenRows rows = new OpenRows()) {
      rows.add(dataframes.open(partition.id()));
      int number = 0;
      long start = 0;
      for (int i = 0; i < count; i++) {
        // No part is empty, as no more are drawn than there are rows.
        long from = partition.rows() * i / count;
        long to = partition.rows() * (i + 1L) / count;
        long row = random.nextLong(from, to);
        while (row >= start + rows.parts().get(number).rowCount()) {
          start += rows.parts().get(number++).rowCount();
        }
        OpenRows.Part part = rows.parts().get(number);
        for (int key = 0; key < columns.length; key++) {
          FieldVector source = part.root().getVector(columns[key]);
          ValueCopy.copy(
              source, part.dictionaries(), (int) (row - start), drawn.getVector(key), at + i);
        }
        positions.setSafe(at + i, partition.position() + row);
      }
    }
  }

  /**
   * Sorts what was drawn and takes every so many'th row of it. Rows are drawn in the order of their
   * positions.
   */
  private VectorSchemaRoot choose(int splitters) {
    List<FieldVector> columns = drawn.getFieldVectors();
    int count = drawn.getRowCount();
    RowOrder order = new RowOrder(inputs.job().rules());
    int batch =
        order.add(
            columns.subList(0, columns.size() - 1), new DictionaryProvider.MapDictionaryProvider());
    SortSpace space = new SortSpace();
    space.reserve(count);
    order.prefixes(batch, 0, count, space.keys, 0);
    for (int row = 0; row < count; row++) {
      space.rows[row] = RowOrder.reference(batch, row);
    }
    new RowSort(space, order).sort(0, count);
    VectorSchemaRoot chosen = VectorSchemaRoot.create(schema, dataframes.allocator());
    chosen.allocateNew();
    int chosenCount = count == 0 ? 0 : splitters;
    for (int i = 0; i < chosenCount; i++) {
      int row = RowOrder.row(space.rows[(int) ((i + 1L) * count / (splitters + 1L))]);
      for (int column = 0; column < columns.size(); column++) {
        chosen.getVector(column).copyFromSafe(row, i, columns.get(column));
      }
    }
    chosen.setRowCount(chosenCount);
    return chosen;
  }
}
