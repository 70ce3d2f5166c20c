package io.plasmastore.sort;

import io.plasmastore.ObjectId;
import io.plasmastore.SealedObject;
import io.plasmastore.arrow.ArrowClient;
import io.plasmastore.arrow.ArrowObject;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.Schema;
import org.jspecify.annotations.Nullable;

/**
 * The partitions of a sort, looked at but not read.
 *
 * @param partitions in the order in which they were given
 * @param job what they have in common, and the keys, all found fit for sorting
 */
record Inputs(List<Partition> partitions, SortJob job) {
  /**
   * A partition.
   *
   * @param id its object
   * @param rows in it
   * @param size in bytes, with the metadata of Arrow
   * @param position of its first row among the rows of all partitions
   */
  record Partition(ObjectId id, long rows, long size, long position) {}

  /**
   * Rows of a partition that one task takes.
   *
   * @param partition where they are
   * @param from the first row
   * @param to after the last row
   */
  record Slice(Partition partition, long from, long to) {
    long position() {
      return partition.position() + from;
    }

    long rows() {
      return to - from;
    }

    /** The same rows in so many slices of about one size. */
    List<Slice> cut(long count) {
      List<Slice> slices = new ArrayList<>();
      for (long i = 0; i < count; i++) {
        // Both products are far below 2^63: count is about rows / maxRows.
        slices.add(
            new Slice(partition, from + rows() * i / count, from + rows() * (i + 1) / count));
      }
      return slices;
    }
  }

  /**
   * Looks at the partitions.
   *
   * @throws IllegalArgumentException naming column and type, if they do not fit together or a key
   *     cannot be sorted by
   * @throws UnsupportedOperationException naming column and type, if a column cannot travel
   */
  static Inputs of(ArrowClient dataframes, List<ObjectId> ids, List<SortKey> keys) {
    List<Partition> partitions = new ArrayList<>();
    Schema common = null;
    boolean packable = true;
    Set<Integer> nulls = new HashSet<>();
    List<CommonBeginning> beginnings =
        keys.stream().map(key -> new CommonBeginning(key.column())).toList();
    long position = 0;
    for (ObjectId id : ids) {
      long size;
      try (SealedObject object = dataframes.client().get(id)) {
        size = object.size();
      }
      try (ArrowObject partition = dataframes.open(id)) {
        common = common(common, ValueSchema.of(partition.schema(), partition), id);
        common.getFields().forEach(ColumnShape::requireAll);
        packable &= RowLayout.isPackable(partition.schema());
        if (packable) {
          addNulls(partition, nulls);
        }
        requireKeys(common, keys);
        beginnings.forEach(beginning -> beginning.add(partition));
        partitions.add(new Partition(id, partition.rowCount(), size, position));
        position += partition.rowCount();
      }
    }
    if (common == null) {
      throw new IllegalArgumentException("no partition to sort");
    }
    return new Inputs(
        List.copyOf(partitions),
        new SortJob(
            common,
            keys,
            beginnings.stream().map(CommonBeginning::bytes).toList(),
            packable,
            nulls));
  }

  long rows() {
    return partitions.stream().mapToLong(Partition::rows).sum();
  }

  long size() {
    return partitions.stream().mapToLong(Partition::size).sum();
  }

  /**
   * Cuts each partition into equal slices of no more rows than this. Empty partitions have none.
   */
  List<Slice> slices(long maxRows) {
    List<Slice> slices = new ArrayList<>();
    for (Partition partition : partitions) {
      long count = (partition.rows() + maxRows - 1) / maxRows;
      slices.addAll(new Slice(partition, 0, partition.rows()).cut(count));
    }
    return slices;
  }

  /** Adds the numbers of the columns that have nulls. */
  private static void addNulls(ArrowObject partition, Set<Integer> nulls) {
    for (int batch = 0; batch < partition.batchCount(); batch++) {
      try (VectorSchemaRoot root = partition.batch(batch)) {
        for (int i = 0; i < root.getFieldVectors().size(); i++) {
          if (!nulls.contains(i) && root.getVector(i).getNullCount() > 0) {
            nulls.add(i);
          }
        }
      }
    }
  }

  private static Schema common(@Nullable Schema before, Schema next, ObjectId id) {
    return before == null ? next : ValueSchema.common(before, next, "partition=" + id);
  }

  private static void requireKeys(Schema schema, List<SortKey> keys) {
    keys.forEach(key -> KeyColumn.requireOrder(column(schema, key)));
  }

  private static Field column(Schema schema, SortKey key) {
    List<Field> found =
        schema.getFields().stream().filter(field -> key.column().equals(field.getName())).toList();
    if (found.size() != 1) {
      throw new IllegalArgumentException(
          "%s: column=%s columns=%s"
              .formatted(
                  found.isEmpty() ? "no such column to sort by" : "several columns of that name",
                  key.column(),
                  schema.getFields().stream().map(Field::getName).toList()));
    }
    return found.getFirst();
  }
}
