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
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
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

  private static final ArrowBodyCompression NO_COMPRESSION =
      NoCompressionCodec.DEFAULT_BODY_COMPRESSION;

  private final BufferAllocator allocator = new RootAllocator();
  private Iterator<Long> views = Collections.emptyIterator();

  @AfterEach
  void closesTheAllocator() {
    allocator.close();
  }

  @ParameterizedTest
  @CsvSource({"V5,false", "V5,true", "V4,false", "V4,true"})
  void readsOlderFormats(MetadataVersion version, boolean legacy) throws Exception {
    try (VectorSchemaRoot root = root(Dataframes.withoutUnions(), 0.2)) {
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
    List<Field> fields = Dataframes.everything().getFields();
    try (VectorSchemaRoot root = root(new Schema(fields), 0)) {
      List<ArrowBuf> buffers = new ArrayList<>();
      List<ArrowFieldNode> nodes = new ArrayList<>();
      try (ArrowRecordBatch batch = new VectorUnloader(root, counted, true).getRecordBatch()) {
        buffers.addAll(batch.getBuffers());
        nodes.addAll(batch.getNodes());
        views = batch.getVariadicBufferCounts().iterator();
        dropValidity(ColumnLayout.of(fields), buffers, 0);
        StoredStream stored =
            new ForeignStream()
                .schema(root.getSchema())
                .batch(
                    new ArrowRecordBatch(
                        ROWS,
                        nodes,
                        buffers,
                        NO_COMPRESSION,
                        batch.getVariadicBufferCounts(),
                        true))
                .end()
                .stored();
        try (VectorSchemaRoot got = stored.get(allocator)) {
          long counts = allocator.getAllocatedMemory();
          assertTrue(Values.same(root, got));
          assertEquals(counts, allocator.getAllocatedMemory());
          for (ArrowBuf buffer : StoredStream.buffers(got.getFieldVectors())) {
            boolean shared = buffer.getReferenceManager() instanceof ConstantMemory;
            assertTrue(shared || stored.contains(buffer), () -> "neither shared nor in the object");
          }
          try (VectorSchemaRoot slice = got.slice(13, 50);
              VectorSchemaRoot wanted = root.slice(13, 50)) {
            assertTrue(Values.same(wanted, slice));
          }
          try (VectorSchemaRoot again = StoredStream.of(got).get(allocator)) {
            assertTrue(Values.same(root, again));
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
    List<Field> fields = Dataframes.everything().getFields();
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
    int viewCount = ColumnLayout.count(layouts, kind -> kind == ColumnLayout.Kind.VIEW);
    StoredStream stored =
        new ForeignStream()
            .schema(schema)
            .batch(
                new ArrowRecordBatch(
                    0, nodes, buffers, NO_COMPRESSION, Collections.nCopies(viewCount, 0L), true))
            .stored();
    try (VectorSchemaRoot root = stored.get(allocator);
        VectorSchemaRoot wanted = VectorSchemaRoot.create(schema, allocator)) {
      assertTrue(Values.same(wanted, root));
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
  void refusesCompressionThatIsNotKnown() throws Exception {
    try (VectorSchemaRoot root = root(number(), 0.2);
        ArrowRecordBatch batch = new VectorUnloader(root).getRecordBatch()) {
      ArrowBodyCompression unknown = new ArrowBodyCompression((byte) 7, (byte) 0);
      StoredStream stored =
          new ForeignStream()
              .schema(number())
              .batch(new ArrowRecordBatch(ROWS, batch.getNodes(), batch.getBuffers(), unknown))
              .stored();
      var refusal = assertThrows(UnsupportedOperationException.class, () -> stored.get(allocator));
      assertEquals(
          "batches compressed in this way are not supported: codec=7 method=0",
          refusal.getMessage());
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
    Schema schema = Dataframes.schema(Field.nullable("price", new ArrowType.Decimal(9, 2, 32)));
    StoredStream stored = new ForeignStream().schema(schema).end().stored();
    var refusal = assertThrows(UnsupportedOperationException.class, () -> stored.get(allocator));
    assertEquals(
        "columns of this type are not supported: field=price type=Decimal(9, 2, 32)",
        refusal.getMessage());
    assertEquals(0, stored.pins());
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
      if (column.kind().hasValidity()) {
        buffers.set(next, allocator.getEmpty());
      }
      next += column.kind().bufferCount();
      if (column.kind() == ColumnLayout.Kind.VIEW) {
        next += Math.toIntExact(views.next());
      }
      next = dropValidity(column.children(), buffers, next);
    }
    return next;
  }

  private void assertReads(VectorSchemaRoot root, ForeignStream stream) throws IOException {
    StoredStream stored = stream.stored();
    try (VectorSchemaRoot got = stored.get(allocator)) {
      assertTrue(Values.same(root, got), () -> root.getSchema() + " is not " + got.getSchema());
      for (ArrowBuf buffer : StoredStream.buffers(got.getFieldVectors())) {
        assertTrue(stored.contains(buffer), () -> "outside of the object: " + buffer);
      }
    }
    assertEquals(0, stored.pins());
  }
}
