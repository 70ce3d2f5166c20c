package io.plasmastore.arrow;

import static io.plasmastore.arrow.Dataframes.nested;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.flatbuffers.FlatBufferBuilder;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.arrow.flatbuf.Endianness;
import org.apache.arrow.flatbuf.Message;
import org.apache.arrow.flatbuf.MessageHeader;
import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.VectorUnloader;
import org.apache.arrow.vector.compression.NoCompressionCodec;
import org.apache.arrow.vector.ipc.message.ArrowBodyCompression;
import org.apache.arrow.vector.ipc.message.ArrowFieldNode;
import org.apache.arrow.vector.ipc.message.ArrowRecordBatch;
import org.apache.arrow.vector.types.MetadataVersion;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.DictionaryEncoding;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.FieldType;
import org.apache.arrow.vector.types.pojo.Schema;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Streams that are legal Arrow but not of the form that is written here. */
class OtherProducersTest {
  private static final int ROWS = 100;

  private final BufferAllocator allocator = new RootAllocator();

  @AfterEach
  void closesTheAllocator() {
    allocator.close();
  }

  @ParameterizedTest
  @CsvSource({"V5,false", "V5,true", "V4,false", "V4,true"})
  void readsOlderFormats(MetadataVersion version, boolean legacy) throws Exception {
    try (VectorSchemaRoot root = root(Dataframes.everything(), 0.2)) {
      assertReads(
          root,
          new ForeignStream(version, legacy)
              .schema(root.getSchema())
              .batch(new VectorUnloader(root).getRecordBatch())
              .end());
    }
  }

  @Test
  void refusesFormatsThatAreOlderYet() throws Exception {
    StoredStream stored = new ForeignStream(MetadataVersion.V3, false).schema(number()).stored();
    var refusal = assertThrows(UnsupportedOperationException.class, () -> stored.get(allocator));
    assertEquals("metadata version not supported: found=2 wanted=3 or 4", refusal.getMessage());
  }

  @Test
  void readsBuffersThatAreNotAligned() throws Exception {
    try (VectorSchemaRoot root = root(Dataframes.everything(), 0.2)) {
      assertReads(
          root,
          new ForeignStream()
              .schema(root.getSchema())
              .batch(new VectorUnloader(root, true, false).getRecordBatch())
              .end());
    }
  }

  @Test
  void readsAStreamThatJustStops() throws Exception {
    try (VectorSchemaRoot root = root(Dataframes.everything(), 0.2)) {
      assertReads(
          root,
          new ForeignStream()
              .schema(root.getSchema())
              .batch(new VectorUnloader(root).getRecordBatch()));
    }
  }

  @Test
  void passesOverWhatFollowsTheStream() throws Exception {
    try (VectorSchemaRoot root = root(number(), 0.2)) {
      assertReads(
          root,
          new ForeignStream()
              .schema(root.getSchema())
              .batch(new VectorUnloader(root).getRecordBatch())
              .end()
              .append((byte) 1, (byte) 2, (byte) 3));
    }
  }

  @Test
  void readsColumnsWhoseNullsWereNotCounted() throws Exception {
    try (VectorSchemaRoot root = root(Dataframes.everything(), 0.2)) {
      assertReads(
          root,
          new ForeignStream()
              .schema(root.getSchema())
              .batch(new VectorUnloader(root, false, true).getRecordBatch())
              .end());
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void readsColumnsWithoutValidityBitmaps(boolean counted) throws Exception {
    List<Field> fields = new ArrayList<>(Dataframes.flatFields());
    fields.addAll(Dataframes.nestedFields());
    try (VectorSchemaRoot root = root(new Schema(fields), 0)) {
      List<ArrowBuf> buffers = new ArrayList<>();
      List<ArrowFieldNode> nodes = new ArrayList<>();
      try (ArrowRecordBatch batch = new VectorUnloader(root, counted, true).getRecordBatch()) {
        buffers.addAll(batch.getBuffers());
        nodes.addAll(batch.getNodes());
        dropValidity(ColumnLayout.of(fields), buffers, 0);
        StoredStream stored =
            new ForeignStream()
                .schema(root.getSchema())
                .batch(new ArrowRecordBatch(ROWS, nodes, buffers))
                .end()
                .stored();
        try (VectorSchemaRoot got = stored.get(allocator)) {
          long counts = allocator.getAllocatedMemory();
          assertTrue(root.equals(got));
          assertEquals(counts, allocator.getAllocatedMemory());
          for (ArrowBuf buffer : StoredStream.buffers(got.getFieldVectors())) {
            boolean shared = buffer.getReferenceManager() instanceof ConstantMemory;
            assertTrue(shared || stored.contains(buffer), () -> "neither shared nor in the object");
          }
          try (VectorSchemaRoot slice = got.slice(13, 50);
              VectorSchemaRoot wanted = root.slice(13, 50)) {
            assertTrue(wanted.equals(slice));
          }
          try (VectorSchemaRoot again = StoredStream.of(got).get(allocator)) {
            assertTrue(root.equals(again));
          }
        }
        assertEquals(0, stored.pins());
      }
    }
  }

  @Test
  void refusesNullsWithoutAValidityBitmap() throws Exception {
    try (VectorSchemaRoot root = root(number(), 0);
        ArrowRecordBatch batch = new VectorUnloader(root).getRecordBatch()) {
      List<ArrowBuf> buffers = List.of(allocator.getEmpty(), batch.getBuffers().get(1));
      List<ArrowFieldNode> nodes = List.of(new ArrowFieldNode(ROWS, 3));
      StoredStream stored =
          new ForeignStream()
              .schema(number())
              .batch(new ArrowRecordBatch(ROWS, nodes, buffers))
              .stored();
      assertThrows(InvalidArrowDataException.class, () -> stored.get(allocator));
      assertEquals(0, stored.pins());
    }
  }

  @Test
  void readsColumnsWithoutRowsAndWithoutBuffers() throws Exception {
    List<Field> fields = new ArrayList<>(Dataframes.flatFields());
    fields.addAll(Dataframes.nestedFields());
    Schema schema = new Schema(fields);
    List<ColumnLayout> layouts = ColumnLayout.of(fields);
    List<ArrowFieldNode> nodes = new ArrayList<>();
    for (int i = 0; i < ColumnLayout.nodeCount(layouts); i++) {
      nodes.add(new ArrowFieldNode(0, 0));
    }
    List<ArrowBuf> buffers = new ArrayList<>();
    for (int i = 0; i < ColumnLayout.bufferCount(layouts); i++) {
      buffers.add(allocator.getEmpty());
    }
    StoredStream stored =
        new ForeignStream().schema(schema).batch(new ArrowRecordBatch(0, nodes, buffers)).stored();
    try (VectorSchemaRoot root = stored.get(allocator);
        VectorSchemaRoot wanted = VectorSchemaRoot.create(schema, allocator)) {
      assertTrue(wanted.equals(root));
      // As arrow-java's own writers do, which look at the offsets.
      new VectorUnloader(root).getRecordBatch().close();
      root.setRowCount(0);
    }
    try (ArrowObject object = stored.open(allocator);
        var reader = object.reader()) {
      assertTrue(reader.loadNextBatch());
      assertFalse(reader.loadNextBatch());
    }
    assertEquals(0, stored.pins());
  }

  @Test
  void readsColumnsWithoutNamesAndOfOneName() throws Exception {
    Field unnamed = new Field(null, FieldType.nullable(new ArrowType.Int(64, true)), null);
    Field inner = nested(null, ArrowType.Struct.INSTANCE, unnamed);
    Schema schema = Dataframes.schema(unnamed, unnamed, inner);
    Field named = Field.nullable("", new ArrowType.Int(64, true));
    Field outer = nested("", ArrowType.Struct.INSTANCE, named);
    try (VectorSchemaRoot root = root(Dataframes.schema(named, named, outer), 0.1)) {
      assertReads(
          root,
          new ForeignStream()
              .schema(schema)
              .batch(new VectorUnloader(root).getRecordBatch())
              .end());
    }
  }

  @Test
  void refusesCompressedBatches() throws Exception {
    try (VectorSchemaRoot root = root(number(), 0.2);
        ArrowRecordBatch batch = new VectorUnloader(root).getRecordBatch()) {
      ArrowBodyCompression zstd = new ArrowBodyCompression((byte) 1, (byte) 0);
      assertFalse(zstd.getCodec() == NoCompressionCodec.COMPRESSION_TYPE);
      StoredStream stored =
          new ForeignStream()
              .schema(number())
              .batch(new ArrowRecordBatch(ROWS, batch.getNodes(), batch.getBuffers(), zstd))
              .stored();
      var refusal = assertThrows(UnsupportedOperationException.class, () -> stored.get(allocator));
      assertTrue(
          refusal.getMessage().startsWith("compressed batches are not supported: codec=1"),
          refusal::getMessage);
      assertEquals(0, stored.pins());
    }
  }

  @Test
  void refusesBigEndianData() throws Exception {
    FlatBufferBuilder builder = new FlatBufferBuilder();
    int[] fields = {number().getFields().getFirst().getField(builder)};
    int vector = org.apache.arrow.flatbuf.Schema.createFieldsVector(builder, fields);
    int schema =
        org.apache.arrow.flatbuf.Schema.createSchema(builder, Endianness.Big, vector, 0, 0);
    builder.finish(Message.createMessage(builder, (short) 4, MessageHeader.Schema, schema, 0, 0));
    ByteBuffer metadata = builder.dataBuffer();
    byte[] bytes = new byte[StreamLayout.METADATA_OFFSET + metadata.remaining()];
    ByteBuffer.wrap(bytes)
        .putInt(StreamLayout.CONTINUATION)
        .putInt(Integer.reverseBytes(metadata.remaining()))
        .put(metadata);
    StoredStream stored = StoredStream.of(bytes);
    var refusal = assertThrows(UnsupportedOperationException.class, () -> stored.open(allocator));
    assertEquals("only little-endian data is supported: endianness=1", refusal.getMessage());
    assertEquals(0, stored.pins());
  }

  @Test
  void refusesTypesThatAreNotSupported() throws Exception {
    Schema schema = Dataframes.schema(Field.nullable("view", ArrowType.Utf8View.INSTANCE));
    StoredStream stored = new ForeignStream().schema(schema).end().stored();
    var refusal = assertThrows(UnsupportedOperationException.class, () -> stored.get(allocator));
    assertEquals(
        "columns of this type are not supported: field=view type=Utf8View", refusal.getMessage());
    assertEquals(0, stored.pins());
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void refusesDictionariesThatChange(boolean delta) throws Exception {
    ArrowType.Int indices = new ArrowType.Int(32, true);
    Schema stated =
        new Schema(
            List.of(
                new Field(
                    "n",
                    new FieldType(
                        true,
                        new ArrowType.Int(64, true),
                        new DictionaryEncoding(9, false, indices),
                        Map.of()),
                    null)));
    try (VectorSchemaRoot values = root(number(), 0)) {
      StoredStream stored =
          new ForeignStream()
              .schema(stated)
              .dictionary(9, false, new VectorUnloader(values).getRecordBatch())
              .dictionary(9, delta, new VectorUnloader(values).getRecordBatch())
              .stored();
      var refusal = assertThrows(UnsupportedOperationException.class, () -> stored.open(allocator));
      assertEquals(
          "a dictionary that changes between batches is not supported: dictionary=9 delta=" + delta,
          refusal.getMessage());
      assertEquals(0, stored.pins());
    }
  }

  @Test
  void refusesADictionaryThatNoColumnRefersTo() throws Exception {
    try (VectorSchemaRoot values = root(number(), 0)) {
      StoredStream stored =
          new ForeignStream()
              .schema(number())
              .dictionary(9, false, new VectorUnloader(values).getRecordBatch())
              .stored();
      assertThrows(InvalidArrowDataException.class, () -> stored.open(allocator));
    }
  }

  private static Schema number() {
    return Dataframes.schema(Field.nullable("n", new ArrowType.Int(64, true)));
  }

  private VectorSchemaRoot root(Schema schema, double nulls) {
    return new Dataframes(allocator, 11, nulls).root(schema, ROWS);
  }

  private int dropValidity(List<ColumnLayout> columns, List<ArrowBuf> buffers, int position) {
    int next = position;
    for (ColumnLayout column : columns) {
      if (column.kind() != ColumnLayout.Kind.NULL) {
        buffers.set(next, allocator.getEmpty());
      }
      next = dropValidity(column.children(), buffers, next + column.kind().bufferCount());
    }
    return next;
  }

  private void assertReads(VectorSchemaRoot root, ForeignStream stream) throws IOException {
    StoredStream stored = stream.stored();
    try (VectorSchemaRoot got = stored.get(allocator)) {
      assertTrue(root.equals(got), () -> root.getSchema() + " is not " + got.getSchema());
      for (ArrowBuf buffer : StoredStream.buffers(got.getFieldVectors())) {
        assertTrue(stored.contains(buffer), () -> "outside of the object: " + buffer);
      }
    }
    assertEquals(0, stored.pins());
  }
}
