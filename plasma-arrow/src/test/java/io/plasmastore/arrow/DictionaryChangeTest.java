package io.plasmastore.arrow;

import static io.plasmastore.arrow.Dataframes.nested;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.TinyIntVector;
import org.apache.arrow.vector.VarCharVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.VectorUnloader;
import org.apache.arrow.vector.complex.StructVector;
import org.apache.arrow.vector.dictionary.DictionaryProvider;
import org.apache.arrow.vector.ipc.ArrowReader;
import org.apache.arrow.vector.ipc.message.ArrowBlock;
import org.apache.arrow.vector.ipc.message.ArrowRecordBatch;
import org.apache.arrow.vector.types.UnionMode;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.DictionaryEncoding;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.FieldType;
import org.apache.arrow.vector.types.pojo.Schema;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Dictionaries that grow, or are replaced, between the batches of a stream. */
class DictionaryChangeTest {
  private static final ArrowType.Int INT8 = new ArrowType.Int(8, true);
  private static final Field TEXT = Field.nullable("text", ArrowType.Utf8.INSTANCE);
  private static final Schema ENCODED = Dataframes.schema(encoded(9, TEXT));

  private final BufferAllocator allocator = new RootAllocator();

  @AfterEach
  void closesTheAllocator() {
    allocator.close();
  }

  @Test
  void givesEachBatchTheDictionaryThatItRefersTo() throws Exception {
    StoredStream stored =
        new ForeignStream()
            .schema(ENCODED)
            .dictionary(9, false, texts("Rome", "Oslo"))
            .batch(indices(0, 1))
            .batch(indices(1, 0))
            .dictionary(9, false, texts("Bern"))
            .batch(indices(0, 0))
            .end()
            .stored();
    try (ArrowObject object = stored.open(allocator)) {
      object.validate();
      assertEquals(List.of("Rome", "Oslo", "Oslo", "Rome", "Bern", "Bern"), cities(object));
      var refusal = assertThrows(IllegalStateException.class, () -> object.lookup(9));
      assertTrue(
          refusal.getMessage().startsWith("the dictionary is replaced between batches"),
          refusal::getMessage);
      assertThrows(IndexOutOfBoundsException.class, () -> object.dictionaries(3));
      try (ArrowReader reader = object.reader()) {
        assertEquals(List.of("Rome", "Oslo", "Oslo", "Rome", "Bern", "Bern"), cities(reader));
      }
      try (ArrowReader reader = object.reader();
          ArrowObject again = StoredStream.of(reader).open(allocator)) {
        assertEquals(cities(object), cities(again));
      }
    }
    assertEquals(0, stored.pins());
  }

  @Test
  void findsAnIndexThatOnlyAnEarlierDictionaryHad() throws Exception {
    StoredStream stored =
        new ForeignStream()
            .schema(ENCODED)
            .dictionary(9, false, texts("Rome", "Oslo"))
            .batch(indices(0, 1))
            .dictionary(9, false, texts("Bern"))
            .batch(indices(0, 1))
            .stored();
    try (ArrowObject object = stored.open(allocator)) {
      var refusal = assertThrows(InvalidArrowDataException.class, object::validate);
      assertEquals(
          "dictionary index does not fit the data: batch=1 field=city value=1 found=1 limit=1",
          refusal.getMessage());
    }
  }

  @Test
  void putsADictionaryThatGrowsTogether() throws Exception {
    StoredStream stored = grown();
    try (ArrowObject object = stored.open(allocator)) {
      object.validate();
      assertEquals(List.of("Rome", "Bern", "Kyiv"), cities(object));
      long before = allocator.getAllocatedMemory();
      assertEquals(4, object.lookup(9).getVector().getValueCount());
      assertEquals(before, allocator.getAllocatedMemory());
      try (ArrowReader reader = object.reader()) {
        assertEquals(List.of("Rome", "Bern", "Kyiv"), cities(reader));
      }
    }
    assertEquals(0, stored.pins());
  }

  @Test
  void writesADictionaryThatGrewOnce() throws Exception {
    try (ArrowReader reader = grown().stockReader(allocator)) {
      StoredStream stored = StoredStream.of(reader);
      assertEquals(1, dictionaryBatches(stored));
      try (ArrowObject object = stored.open(allocator)) {
        assertEquals(List.of("Rome", "Bern", "Kyiv"), cities(object));
        FieldVector values = object.lookup(9).getVector();
        StoredStream.buffers(List.of(values)).forEach(b -> assertTrue(stored.contains(b)));
      }
    }
  }

  @Test
  void writesADictionaryThatIsReplacedEachTime() throws Exception {
    ForeignStream foreign = new ForeignStream().schema(ENCODED);
    foreign.dictionary(9, false, texts("Rome")).batch(indices(0));
    foreign.dictionary(9, false, texts("Oslo", "Rome")).batch(indices(0)).batch(indices(1));
    foreign.dictionary(9, false, texts("Oslo")).batch(indices(0));
    try (ArrowReader reader = foreign.end().stored().stockReader(allocator)) {
      StoredStream stored = StoredStream.of(reader);
      assertEquals(3, dictionaryBatches(stored));
      try (ArrowObject object = stored.open(allocator)) {
        assertEquals(List.of("Rome", "Oslo", "Rome", "Oslo"), cities(object));
      }
    }
  }

  @Test
  void writesTheDictionariesThatReferToOneThatIsReplaced() throws Exception {
    Field inner = encoded(1, TEXT);
    Schema schema = Dataframes.schema(encoded(2, nested("s", ArrowType.Struct.INSTANCE, inner)));
    ForeignStream foreign = new ForeignStream().schema(schema);
    foreign.dictionary(1, false, texts("Rome")).dictionary(2, false, structs(0));
    foreign.batch(indices(0));
    foreign.dictionary(1, false, texts("Oslo")).batch(indices(0)).end();
    try (ArrowObject object = foreign.stored().open(allocator);
        ArrowReader reader = object.reader()) {
      StoredStream stored = StoredStream.of(reader);
      assertEquals(4, dictionaryBatches(stored));
      try (ArrowObject again = stored.open(allocator)) {
        assertEquals("Rome", again.dictionaries(0).lookup(1).getVector().getObject(0).toString());
        assertEquals("Oslo", again.dictionaries(1).lookup(1).getVector().getObject(0).toString());
        assertEquals(1, again.dictionaries(1).lookup(2).getVector().getValueCount());
      }
    }
  }

  @Test
  void leavesOutADictionaryThatNoBatchReferredTo() throws Exception {
    StoredStream stored =
        new ForeignStream()
            .schema(ENCODED)
            .dictionary(9, false, texts("nobody"))
            .dictionary(9, false, texts("Rome"))
            .batch(indices(0))
            .stored();
    try (ArrowObject object = stored.open(allocator)) {
      assertEquals("Rome", object.lookup(9).getVector().getObject(0).toString());
    }
  }

  @Test
  void refusesToAppendToNothing() throws Exception {
    StoredStream stored =
        new ForeignStream().schema(ENCODED).dictionary(9, true, texts("Rome")).stored();
    var refusal = assertThrows(InvalidArrowDataException.class, () -> stored.open(allocator));
    assertTrue(
        refusal
            .getMessage()
            .startsWith("values are appended to a dictionary that is not there: dictionary=9"),
        refusal::getMessage);
    assertEquals(0, stored.pins());
  }

  @Test
  void refusesAFileThatReplacesADictionary() throws Exception {
    StoredStream stream =
        new ForeignStream()
            .schema(ENCODED)
            .dictionary(9, false, texts("Rome"))
            .batch(indices(0))
            .dictionary(9, false, texts("Oslo"))
            .batch(indices(0))
            .end()
            .stored();
    StreamIndex index = StreamIndex.of(stream.data(), new SchemaCache());
    ByteBuffer start = FileLayout.begin(0).clear();
    ByteBuffer end =
        FileLayout.end(
            index.schemaMetadata(),
            blocks(index.dictionaries().positions()),
            blocks(index.batches()));
    byte[] file =
        ByteBuffer.allocate(start.remaining() + stream.bytes().length + end.remaining())
            .put(start)
            .put(stream.bytes())
            .put(end)
            .array();
    StoredStream stored = StoredStream.of(file);
    var refusal = assertThrows(InvalidArrowDataException.class, () -> stored.open(allocator));
    assertTrue(
        refusal.getMessage().startsWith("a file can't replace a dictionary: dictionary=9"),
        refusal::getMessage);
    assertEquals(0, stored.pins());
  }

  private static List<ArrowBlock> blocks(List<StreamIndex.BatchPosition> positions) {
    return positions.stream()
        .map(
            at ->
                new ArrowBlock(
                    at.offset() + FileLayout.STREAM_OFFSET,
                    Math.toIntExact(at.bodyOffset() - at.offset()),
                    at.bodySize()))
        .toList();
  }

  @Test
  void refusesToPutTogetherWhatArrowJavaCanNot() throws Exception {
    ArrowType union = new ArrowType.Union(UnionMode.Sparse, new int[] {0});
    Field values = nested("u", union, TEXT);
    Dataframes dataframes = new Dataframes(allocator, 1, 0);
    ForeignStream foreign = new ForeignStream().schema(Dataframes.schema(encoded(9, values)));
    for (boolean delta : new boolean[] {false, true}) {
      try (VectorSchemaRoot root = dataframes.root(Dataframes.schema(values), 3)) {
        foreign.dictionary(9, delta, new VectorUnloader(root).getRecordBatch());
      }
    }
    StoredStream stored = foreign.batch(indices(5)).stored();
    try (ArrowObject object = stored.open(allocator)) {
      var refusal = assertThrows(UnsupportedOperationException.class, () -> object.lookup(9));
      assertTrue(
          refusal.getMessage().startsWith("a dictionary of this type that grows between batches"),
          refusal::getMessage);
    }
    assertEquals(0, stored.pins());
  }

  private StoredStream grown() throws Exception {
    return new ForeignStream()
        .schema(ENCODED)
        .dictionary(9, false, texts("Rome", "Oslo"))
        .batch(indices(0))
        .dictionary(9, true, texts("Bern"))
        .batch(indices(2))
        .dictionary(9, true, texts("Kyiv"))
        .batch(indices(3))
        .end()
        .stored();
  }

  private static int dictionaryBatches(StoredStream stored) {
    return StreamIndex.of(stored.data(), new SchemaCache()).dictionaries().positions().size();
  }

  /** As a stream states it: of the type of the values. */
  private static Field encoded(long id, Field values) {
    return new Field(
        "city",
        new FieldType(true, values.getType(), new DictionaryEncoding(id, false, INT8), Map.of()),
        values.getChildren());
  }

  private ArrowRecordBatch texts(String... texts) {
    try (VarCharVector vector = new VarCharVector("t", allocator)) {
      vector.allocateNew();
      for (int i = 0; i < texts.length; i++) {
        vector.setSafe(i, texts[i].getBytes(StandardCharsets.UTF_8));
      }
      return batch(vector, texts.length);
    }
  }

  private ArrowRecordBatch indices(int... indices) {
    try (TinyIntVector vector = new TinyIntVector("i", allocator)) {
      vector.allocateNew();
      for (int i = 0; i < indices.length; i++) {
        vector.setSafe(i, indices[i]);
      }
      return batch(vector, indices.length);
    }
  }

  private ArrowRecordBatch structs(int index) {
    Field struct = nested("s", ArrowType.Struct.INSTANCE, Field.nullable("i", INT8));
    try (FieldVector vector = struct.createVector(allocator)) {
      vector.allocateNew();
      ((TinyIntVector) vector.getChildrenFromFields().getFirst()).setSafe(0, index);
      ((StructVector) vector).setIndexDefined(0);
      return batch(vector, 1);
    }
  }

  private static ArrowRecordBatch batch(FieldVector vector, int count) {
    vector.setValueCount(count);
    return new VectorUnloader(
            new VectorSchemaRoot(List.of(vector.getField()), List.of(vector), count))
        .getRecordBatch();
  }

  private static List<String> cities(ArrowObject object) {
    List<String> cities = new ArrayList<>();
    for (int batch = 0; batch < object.batchCount(); batch++) {
      try (VectorSchemaRoot root = object.batch(batch)) {
        cities.addAll(cities(root, object.dictionaries(batch)));
      }
    }
    return cities;
  }

  private static List<String> cities(ArrowReader reader) throws Exception {
    List<String> cities = new ArrayList<>();
    while (reader.loadNextBatch()) {
      cities.addAll(cities(reader.getVectorSchemaRoot(), reader));
    }
    return cities;
  }

  private static List<String> cities(VectorSchemaRoot root, DictionaryProvider dictionaries) {
    List<String> cities = new ArrayList<>();
    FieldVector values = dictionaries.lookup(9).getVector();
    TinyIntVector indices = (TinyIntVector) root.getVector(0);
    for (int row = 0; row < root.getRowCount(); row++) {
      cities.add(values.getObject(indices.get(row)).toString());
    }
    return cities;
  }
}
