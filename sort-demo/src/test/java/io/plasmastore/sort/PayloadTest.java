package io.plasmastore.sort;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.plasmastore.ObjectId;
import io.plasmastore.arrow.ArrowObject;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.IntVector;
import org.apache.arrow.vector.VarCharVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.complex.ListVector;
import org.apache.arrow.vector.dictionary.Dictionary;
import org.apache.arrow.vector.dictionary.DictionaryProvider;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.DictionaryEncoding;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.FieldType;
import org.apache.arrow.vector.types.pojo.Schema;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Columns that are not sorted by stay with their rows, whatever their type. */
class PayloadTest {
  private static final ArrowType INT32 = new ArrowType.Int(32, true);
  private static final Field TEXT = Field.nullable("text", ArrowType.Utf8.INSTANCE);
  private static final Field NUMBER = Field.nullable("number", INT32);
  private static final Field FLAG = Field.nullable("flag", ArrowType.Bool.INSTANCE);
  private static final DictionaryEncoding WORDS = new DictionaryEncoding(7, false, null);

  @TempDir Path directory;
  private TestStore store;

  @BeforeEach
  void launch() {
    store = new TestStore(directory);
  }

  @AfterEach
  void close() {
    store.close();
  }

  @Test
  void carriesEveryFlatTypeAlong() throws InterruptedException {
    Random random = new Random(1);
    FrameModel frame =
        new FrameModel(
            Stream.concat(Stream.of(ColumnModel.of(INT32)), ColumnModel.ALL.stream()).toList());
    List<byte[][]> rows = frame.rows(random, 700, 0.3);
    List<ObjectId> ids =
        List.of(
            frame.put(store.dataframes(), rows.subList(0, 300), List.of(100, 0, 200)),
            frame.put(store.dataframes(), rows.subList(300, 700)));
    SortResult result = sort(ids, SortKey.of("c0"));
    List<byte[][]> expected = new ArrayList<>(rows);
    expected.sort(frame.order(List.of(SortKey.of("c0"))));
    assertEquals(
        FrameModel.text(expected),
        FrameModel.text(FrameModel.get(store.dataframes(), result.bucketIds())));
  }

  @Test
  void carriesNestedTypesAlong() throws InterruptedException {
    List<Field> nested =
        List.of(
            nested("list", ArrowType.List.INSTANCE, TEXT),
            nested("large list", ArrowType.LargeList.INSTANCE, FLAG),
            nested("fixed list", new ArrowType.FixedSizeList(3), NUMBER),
            nested("struct", ArrowType.Struct.INSTANCE, TEXT, NUMBER, FLAG),
            nested(
                "list of structs",
                ArrowType.List.INSTANCE,
                nested("item", ArrowType.Struct.INSTANCE, TEXT, NUMBER)),
            nested(
                "list of lists",
                ArrowType.List.INSTANCE,
                nested("item", ArrowType.List.INSTANCE, NUMBER)),
            nested(
                "map",
                new ArrowType.Map(false),
                new Field(
                    "entries",
                    FieldType.notNullable(ArrowType.Struct.INSTANCE),
                    List.of(
                        new Field("key", FieldType.notNullable(ArrowType.Utf8.INSTANCE), null),
                        NUMBER))),
            Field.nullable("nothing", ArrowType.Null.INSTANCE));
    Random random = new Random(2);
    Map<Integer, String> expected = new TreeMap<>();
    List<ObjectId> ids = new ArrayList<>();
    for (List<Integer> keys : shuffledKeys(random, 3, 200)) {
      List<FieldVector> vectors = new ArrayList<>();
      vectors.add(keyVector(keys));
      for (Field field : nested) {
        FieldVector vector = field.createVector(store.allocator());
        NestedValues.fill(vector, keys.size(), random);
        vectors.add(vector);
      }
      ids.add(put(vectors, new DictionaryProvider.MapDictionaryProvider(), expected));
    }
    SortResult result = sort(ids, SortKey.of("key"));
    assertEquals(List.copyOf(expected.values()), rows(result));
    assertTrue(result.verified());
  }

  @Test
  void carriesTheValuesOfDictionariesThatDiffer() throws InterruptedException {
    Random random = new Random(3);
    Map<Integer, String> expected = new TreeMap<>();
    List<ObjectId> ids = new ArrayList<>();
    for (List<Integer> keys : shuffledKeys(random, 3, 100)) {
      try (VarCharVector words = words(List.of("red", "green", "blue", "black"), random)) {
        IntVector colours = indices("colour", keys.size(), words.getValueCount(), random);
        ids.add(putEncoded(keys, colours, words, expected));
      }
    }
    SortResult result = sort(ids, SortKey.of("key"));
    assertEquals(List.copyOf(expected.values()), rows(result));
    try (ArrowObject bucket = store.dataframes().open(result.bucketIds().getFirst())) {
      Field colour = bucket.schema().findField("colour");
      assertEquals(ArrowType.Utf8.INSTANCE, colour.getType());
      assertNull(colour.getDictionary());
    }
  }

  @Test
  void carriesDictionariesWithinListsAlong() throws InterruptedException {
    Random random = new Random(5);
    Map<Integer, String> expected = new TreeMap<>();
    List<ObjectId> ids = new ArrayList<>();
    for (List<Integer> keys : shuffledKeys(random, 2, 50)) {
      try (VarCharVector words = words(List.of("a", "b", "c"), random)) {
        Field item = new Field("item", new FieldType(true, INT32, WORDS), null);
        ListVector lists =
            (ListVector)
                nested("lists", ArrowType.List.INSTANCE, item).createVector(store.allocator());
        lists.allocateNew();
        IntVector indices = (IntVector) lists.getDataVector();
        int children = 0;
        for (int row = 0; row < keys.size(); row++) {
          List<String> values = new ArrayList<>();
          lists.startNewValue(row);
          for (int i = row % 3; i > 0; i--) {
            int index = random.nextInt(words.getValueCount());
            indices.setSafe(children++, index);
            values.add(words.isNull(index) ? "null" : "\"" + words.getObject(index) + "\"");
          }
          lists.endValue(row, values.size());
          String list = "[" + String.join(",", values) + "]";
          expected.put(keys.get(row), "[" + keys.get(row) + ", " + list + "]");
        }
        lists.setValueCount(keys.size());
        DictionaryProvider dictionaries =
            new DictionaryProvider.MapDictionaryProvider(new Dictionary(words, WORDS));
        ids.add(
            put(new ArrayList<>(List.of(keyVector(keys), lists)), dictionaries, new TreeMap<>()));
      }
    }
    assertEquals(List.copyOf(expected.values()), rows(sort(ids, SortKey.of("key"))));
  }

  @Test
  void takesADictionaryAndPlainValuesForTheSame() throws InterruptedException {
    Random random = new Random(6);
    Map<Integer, String> expected = new TreeMap<>();
    List<ObjectId> ids = new ArrayList<>();
    try (VarCharVector words = words(List.of("red", "green"), random)) {
      List<Integer> keys = List.of(3, 1);
      ids.add(
          putEncoded(keys, indices("colour", 2, words.getValueCount(), random), words, expected));
    }
    VarCharVector plain = new VarCharVector("colour", store.allocator());
    plain.allocateNew();
    plain.setSafe(0, "blue".getBytes(StandardCharsets.UTF_8));
    plain.setValueCount(2);
    ids.add(
        put(
            new ArrayList<>(List.of(keyVector(List.of(2, 0)), plain)),
            new DictionaryProvider.MapDictionaryProvider(),
            expected));
    assertEquals(List.copyOf(expected.values()), rows(sort(ids, SortKey.of("key"))));
  }

  @Test
  void sortsByTheValuesOfDictionariesThatDiffer() throws InterruptedException {
    Random random = new Random(4);
    Map<Integer, String> all = new TreeMap<>();
    List<ObjectId> ids = new ArrayList<>();
    for (List<Integer> keys : shuffledKeys(random, 3, 100)) {
      try (VarCharVector words =
          words(List.of("red", "green", "blue, as the sea", "blue, as the sky", ""), random)) {
        IntVector colours = indices("colour", keys.size(), words.getValueCount(), random);
        ids.add(putEncoded(keys, colours, words, all));
      }
    }
    SortResult result =
        sort(ids, SortKey.of("colour").descending().nullsFirst(), SortKey.of("key"));
    List<String> expected = new ArrayList<>(all.values());
    // A row is "[key, colour]": nulls first, then by colour downwards, each with the keys upwards.
    expected.sort(
        Comparator.comparing(PayloadTest::colour, Comparator.nullsFirst(Comparator.reverseOrder()))
            .thenComparing(row -> Integer.valueOf(row.substring(1, row.indexOf(',')))));
    assertEquals(expected, rows(result));
  }

  @Test
  void letsAColumnBeNullWhereAnyPartitionLetsIt() throws InterruptedException {
    Field strict = Field.notNullable("value", INT32);
    List<ObjectId> ids = new ArrayList<>();
    Map<Integer, String> expected = new TreeMap<>();
    for (Field field : List.of(strict, Field.nullable("value", INT32))) {
      IntVector values = (IntVector) field.createVector(store.allocator());
      values.allocateNew(2);
      values.set(0, 5);
      if (field.isNullable()) {
        values.setNull(1);
      } else {
        values.set(1, 6);
      }
      values.setValueCount(2);
      List<Integer> keys = field.isNullable() ? List.of(4, 1) : List.of(3, 2);
      ids.add(
          put(
              new ArrayList<>(List.of(keyVector(keys), values)),
              new DictionaryProvider.MapDictionaryProvider(),
              expected));
    }
    assertEquals(List.copyOf(expected.values()), rows(sort(ids, SortKey.of("key"))));
  }

  @Test
  void keepsTheMetadataOfSchemaAndColumns() throws InterruptedException {
    Schema schema =
        new Schema(
            List.of(new Field("key", new FieldType(true, INT32, null, Map.of("unit", "m")), null)),
            Map.of("origin", "survey"));
    ObjectId id = ObjectId.random();
    try (VectorSchemaRoot root = VectorSchemaRoot.create(schema, store.allocator())) {
      root.allocateNew();
      ((IntVector) root.getVector(0)).set(0, 1);
      root.setRowCount(1);
      store.dataframes().put(id, root);
    }
    SortResult result = sort(List.of(id), SortKey.of("key"));
    try (ArrowObject bucket = store.dataframes().open(result.bucketIds().getFirst())) {
      assertEquals(schema, bucket.schema());
    }
  }

  private SortResult sort(List<ObjectId> ids, SortKey... keys) throws InterruptedException {
    SortResult result =
        ParallelSort.of(store.dataframes())
            .by(keys)
            .partitions(ids)
            .buckets(4)
            .workers(2)
            .threads()
            .run();
    List<ObjectId> left = new ArrayList<>(ids);
    left.addAll(result.bucketIds());
    left.add(result.manifest());
    store.assertHoldsOnly(left);
    return result;
  }

  /** Puts a dataframe whose first column is the key, and remembers each row's text by its key. */
  private ObjectId put(
      List<FieldVector> vectors, DictionaryProvider dictionaries, Map<Integer, String> rows) {
    ObjectId id = ObjectId.random();
    try (VectorSchemaRoot root = new VectorSchemaRoot(vectors)) {
      store.dataframes().put(id, root, dictionaries);
      for (int row = 0; row < root.getRowCount(); row++) {
        rows.put(((IntVector) root.getVector(0)).get(row), text(root, row));
      }
    }
    return id;
  }

  private ObjectId putEncoded(
      List<Integer> keys, IntVector indices, VarCharVector words, Map<Integer, String> rows) {
    for (int row = 0; row < keys.size(); row++) {
      Object value = indices.isNull(row) ? null : words.getObject(indices.get(row));
      rows.put(keys.get(row), "[" + keys.get(row) + ", " + value + "]");
    }
    DictionaryProvider dictionaries =
        new DictionaryProvider.MapDictionaryProvider(new Dictionary(words, WORDS));
    return put(new ArrayList<>(List.of(keyVector(keys), indices)), dictionaries, new TreeMap<>());
  }

  private List<String> rows(SortResult result) {
    List<String> rows = new ArrayList<>();
    for (ObjectId id : result.bucketIds()) {
      try (VectorSchemaRoot root = store.dataframes().get(id)) {
        for (int row = 0; row < root.getRowCount(); row++) {
          rows.add(text(root, row));
        }
      }
    }
    return rows;
  }

  private static String text(VectorSchemaRoot root, int row) {
    List<Object> values = new ArrayList<>();
    root.getFieldVectors().forEach(vector -> values.add(vector.getObject(row)));
    return values.toString();
  }

  private static String colour(String row) {
    String colour = row.substring(row.indexOf(',') + 2, row.length() - 1);
    return colour.equals("null") ? null : colour;
  }

  private static List<List<Integer>> shuffledKeys(Random random, int partitions, int rows) {
    List<Integer> keys = new ArrayList<>();
    for (int i = 0; i < partitions * rows; i++) {
      keys.add(i);
    }
    Collections.shuffle(keys, random);
    List<List<Integer>> parts = new ArrayList<>();
    for (int i = 0; i < partitions; i++) {
      parts.add(keys.subList(i * rows, (i + 1) * rows));
    }
    return parts;
  }

  private IntVector keyVector(List<Integer> keys) {
    IntVector vector = new IntVector("key", store.allocator());
    vector.allocateNew(keys.size());
    for (int i = 0; i < keys.size(); i++) {
      vector.set(i, keys.get(i));
    }
    vector.setValueCount(keys.size());
    return vector;
  }

  /** A dictionary of these words in any order, and a null. */
  private VarCharVector words(List<String> values, Random random) {
    List<String> shuffled = new ArrayList<>(values);
    shuffled.add(null);
    Collections.shuffle(shuffled, random);
    VarCharVector words = new VarCharVector("words", store.allocator());
    words.allocateNew();
    for (int i = 0; i < shuffled.size(); i++) {
      if (shuffled.get(i) != null) {
        words.setSafe(i, shuffled.get(i).getBytes(StandardCharsets.UTF_8));
      }
    }
    words.setValueCount(shuffled.size());
    return words;
  }

  private IntVector indices(String name, int count, int values, Random random) {
    Field field = new Field(name, new FieldType(true, INT32, WORDS), null);
    IntVector indices = (IntVector) field.createVector(store.allocator());
    indices.allocateNew(count);
    for (int i = 0; i < count; i++) {
      if (random.nextInt(5) == 0) {
        indices.setNull(i);
      } else {
        indices.set(i, random.nextInt(values));
      }
    }
    indices.setValueCount(count);
    return indices;
  }

  private static Field nested(String name, ArrowType type, Field... children) {
    return new Field(name, FieldType.nullable(type), List.of(children));
  }
}
