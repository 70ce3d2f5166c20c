package io.plasmastore.sort;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.plasmastore.ObjectId;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import org.apache.arrow.vector.IntVector;
import org.apache.arrow.vector.VarCharVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.Schema;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Strings that many rows share, or that differ late: sorted by prefix behind prefix, and by
 * comparison where they are equal for longer than that.
 */
class StringKeysTest {
  private static final int ROWS = 6_000;

  @TempDir Path directory;

  @ParameterizedTest(name = "{0} kinds of {1} bytes, of which {2} differ, descending={3}")
  @CsvSource({
    "1, 5, 0, false",
    "3, 7, 1, true",
    "3, 14, 1, false",
    "20, 19, 6, false",
    "20, 19, 6, true",
    "500, 40, 12, false",
    "30, 30, 24, false",
    "30, 90, 84, true",
    "40, 100, 2, false",
    "2, 20000, 1, true",
  })
  void sortsThemAndKeepsTheOrderOfEqualOnes(
      int kinds, int length, int different, boolean descending) throws InterruptedException {
    Random random = new Random(length);
    List<String> texts = new ArrayList<>();
    for (int kind = 0; kind < kinds; kind++) {
      StringBuilder text = new StringBuilder("x".repeat(length - different));
      // Some are shorter than others, which they begin.
      for (int i = random.nextInt(different + 1); i < different; i++) {
        text.append((char) ('a' + random.nextInt(3)));
      }
      texts.add(text.toString());
    }
    // A 20,000 byte text in each of some thousand rows is more than the store has.
    int rows = length > 1_000 ? ROWS / 20 : ROWS;
    List<String> keys = random.ints(rows, 0, kinds).mapToObj(texts::get).toList();
    Comparator<Integer> byKey = Comparator.comparing(keys::get);
    List<Integer> expected = order(rows);
    expected.sort(descending ? byKey.reversed() : byKey);
    try (TestStore store = new TestStore(directory)) {
      List<ObjectId> ids = put(store, keys);
      SortKey key = descending ? SortKey.of("key").descending() : SortKey.of("key");
      SortResult result =
          ParallelSort.of(store.dataframes()).by(key).partitions(ids).workers(2).threads().run();
      assertEquals(expected, rowsOf(store, result.bucketIds()));
    }
  }

  private static List<Integer> order(int rows) {
    List<Integer> order = new ArrayList<>();
    for (int row = 0; row < rows; row++) {
      order.add(row);
    }
    return order;
  }

  private static List<ObjectId> put(TestStore store, List<String> keys) {
    Schema schema =
        new Schema(
            List.of(
                Field.nullable("key", ArrowType.Utf8.INSTANCE),
                Field.nullable("row", new ArrowType.Int(Integer.SIZE, true))));
    List<ObjectId> ids = new ArrayList<>();
    int half = keys.size() / 2;
    for (int from = 0; from < keys.size(); from += half) {
      try (VectorSchemaRoot root = VectorSchemaRoot.create(schema, store.allocator())) {
        root.allocateNew();
        int count = Math.min(half, keys.size() - from);
        for (int i = 0; i < count; i++) {
          byte[] bytes = keys.get(from + i).getBytes(StandardCharsets.UTF_8);
          ((VarCharVector) root.getVector(0)).setSafe(i, bytes);
          ((IntVector) root.getVector(1)).setSafe(i, from + i);
        }
        root.setRowCount(count);
        ObjectId id = ObjectId.random();
        store.dataframes().put(id, root);
        ids.add(id);
      }
    }
    return ids;
  }

  private static List<Integer> rowsOf(TestStore store, List<ObjectId> buckets) {
    List<Integer> rows = new ArrayList<>();
    for (ObjectId id : buckets) {
      try (VectorSchemaRoot bucket = store.dataframes().get(id)) {
        IntVector numbers = (IntVector) bucket.getVector(1);
        for (int i = 0; i < bucket.getRowCount(); i++) {
          rows.add(numbers.get(i));
        }
      }
    }
    return rows;
  }
}
