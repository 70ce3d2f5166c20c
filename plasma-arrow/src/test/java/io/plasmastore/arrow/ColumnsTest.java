package io.plasmastore.arrow;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.dictionary.Dictionary;
import org.apache.arrow.vector.dictionary.DictionaryProvider.MapDictionaryProvider;
import org.apache.arrow.vector.ipc.ArrowReader;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.DictionaryEncoding;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.FieldType;
import org.apache.arrow.vector.types.pojo.Schema;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Some columns of an object, and nothing of the others. */
class ColumnsTest {
  private final BufferAllocator allocator = new RootAllocator();

  static LongStream seeds() {
    return LongStream.range(1, 30);
  }

  @AfterEach
  void closesTheAllocator() {
    allocator.close();
  }

  @ParameterizedTest
  @MethodSource("seeds")
  @SuppressWarnings("try") // who ends early is what is tested
  void areThoseAskedForInTheOrderAskedFor(long seed) throws Exception {
    Random random = new Random(seed);
    List<Field> fields = new ArrayList<>(Dataframes.everything().getFields());
    fields.addAll(Dataframes.oddFields());
    Collections.shuffle(fields, random);
    Schema schema = new Schema(fields);
    List<Integer> numbers = new ArrayList<>(IntStream.range(0, fields.size()).boxed().toList());
    Collections.shuffle(numbers, random);
    int[] chosen = numbers.subList(0, random.nextInt(6)).stream().mapToInt(i -> i).toArray();
    try (VectorSchemaRoot root = new Dataframes(allocator, seed, 0.2).root(schema, 20)) {
      List<FieldVector> vectors = IntStream.of(chosen).mapToObj(root::getVector).toList();
      VectorSchemaRoot wanted =
          new VectorSchemaRoot(
              new Schema(
                  vectors.stream()
                      .map(vector -> schema.getFields().get(root.getFieldVectors().indexOf(vector)))
                      .toList()),
              vectors,
              20);
      StoredStream stored = StoredStream.of(root);
      try (ArrowObject whole = stored.open(allocator);
          ArrowObject some = whole.select(Columns.at(chosen))) {
        whole.close();
        assertEquals(wanted.getSchema(), some.schema());
        try (VectorSchemaRoot got = some.batch(0)) {
          Values.assertSame(wanted, got, "seed=" + seed);
        }
        try (ArrowReader reader = some.reader()) {
          assertTrue(reader.loadNextBatch());
          Values.assertSame(wanted, reader.getVectorSchemaRoot(), "seed=" + seed);
          assertFalse(reader.loadNextBatch());
        }
        VectorSchemaRoot slice = some.slice(3, 9).getFirst();
        Values.assertSlice(wanted, 3, slice, "seed=" + seed);
        slice.close();
      }
      assertEquals(0, stored.pins());
    }
  }

  @Test
  void areFoundByName() {
    try (VectorSchemaRoot root = new Dataframes(allocator, 1, 0).root(abab(), 10)) {
      StoredStream stored = StoredStream.of(root);
      try (ArrowObject object = stored.open(allocator);
          ArrowObject some = object.select(Columns.named("c", "b"));
          VectorSchemaRoot got = some.batch(0)) {
        assertEquals(
            List.of("c", "b"), got.getSchema().getFields().stream().map(Field::getName).toList());
        assertEquals(2, got.getFieldVectors().size());
        assertEquals(root.getVector(1).getObject(5), got.getVector("b").getObject(5));
      }
    }
  }

  @Test
  void areRefusedWhereTheyAreNotThereOrThereTwice() {
    try (VectorSchemaRoot root = new Dataframes(allocator, 1, 0).root(abab(), 10)) {
      StoredStream stored = StoredStream.of(root);
      try (ArrowObject object = stored.open(allocator)) {
        assertEquals(
            "no such column: name=x columns=[a, b, a, c]",
            refusal(() -> object.select(Columns.named("b", "x"))));
        assertEquals(
            "several columns have this name, ask for one by its number: name=a numbers=0,2",
            refusal(() -> object.select(Columns.named("a"))));
        assertEquals(
            "no such column: number=4 columns=4", refusal(() -> object.select(Columns.at(4))));
        try (ArrowObject both = object.select(Columns.at(2, 0))) {
          assertEquals(2, both.schema().getFields().size());
        }
      }
      assertEquals(0, stored.pins());
    }
    assertEquals(
        "a column was asked for twice: column=a asked=[a, b, a]",
        refusal(() -> Columns.named("a", "b", "a")));
    assertEquals("columns are numbered from 0: number=-1", refusal(() -> Columns.at(-1)));
    List<Field> many =
        IntStream.range(0, 60)
            .mapToObj(i -> Field.nullable("f" + i, new ArrowType.Int(8, true)))
            .toList();
    assertTrue(
        refusal(() -> Columns.named("x").among(many)).endsWith("f48, f49] and others of 60"));
  }

  @Test
  void keepTheirDictionariesAndNoOthers() throws Exception {
    ArrowType.Int indices = new ArrowType.Int(8, true);
    Field city = encoded("city", 1, indices);
    Field cities = Dataframes.nested("cities", ArrowType.List.INSTANCE, city);
    Field color = encoded("color", 2, indices);
    Dataframes dataframes = new Dataframes(allocator, 1, 0.2);
    Field text = Field.nullable("text", ArrowType.Utf8.INSTANCE);
    try (MapDictionaryProvider dictionaries =
            new MapDictionaryProvider(
                new Dictionary(
                    dataframes.vector(text, Dataframes.DICTIONARY_SIZE), city.getDictionary()),
                new Dictionary(
                    dataframes.vector(text, Dataframes.DICTIONARY_SIZE), color.getDictionary()));
        VectorSchemaRoot root = dataframes.root(Dataframes.schema(color, text, cities), 50)) {
      StoredStream stored = StoredStream.of(root, dictionaries);
      try (ArrowObject object = stored.open(allocator);
          ArrowObject some = object.select(Columns.named("cities"));
          ArrowReader reader = some.reader()) {
        assertEquals(Set.of(1L), some.getDictionaryIds());
        assertNull(some.lookup(2));
        assertEquals(Set.of(1L), reader.getDictionaryVectors().keySet());
        Values.assertSame(
            dictionaries.lookup(1).getVector(),
            some.lookup(1).getVector(),
            ColumnLayout.of(text),
            "dictionary");
        try (ArrowObject none = object.select(Columns.named("text"))) {
          assertEquals(Set.of(), none.getDictionaryIds());
        }
      }
      assertEquals(0, stored.pins());
    }
  }

  private static Schema abab() {
    ArrowType number = new ArrowType.Int(64, true);
    return Dataframes.schema(
        Field.nullable("a", number),
        Field.nullable("b", ArrowType.Utf8.INSTANCE),
        Field.nullable("a", ArrowType.Utf8.INSTANCE),
        Field.nullable("c", number));
  }

  private static Field encoded(String name, long dictionary, ArrowType.Int indices) {
    DictionaryEncoding encoding = new DictionaryEncoding(dictionary, false, indices);
    return new Field(name, new FieldType(true, indices, encoding), null);
  }

  private static String refusal(Runnable call) {
    return assertThrows(IllegalArgumentException.class, call::run).getMessage();
  }
}
