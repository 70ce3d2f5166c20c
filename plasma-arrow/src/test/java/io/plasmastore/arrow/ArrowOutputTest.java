package io.plasmastore.arrow;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.Channels;
import java.nio.channels.WritableByteChannel;
import java.util.Arrays;
import java.util.List;
import org.apache.arrow.flatbuf.Block;
import org.apache.arrow.flatbuf.Footer;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.ipc.ArrowReader;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ArrowOutputTest {
  private static final Field NUMBER = Field.nullable("number", new ArrowType.Int(64, true));
  private static final Field TEXT = Field.nullable("text", ArrowType.Utf8.INSTANCE);

  private final BufferAllocator allocator = new RootAllocator();
  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
  private final WritableByteChannel out = Channels.newChannel(bytes);

  @AfterEach
  void closesTheAllocator() {
    allocator.close();
  }

  @Test
  void writesADataframeAsAFile() throws IOException {
    try (VectorSchemaRoot root = dataframe(1, 100)) {
      ArrowOutput.writeFile(List.of(StoredStream.of(root).data()), out);
      assertRead(root);
    }
  }

  @Test
  void writesAStreamByteForByte() throws IOException {
    try (VectorSchemaRoot root = dataframe(1, 100)) {
      StoredStream stored = StoredStream.of(root);
      ArrowOutput.writeStream(List.of(stored.data()), out);
      assertArrayEquals(stored.bytes(), bytes.toByteArray());
    }
  }

  @Test
  void writesSeveralDataframesAsOne() throws IOException {
    try (VectorSchemaRoot first = dataframe(1, 100);
        VectorSchemaRoot none = dataframe(2, 0);
        VectorSchemaRoot last = dataframe(3, 33)) {
      List<MemorySegment> dataframes =
          List.of(
              StoredStream.of(first).data(),
              StoredStream.of(none).data(),
              StoredStream.of(last).data());
      ArrowOutput.writeFile(dataframes, out);
      assertRead(first, none, last);
      bytes.reset();
      ArrowOutput.writeStream(dataframes, out);
      assertRead(first, none, last);
    }
  }

  @Test
  void writesTheSameWhenDataframesAreAppendedOneByOne() throws IOException {
    try (VectorSchemaRoot first = dataframe(1, 100);
        VectorSchemaRoot none = dataframe(2, 0);
        VectorSchemaRoot last = dataframe(3, 33)) {
      List<MemorySegment> dataframes =
          List.of(
              StoredStream.of(first).data(),
              StoredStream.of(none).data(),
              StoredStream.of(last).data());
      ArrowOutput.writeFile(dataframes, out);
      byte[] file = bytes.toByteArray();
      bytes.reset();
      appendAll(ArrowAppender.ofFile(out), dataframes);
      assertArrayEquals(file, bytes.toByteArray());
      bytes.reset();
      ArrowOutput.writeStream(dataframes, out);
      byte[] stream = bytes.toByteArray();
      bytes.reset();
      appendAll(ArrowAppender.ofStream(out), dataframes);
      assertArrayEquals(stream, bytes.toByteArray());
    }
  }

  @Test
  void refusesToAppendWhatDoesNotGoTogether() throws IOException {
    try (VectorSchemaRoot root = dataframe(1, 3);
        VectorSchemaRoot other = VectorSchemaRoot.of(NUMBER.createVector(allocator))) {
      ArrowAppender appender = ArrowAppender.ofFile(out);
      assertThrows(IllegalStateException.class, appender::finish);
      appender.append(StoredStream.of(root).data());
      MemorySegment data = StoredStream.of(other).data();
      assertThrows(IllegalArgumentException.class, () -> appender.append(data));
    }
  }

  private static void appendAll(ArrowAppender appender, List<MemorySegment> dataframes)
      throws IOException {
    for (MemorySegment dataframe : dataframes) {
      appender.append(dataframe);
    }
    appender.finish();
  }

  @Test
  void keepsTheAlignmentInAFile() throws IOException {
    try (VectorSchemaRoot root = dataframe(1, 100)) {
      ArrowOutput.writeFile(
          List.of(StoredStream.of(root).data(), StoredStream.of(root).data()), out);
    }
    Footer footer = footer();
    assertEquals(2, footer.recordBatchesLength());
    for (int i = 0; i < footer.recordBatchesLength(); i++) {
      Block block = footer.recordBatches(i);
      assertEquals(0, (block.offset() + block.metaDataLength()) % StreamLayout.ALIGNMENT);
    }
  }

  @Test
  void writesStreamsOfOtherProducersAsFiles() throws IOException {
    for (String name : List.of("pyarrow.arrows", "pyarrow-before-0.15.arrows")) {
      bytes.reset();
      StoredStream stored = StoredStream.of(ArrowInputTest.bytes(name));
      ArrowOutput.writeFile(List.of(stored.data()), out);
      Footer footer = footer();
      assertEquals(1, footer.dictionariesLength());
      assertEquals(2, footer.recordBatchesLength());
      try (ArrowInput input = ArrowInput.read(new ByteArrayInputStream(bytes.toByteArray()));
          ArrowReader reader = input.reader(allocator);
          ArrowObject object = stored.open(allocator)) {
        for (int i = 0; i < 2; i++) {
          assertTrue(reader.loadNextBatch());
          try (VectorSchemaRoot batch = object.batch(i)) {
            assertTrue(batch.equals(reader.getVectorSchemaRoot()));
          }
        }
      }
    }
  }

  @Test
  void writesFilesThatHaveTheirSchemaInTheFooterAlone() throws IOException {
    StoredStream stored = StoredStream.of(ArrowInputTest.bytes("polars.arrow"));
    assertFalse(StreamIndex.startsStream(stored.data().asSlice(FileLayout.STREAM_OFFSET)));
    ArrowOutput.writeStream(List.of(stored.data()), out);
    byte[] stream = bytes.toByteArray();
    bytes.reset();
    appendAll(ArrowAppender.ofStream(out), List.of(stored.data()));
    assertArrayEquals(stream, bytes.toByteArray());
    bytes.reset();
    appendAll(ArrowAppender.ofFile(out), List.of(stored.data()));
    assertTrue(FileLayout.startsFile(MemorySegment.ofArray(bytes.toByteArray())));
    try (ArrowObject object = stored.open(allocator);
        VectorSchemaRoot first = object.batch(0);
        VectorSchemaRoot second = object.batch(1)) {
      assertRead(first, second);
      bytes.reset();
      bytes.write(stream);
      assertRead(first, second);
    }
  }

  @Test
  void refusesWhatDoesNotGoTogether() throws IOException {
    MemorySegment other;
    try (VectorSchemaRoot root =
        new Dataframes(allocator, 1, 0).root(Dataframes.schema(NUMBER), 10)) {
      other = StoredStream.of(root).data();
    }
    MemorySegment first;
    try (VectorSchemaRoot root = dataframe(1, 10)) {
      first = StoredStream.of(root).data();
    }
    assertThrows(
        IllegalArgumentException.class, () -> ArrowOutput.writeFile(List.of(first, other), out));
    assertThrows(
        IllegalArgumentException.class, () -> ArrowOutput.writeStream(List.of(first, other), out));
    assertThrows(IllegalArgumentException.class, () -> ArrowOutput.writeFile(List.of(), out));
    MemorySegment dictionaries = StoredStream.of(ArrowInputTest.bytes("pyarrow.arrows")).data();
    assertThrows(
        UnsupportedOperationException.class,
        () -> ArrowOutput.writeStream(List.of(dictionaries, dictionaries), out));
    MemorySegment raw = StoredStream.of(new byte[] {1, 2, 3}).data();
    assertThrows(InvalidArrowDataException.class, () -> ArrowOutput.writeFile(List.of(raw), out));
    assertEquals(0, bytes.size());
  }

  @Test
  void refusesToWriteAFileOfWhatIsNotAligned() throws IOException {
    byte[] whole = ArrowInputTest.bytes("pyarrow.arrows");
    // Four bytes more behind the schema: legal in a stream, in which nothing need be aligned.
    ByteBuffer moved = ByteBuffer.allocate(whole.length + 4).order(ByteOrder.LITTLE_ENDIAN);
    int schemaSize = ByteBuffer.wrap(whole).order(ByteOrder.LITTLE_ENDIAN).getInt(4);
    moved.putInt(StreamLayout.CONTINUATION).putInt(schemaSize + 4).put(whole, 8, schemaSize);
    moved.putInt(0).put(whole, 8 + schemaSize, whole.length - 8 - schemaSize);
    MemorySegment stream = StoredStream.of(moved.array()).data();
    assertThrows(
        UnsupportedOperationException.class, () -> ArrowOutput.writeFile(List.of(stream), out));
    assertEquals(0, bytes.size());
    ArrowOutput.writeStream(List.of(stream), out);
    assertArrayEquals(moved.array(), bytes.toByteArray());
  }

  private VectorSchemaRoot dataframe(long seed, int rows) {
    return new Dataframes(allocator, seed, 0.2).root(Dataframes.schema(NUMBER, TEXT), rows);
  }

  private Footer footer() {
    byte[] file = bytes.toByteArray();
    ByteBuffer buffer = ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN);
    int end = file.length - FileLayout.END_SIZE;
    int size = buffer.getInt(end);
    return Footer.getRootAsFooter(
        ByteBuffer.wrap(Arrays.copyOfRange(file, end - size, end)).order(ByteOrder.LITTLE_ENDIAN));
  }

  private void assertRead(VectorSchemaRoot... batches) throws IOException {
    try (ArrowInput input = ArrowInput.read(new ByteArrayInputStream(bytes.toByteArray()));
        ArrowReader reader = input.reader(allocator)) {
      for (VectorSchemaRoot batch : batches) {
        assertTrue(reader.loadNextBatch());
        assertTrue(batch.equals(reader.getVectorSchemaRoot()));
      }
      assertFalse(reader.loadNextBatch());
    }
  }
}
