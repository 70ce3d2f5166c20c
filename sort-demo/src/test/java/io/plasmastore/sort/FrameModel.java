package io.plasmastore.sort;

import io.plasmastore.ObjectId;
import io.plasmastore.arrow.ArrowClient;
import io.plasmastore.arrow.ArrowObject;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.VectorSchemaRoot;

/**
 * Dataframes as lists of rows, a row as an array of values in bytes: how they are put, got, and
 * sorted by a plain comparator.
 *
 * @param columns their types; column {@code i} is called {@code c<i>}
 */
record FrameModel(List<ColumnModel> columns) {
  static FrameModel of(ColumnModel... columns) {
    return new FrameModel(List.of(columns));
  }

  static String name(int column) {
    return "c" + column;
  }

  /** Rows of random values, of which so large a share is null. */
  List<byte[][]> rows(Random random, int count, double nulls) {
    List<byte[][]> rows = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      byte[][] row = new byte[columns.size()][];
      for (int column = 0; column < row.length; column++) {
        row[column] = random.nextDouble() < nulls ? null : columns.get(column).value(random);
      }
      rows.add(row);
    }
    return rows;
  }

  /** Puts rows as a dataframe of one batch. */
  ObjectId put(ArrowClient dataframes, List<byte[][]> rows) {
    return put(dataframes, rows, List.of(rows.size()));
  }

  /** Puts rows as a dataframe of batches of these sizes. */
  ObjectId put(ArrowClient dataframes, List<byte[][]> rows, List<Integer> batchSizes) {
    ObjectId id = ObjectId.random();
    List<VectorSchemaRoot> batches = new ArrayList<>();
    try {
      int from = 0;
      for (int size : batchSizes) {
        batches.add(root(rows.subList(from, from + size), dataframes.allocator()));
        from += size;
      }
      try (BatchesReader reader = new BatchesReader(batches, dataframes.allocator())) {
        dataframes.put(id, reader);
      }
    } finally {
      Closing.all(batches);
    }
    return id;
  }

  /**
   * Cuts rows anywhere into partitions, and those anywhere into batches; some of each are empty.
   */
  List<ObjectId> put(ArrowClient dataframes, List<byte[][]> rows, Random random, int count) {
    List<ObjectId> ids = new ArrayList<>();
    for (List<byte[][]> partition : cut(rows, random, count)) {
      List<Integer> sizes =
          cut(partition, random, 1 + random.nextInt(4)).stream().map(List::size).toList();
      ids.add(put(dataframes, partition, sizes));
    }
    return ids;
  }

  VectorSchemaRoot root(List<byte[][]> rows, BufferAllocator allocator) {
    List<FieldVector> vectors = new ArrayList<>();
    for (int i = 0; i < columns.size(); i++) {
      int column = i;
      List<byte[]> values = new ArrayList<>();
      rows.forEach(row -> values.add(row[column]));
      vectors.add(columns.get(i).vector(name(i), values, allocator));
    }
    return new VectorSchemaRoot(vectors);
  }

  /** The rows of some dataframes, one after the other. */
  static List<byte[][]> get(ArrowClient dataframes, List<ObjectId> ids) {
    List<byte[][]> rows = new ArrayList<>();
    for (ObjectId id : ids) {
      try (ArrowObject object = dataframes.open(id)) {
        for (int batch = 0; batch < object.batchCount(); batch++) {
          try (VectorSchemaRoot root = object.batch(batch)) {
            for (int row = 0; row < root.getRowCount(); row++) {
              int at = row;
              rows.add(
                  root.getFieldVectors().stream()
                      .map(vector -> ColumnModel.get(vector, at))
                      .toArray(byte[][]::new));
            }
          }
        }
      }
    }
    return rows;
  }

  /** The order of rows by keys of columns {@code c<i>}. */
  Comparator<byte[][]> order(List<SortKey> keys) {
    Comparator<byte[][]> order = (_, _) -> 0;
    for (SortKey key : keys) {
      int column = Integer.parseInt(key.column().substring(1));
      Comparator<byte[]> values = columns.get(column).order();
      Comparator<byte[]> directed = key.isDescending() ? values.reversed() : values;
      Comparator<byte[]> placed =
          key.areNullsFirst() ? Comparator.nullsFirst(directed) : Comparator.nullsLast(directed);
      order = order.thenComparing(row -> row[column], placed);
    }
    return order;
  }

  /** Rows as text, for assertions that show what is different. */
  static List<String> text(List<byte[][]> rows) {
    return rows.stream().map(Arrays::deepToString).toList();
  }

  private static <T> List<List<T>> cut(List<T> list, Random random, int count) {
    int[] cuts = random.ints(count - 1L, 0, list.size() + 1).sorted().toArray();
    List<List<T>> parts = new ArrayList<>();
    int from = 0;
    for (int cut : cuts) {
      parts.add(list.subList(from, cut));
      from = cut;
    }
    parts.add(list.subList(from, list.size()));
    return parts;
  }
}
