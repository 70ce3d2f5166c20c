package io.plasmastore.sort;

import io.plasmastore.ObjectId;
import io.plasmastore.arrow.ArrowClient;
import io.plasmastore.arrow.ArrowObject;
import java.util.ArrayList;
import java.util.List;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.Schema;

/**
 * Says where the buckets of a partitioning by range end: as the caller does, or by a sample. The
 * splitters are put as a dataframe of the keys' columns by value, all different and in order.
 */
final class RangeSplitters {
  /**
   * So many rows of the sample stand for a bucket's rows: the finer, the better a key that many
   * rows have can be told from its neighbours.
   */
  private static final int MOST_PER_BUCKET = 16;

  private static final int MANY = 1 << 14;

  private RangeSplitters() {}

  /**
   * How many buckets there are by a dataframe of splitters.
   *
   * @throws IllegalArgumentException if they are too many
   */
  static int requireBuckets(ArrowClient dataframes, ObjectId splitters) {
    try (ArrowObject object = dataframes.open(splitters)) {
      if (object.rowCount() >= SortOptions.MAX_BUCKETS) {
        throw new IllegalArgumentException(
            "too many splitters: id=%s rows=%d max=%d"
                .formatted(splitters, object.rowCount(), SortOptions.MAX_BUCKETS - 1));
      }
      return (int) object.rowCount() + 1;
    }
  }

  /**
   * Chooses the splitters, or takes those that the options name, and puts them.
   *
   * @throws IllegalArgumentException if those that are named are not fit for it
   */
  static void put(
      ArrowClient dataframes, Inputs inputs, int buckets, SortOptions options, JobNames names) {
    ObjectId given = options.splitters();
    if (given != null) {
      try (OpenRows rows = new OpenRows()) {
        ArrowObject object = dataframes.open(given);
        rows.add(object);
        requireFields(object, inputs.job(), given);
        put(dataframes, inputs.job(), rows, requireOrder(rows, inputs.job(), given), names);
      }
      return;
    }
    int perBucket = Math.clamp(MANY / buckets, 1, MOST_PER_BUCKET);
    Splitters.put(dataframes, inputs, buckets * perBucket, 1, names.sample());
    try (OpenRows rows = new OpenRows()) {
      rows.add(dataframes.open(names.sample()));
      put(dataframes, inputs.job(), rows, choose(rows, inputs.job(), buckets), names);
    }
    dataframes.client().delete(names.sample());
  }

  /**
   * Chooses rows of a sorted sample, so that as many of it lie between two of them as can be, and
   * those that are equal lie together.
   *
   * @return references, of one for each bucket but the first, or of fewer
   */
  private static List<Long> choose(OpenRows sample, SortJob job, int buckets) {
    List<Long> references = references(sample);
    RowOrder order = sample.order(job.rules());
    List<Long> chosen = new ArrayList<>();
    // What lies before the first row of the sample counts as one.
    int left = references.size() + 1;
    int open = 1;
    for (int from = 0, to; from < references.size(); from = to) {
      long first = references.get(from);
      to = from + 1;
      while (to < references.size() && order.compare(first, references.get(to), 0) == 0) {
        to++;
      }
      int bucketsLeft = buckets - chosen.size();
      double fair = (double) left / bucketsLeft;
      if (bucketsLeft > 1 && open > 0 && open + (to - from) / 2.0 > fair) {
        chosen.add(first);
        left -= open;
        open = 0;
      }
      open += to - from;
    }
    return chosen;
  }

  private static List<Long> requireOrder(OpenRows rows, SortJob job, ObjectId id) {
    List<Long> references = references(rows);
    RowOrder order = rows.order(job.rules());
    for (int i = 1; i < references.size(); i++) {
      if (order.compare(references.get(i - 1), references.get(i), 0) >= 0) {
        throw new IllegalArgumentException(
            "splitters are not in order, or two of them are equal: id=%s row=%d keys=%s"
                .formatted(id, i, job.keys()));
      }
    }
    return references;
  }

  private static void requireFields(ArrowObject object, SortJob job, ObjectId id) {
    Schema schema = ValueSchema.of(object.schema(), object);
    for (Field key : job.keyFields()) {
      List<Field> found =
          schema.getFields().stream()
              .filter(field -> field.getName().equals(key.getName()))
              .toList();
      if (found.size() != 1 || !found.getFirst().getType().equals(key.getType())) {
        throw new IllegalArgumentException(
            "splitters have no such column: id=%s column=%s type=%s columns=%s"
                .formatted(id, key.getName(), key.getType(), schema.getFields()));
      }
    }
  }

  private static List<Long> references(OpenRows rows) {
    List<Long> references = new ArrayList<>();
    for (int number = 0; number < rows.parts().size(); number++) {
      OpenRows.Part part = rows.parts().get(number);
      for (int row = part.from(); row < part.to(); row++) {
        references.add(RowOrder.reference(number, row));
      }
    }
    return references;
  }

  private static void put(
      ArrowClient dataframes, SortJob job, OpenRows rows, List<Long> chosen, JobNames names) {
    // Splitters of the caller's may have nulls where the partitions have none.
    List<Field> fields =
        job.keyFields().stream()
            .map(field -> Field.nullable(field.getName(), field.getType()))
            .toList();
    try (VectorSchemaRoot root =
        VectorSchemaRoot.create(new Schema(fields), dataframes.allocator())) {
      root.allocateNew();
      for (int i = 0; i < chosen.size(); i++) {
        OpenRows.Part part = rows.parts().get(RowOrder.batch(chosen.get(i)));
        int row = RowOrder.row(chosen.get(i));
        for (int key = 0; key < fields.size(); key++) {
          FieldVector source = part.root().getVector(fields.get(key).getName());
          ValueCopy.copy(source, part.dictionaries(), row, root.getVector(key), i);
        }
      }
      root.setRowCount(chosen.size());
      dataframes.put(names.splitters(), root);
    }
  }
}
