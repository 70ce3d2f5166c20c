package io.plasmastore.arrow;

import static io.plasmastore.arrow.Dataframes.nested;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.compare.VectorEqualsVisitor;
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

class DictionaryTest {
  private static final int ROWS = 50;
  private static final ArrowType.Int INT8 = new ArrowType.Int(8, true);
  private static final ArrowType.Int UINT16 = new ArrowType.Int(16, false);

  private final BufferAllocator allocator = new RootAllocator();
  private final Dataframes dataframes = new Dataframes(allocator, 7, 0.2);
  private final MapDictionaryProvider dictionaries = new MapDictionaryProvider();

  @AfterEach
  void closesTheAllocator() {
    dictionaries.close();
    allocator.close();
  }

  @Test
  void keepsADictionaryEncodedColumn() throws Exception {
    define(1, UINT16, Field.nullable("city", ArrowType.Utf8.INSTANCE), 10);
    assertKept(Dataframes.schema(encoded("city", 1, UINT16)), List.of(1L));
  }

  @Test
  void keepsOneDictionaryOfTwoColumns() throws Exception {
    define(1, INT8, Field.nullable("city", ArrowType.Utf8.INSTANCE), 10);
    assertKept(Dataframes.schema(encoded("from", 1, INT8), encoded("to", 1, INT8)), List.of(1L));
  }

  @Test
  void keepsADictionaryBelowAList() throws Exception {
    define(3, INT8, Field.nullable("word", ArrowType.LargeUtf8.INSTANCE), 10);
    Field words = nested("words", ArrowType.List.INSTANCE, encoded("word", 3, INT8));
    Field deep = nested("deep", ArrowType.Struct.INSTANCE, words);
    assertKept(Dataframes.schema(deep), List.of(3L));
  }

  @Test
  void writesADictionaryAfterThoseThatItRefersTo() throws Exception {
    define(1, INT8, Field.nullable("city", ArrowType.Utf8.INSTANCE), 10);
    Field trip =
        nested("trip", ArrowType.Struct.INSTANCE, encoded("from", 1, INT8), encoded("to", 1, INT8));
    define(2, UINT16, trip, 20);
    assertKept(Dataframes.schema(encoded("trip", 2, UINT16)), List.of(1L, 2L));
  }

  @Test
  void keepsAnEmptyDictionary() throws Exception {
    define(1, INT8, Field.nullable("city", ArrowType.Utf8.INSTANCE), 0);
    assertKept(Dataframes.schema(encoded("city", 1, INT8)), List.of(1L));
  }

  @Test
  void closesDictionariesWithTheObject() {
    define(1, INT8, Field.nullable("city", ArrowType.Utf8.INSTANCE), 10);
    try (VectorSchemaRoot root =
        dataframes.root(Dataframes.schema(encoded("city", 1, INT8)), ROWS)) {
      StoredStream stored = StoredStream.of(root, dictionaries);
      ArrowObject object = stored.open(allocator);
      Dictionary dictionary = object.lookup(1);
      assertSame(dictionary, object.lookup(1));
      assertNull(object.lookup(2));
      assertEquals(Set.of(1L), object.getDictionaryIds());
      object.close();
      assertEquals(0, dictionary.getVector().getValueCount());
      assertEquals(0, stored.pins());
      assertThrows(IllegalStateException.class, () -> object.lookup(1));
    }
  }

  @Test
  void asksForADictionaryThatIsMissing() {
    try (VectorSchemaRoot root =
        dataframes.root(Dataframes.schema(encoded("city", 5, INT8)), ROWS)) {
      var refusal =
          assertThrows(IllegalArgumentException.class, () -> StreamPlan.of(root, dictionaries));
      assertEquals(
          "no dictionary for a dictionary-encoded column, hand it to put: field=city dictionary=5",
          refusal.getMessage());
    }
  }

  @Test
  void refusesIndicesOfAnotherType() {
    define(1, INT8, Field.nullable("city", ArrowType.Utf8.INSTANCE), 10);
    DictionaryEncoding encoding = new DictionaryEncoding(1, false, INT8);
    Field field = new Field("city", new FieldType(true, UINT16, encoding), null);
    try (VectorSchemaRoot root = dataframes.root(Dataframes.schema(field), ROWS)) {
      assertThrows(IllegalArgumentException.class, () -> StreamPlan.of(root, dictionaries));
    }
  }

  @Test
  void refusesADictionaryThatContainsItself() {
    Field itself = nested("itself", ArrowType.Struct.INSTANCE, encoded("inner", 1, INT8));
    define(1, INT8, itself, 10);
    try (VectorSchemaRoot root =
        dataframes.root(Dataframes.schema(encoded("outer", 1, INT8)), ROWS)) {
      var refusal =
          assertThrows(IllegalArgumentException.class, () -> StreamPlan.of(root, dictionaries));
      assertTrue(refusal.getMessage().contains("contains itself"), refusal::getMessage);
    }
  }

  @Test
  void refusesAnUnsupportedTypeWithinADictionary() {
    FieldVector prices =
        Field.nullable("price", new ArrowType.Decimal(9, 2, 32)).createVector(allocator);
    dictionaries.put(new Dictionary(prices, new DictionaryEncoding(1, false, INT8)));
    try (VectorSchemaRoot root =
        dataframes.root(Dataframes.schema(encoded("city", 1, INT8)), ROWS)) {
      assertThrows(UnsupportedOperationException.class, () -> StreamPlan.of(root, dictionaries));
    }
  }

  private void define(long id, ArrowType.Int indices, Field values, int count) {
    dictionaries.put(
        new Dictionary(
            dataframes.vector(values, count), new DictionaryEncoding(id, false, indices)));
  }

  private static Field encoded(String name, long id, ArrowType.Int indices) {
    DictionaryEncoding encoding = new DictionaryEncoding(id, false, indices);
    return new Field(name, new FieldType(true, indices, encoding), null);
  }

  private void assertKept(Schema schema, List<Long> ids) throws Exception {
    try (VectorSchemaRoot root = dataframes.root(schema, ROWS)) {
      StoredStream stored = StoredStream.of(root, dictionaries);
      try (ArrowObject object = stored.open(allocator);
          VectorSchemaRoot got = object.batch(0)) {
        assertTrue(Values.same(root, got));
        assertEquals(schema, object.schema());
        assertEquals(Set.copyOf(ids), object.getDictionaryIds());
        for (long id : ids) {
          FieldVector values = object.lookup(id).getVector();
          assertSameValues(id, values);
          for (ArrowBuf buffer : StoredStream.buffers(List.of(values))) {
            assertTrue(stored.contains(buffer), () -> "outside of the object: " + buffer);
          }
        }
        try (ArrowReader reader = object.reader()) {
          assertReads(reader, root, ids);
        }
      }
      assertEquals(0, stored.pins());
      try (ArrowReader reader = stored.stockReader(allocator)) {
        assertReads(reader, root, ids);
      }
      assertEquals(
          ids, new ArrayList<>(MessageSchema.of(schema, dictionaries).dictionaries().keySet()));
    }
  }

  private void assertReads(ArrowReader reader, VectorSchemaRoot root, List<Long> ids)
      throws Exception {
    assertTrue(reader.loadNextBatch());
    assertTrue(Values.same(root, reader.getVectorSchemaRoot()));
    assertEquals(Set.copyOf(ids), reader.getDictionaryVectors().keySet());
    for (long id : ids) {
      assertSameValues(id, reader.lookup(id).getVector());
    }
    assertEquals(false, reader.loadNextBatch());
  }

  private void assertSameValues(long id, FieldVector values) {
    FieldVector wanted = dictionaries.lookup(id).getVector();
    // Names and nullability of a dictionary are not part of a stream.
    assertTrue(
        VectorEqualsVisitor.vectorEquals(wanted, values, (left, right) -> true),
        () -> wanted + " is not " + values);
  }
}
