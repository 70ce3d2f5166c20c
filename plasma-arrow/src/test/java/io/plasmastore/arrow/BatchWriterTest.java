package io.plasmastore.arrow;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.plasmastore.ErrorCode;
import io.plasmastore.ObjectId;
import io.plasmastore.PlasmaException;
import io.plasmastore.SealedObject;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;
import java.util.Map;
import org.apache.arrow.vector.BigIntVector;
import org.apache.arrow.vector.BitVector;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.VarCharVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.dictionary.Dictionary;
import org.apache.arrow.vector.dictionary.DictionaryEncoder;
import org.apache.arrow.vector.dictionary.DictionaryProvider.MapDictionaryProvider;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.DictionaryEncoding;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.FieldType;
import org.apache.arrow.vector.types.pojo.Schema;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class BatchWriterTest {
  private static final ObjectId ID = ObjectId.named("dataframe");
  private static final Schema SCHEMA =
      new Schema(
          List.of(
              Field.nullable("number", new ArrowType.Int(64, true)),
              Field.nullable("flag", ArrowType.Bool.INSTANCE),
              Field.nullable("text", ArrowType.Utf8.INSTANCE)));

  private RunningStore store;
  private ArrowClient dataframes;

  @BeforeEach
  void startsAStore() throws Exception {
    store = new RunningStore(1 << 20);
    dataframes = store.dataframes();
  }

  @AfterEach
  void leavesNothing() throws Exception {
    assertEquals(0, store.pins());
    assertEquals(0, store.usedAfterDeleting(ID));
    store.close();
  }

  @Test
  void writesWhatAPutWrites() {
    byte[] put;
    try (VectorSchemaRoot root = VectorSchemaRoot.create(SCHEMA, store.allocator())) {
      root.allocateNew();
      BigIntVector numbers = (BigIntVector) root.getVector(0);
      numbers.set(0, 7);
      numbers.setNull(1);
      numbers.set(2, -7);
      BitVector flags = (BitVector) root.getVector(1);
      flags.set(0, 1);
      flags.set(1, 0);
      flags.set(2, 1);
      VarCharVector texts = (VarCharVector) root.getVector(2);
      texts.set(0, new byte[] {'a', 'b'});
      texts.set(1, new byte[0]);
      texts.set(2, new byte[] {'c'});
      root.setRowCount(3);
      numbers.getDataBuffer().setLong(8, 0);
      dataframes.put(ID, root);
      put = bytes();
      assertTrue(store.client().delete(ID));

      write();
      try (VectorSchemaRoot got = dataframes.get(ID)) {
        assertTrue(Values.same(root, got));
        assertEquals(1, got.getVector(0).getNullCount());
      }
    }
    // Bits of validity behind the last row may be anything.
    assertEquals(put.length, bytes().length);
    try (ArrowObject object = dataframes.open(ID)) {
      object.validate();
      assertEquals(3, object.rowCount());
    }
    try (SealedObject object = store.client().get(ID)) {
      assertEquals(new ArrowMetadata(3, 1), ArrowMetadata.parse(object.metadata()).orElseThrow());
    }
  }

  @Test
  void writesNoRows() {
    try (BatchWriter writer = BatchWriter.create(dataframes, ID, SCHEMA, 0, new long[3])) {
      writer.seal(new int[3]);
    }
    try (VectorSchemaRoot root = dataframes.get(ID)) {
      assertEquals(0, root.getRowCount());
      assertEquals(SCHEMA, root.getSchema());
    }
    try (ArrowObject object = dataframes.open(ID)) {
      object.validate();
    }
  }

  @Test
  void givesBackTheRoomThatTheLastColumnHasNotUsed() {
    write(new long[] {0, 0, 3}, new long[] {0, 0, 3});
    byte[] exact = bytes();
    assertTrue(store.client().delete(ID));
    write(new long[] {0, 0, 3000}, new long[] {0, 0, 3});
    assertArrayEquals(exact, bytes());
    try (ArrowObject object = dataframes.open(ID)) {
      object.validate();
    }
    try (SealedObject object = store.client().get(ID)) {
      assertEquals(new ArrowMetadata(3, 1), ArrowMetadata.parse(object.metadata()).orElseThrow());
    }
  }

  @Test
  void refusesMoreBytesThanThereIsRoomFor() {
    try (BatchWriter writer = BatchWriter.create(dataframes, ID, SCHEMA, 3, new long[] {0, 0, 3})) {
      assertThrows(
          IllegalArgumentException.class, () -> writer.seal(new int[3], new long[] {0, 0, 4}));
    }
    assertEquals(0, store.objects());
  }

  @Test
  void keepsRoomForADictionaryThatIsNotKnownYet() {
    ArrowType.Int indices = new ArrowType.Int(8, true);
    DictionaryEncoding encoding = new DictionaryEncoding(0, false, indices);
    Schema schema =
        new Schema(List.of(new Field("word", new FieldType(false, indices, encoding), null)));
    for (int count : new int[] {0, 1, 9, 10}) {
      try (VarCharVector words = new VarCharVector("words", store.allocator());
          MapDictionaryProvider dictionaries = new MapDictionaryProvider()) {
        dictionaries.put(new Dictionary(words, encoding));
        Map<Long, Long> rooms = Map.of(0L, BatchWriter.dictionaryRoom(9, 64));
        try (BatchWriter writer =
            BatchWriter.create(dataframes, ID, schema, dictionaries, rooms, 3, new long[1])) {
          byte[] rows = {0, (byte) (count / 2), (byte) (count - 1)};
          writer.columns().getFirst().data().copyFrom(MemorySegment.ofArray(rows));
          for (int i = 0; i < count; i++) {
            words.setSafe(i, (count > 9 ? "x".repeat(100) : "word").getBytes(UTF_8));
          }
          words.setValueCount(count);
          if (count > 9) {
            IllegalArgumentException e =
                assertThrows(IllegalArgumentException.class, () -> writer.seal(new int[1]));
            assertTrue(e.getMessage().startsWith("a dictionary needs more"), e.getMessage());
            continue;
          }
          writer.seal(new int[1]);
        }
      }
      try (ArrowObject object = dataframes.open(ID);
          VectorSchemaRoot root = object.batch(0)) {
        assertEquals(3, root.getRowCount());
        assertEquals(count, object.lookup(0).getVector().getValueCount());
        if (count > 0) {
          object.validate();
        }
      }
      assertEquals(0, store.usedAfterDeleting(ID));
    }
    assertEquals(0, store.objects());
  }

  @Test
  void writesIndicesWithTheirDictionary() {
    ArrowType.Int indices = new ArrowType.Int(8, true);
    DictionaryEncoding encoding = new DictionaryEncoding(5, false, indices);
    Schema schema =
        new Schema(List.of(new Field("word", new FieldType(false, indices, encoding), null)));
    try (VarCharVector words = new VarCharVector("words", store.allocator());
        MapDictionaryProvider dictionaries = new MapDictionaryProvider()) {
      words.setSafe(0, new byte[] {'a'});
      words.setSafe(1, new byte[] {'b', 'b'});
      words.setValueCount(2);
      dictionaries.put(new Dictionary(words, encoding));
      try (BatchWriter writer =
          BatchWriter.create(dataframes, ID, schema, dictionaries, 3, new long[1])) {
        writer.columns().getFirst().data().copyFrom(MemorySegment.ofArray(new byte[] {1, 0, 1}));
        writer.seal(new int[1]);
      }
      assertThrows(
          IllegalArgumentException.class,
          () -> BatchWriter.create(dataframes, ID, schema, 3, new long[1]));
    }
    try (ArrowObject object = dataframes.open(ID);
        VectorSchemaRoot root = object.batch(0)) {
      object.validate();
      try (FieldVector decoded =
          (FieldVector) DictionaryEncoder.decode(root.getVector(0), object.lookup(5))) {
        assertEquals("[bb, a, bb]", decoded.toString());
      }
    }
  }

  @Test
  void isUndoneUnlessItIsSealed() {
    try (BatchWriter writer = BatchWriter.create(dataframes, ID, SCHEMA, 3, new long[3])) {
      PlasmaException failure =
          assertThrows(
              PlasmaException.class,
              () -> BatchWriter.create(dataframes, ID, SCHEMA, 3, new long[3]));
      assertEquals(ErrorCode.OBJECT_EXISTS, failure.code());
      assertThrows(IllegalArgumentException.class, () -> writer.seal(new int[1]));
    }
    assertEquals(0, store.objects());
  }

  @Test
  void refusesWhatItHasNoPlacesFor() {
    Schema nested =
        new Schema(
            List.of(
                new Field(
                    "list",
                    Field.nullable("list", ArrowType.List.INSTANCE).getFieldType(),
                    List.of(Field.nullable("item", ArrowType.Utf8.INSTANCE)))));
    assertThrows(
        UnsupportedOperationException.class,
        () -> BatchWriter.create(dataframes, ID, nested, 3, new long[1]));
    assertThrows(
        IllegalArgumentException.class,
        () -> BatchWriter.create(dataframes, ID, SCHEMA, 3, new long[2]));
    assertThrows(
        IllegalArgumentException.class,
        () -> BatchWriter.create(dataframes, ID, SCHEMA, -1, new long[3]));
    assertThrows(
        IllegalArgumentException.class,
        () -> BatchWriter.create(dataframes, ID, SCHEMA, 1, new long[] {0, 0, -1}));
    assertEquals(0, store.objects());
  }

  private void write() {
    write(new long[] {0, 0, 3}, new long[] {0, 0, 3});
  }

  private void write(long[] rooms, long[] sizes) {
    try (BatchWriter writer = BatchWriter.create(dataframes, ID, SCHEMA, 3, rooms)) {
      // Or what the memory held before would be compared.
      writer.columns().forEach(column -> column.data().fill((byte) 0));
      List<BatchWriter.Column> columns = writer.columns();
      columns.get(0).validity().set(ValueLayout.JAVA_BYTE, 0, (byte) 0b101);
      MemorySegment.copy(
          new long[] {7, 0, -7}, 0, columns.get(0).data(), ValueLayout.JAVA_LONG, 0, 3);
      columns.get(1).data().set(ValueLayout.JAVA_BYTE, 0, (byte) 0b101);
      MemorySegment offsets = columns.get(2).offsets();
      assertEquals(0, offsets.get(ValueLayout.JAVA_INT, 0));
      MemorySegment.copy(new int[] {2, 2, 3}, 0, offsets, ValueLayout.JAVA_INT, 4, 3);
      MemorySegment.copy(
          new byte[] {'a', 'b', 'c'}, 0, columns.get(2).data(), ValueLayout.JAVA_BYTE, 0, 3);
      writer.seal(new int[] {1, 0, 0}, sizes);
    }
  }

  private byte[] bytes() {
    try (SealedObject object = store.client().get(ID)) {
      return object.data().toArray(ValueLayout.JAVA_BYTE);
    }
  }
}
