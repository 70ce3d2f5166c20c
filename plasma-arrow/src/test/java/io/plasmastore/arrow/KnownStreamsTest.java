package io.plasmastore.arrow;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.IntVector;
import org.apache.arrow.vector.VarCharVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class KnownStreamsTest {
  private final BufferAllocator allocator = new RootAllocator();
  private final SchemaCache schemas = new SchemaCache();

  @AfterEach
  void closesTheAllocator() {
    allocator.close();
  }

  @Test
  void knowsAStreamOfTheSameMetadata() {
    MemorySegment one = stream("n", 10, 1);
    MemorySegment other = stream("n", 10, 2);
    know(one);
    StreamIndex index = StreamIndex.ofObject(other, schemas);
    assertSame(buffers(StreamIndex.ofObject(one, schemas)), buffers(index));
    assertSame(other, index.data());
    assertEquals(10, index.rowCount());
    assertEquals(describe(other, new SchemaCache()), describe(other, schemas));
  }

  @Test
  void keepsNoneThatComesOnce() {
    for (int rows = 0; rows < 2_000; rows += 16) {
      MemorySegment data = stream("n", rows, 1);
      StreamIndex unused = StreamIndex.ofObject(data, schemas);
      assertNull(schemas.streams().find(data));
    }
  }

  @Test
  void tellsStreamsOfOneSizeApart() {
    MemorySegment one = stream("a", 10, 1);
    MemorySegment other = stream("b", 10, 1);
    for (int i = 0; i < 4; i++) {
      assertEquals("a", name(one));
      assertEquals("a", name(one));
      assertEquals("b", name(other));
    }
  }

  /** Each byte of the metadata, and of the end: the outcome is that of who knows nothing. */
  @Test
  void readsWhatIsDamagedAsIfItKnewNothing() {
    MemorySegment whole = stream("n", 10, 1);
    know(whole);
    MemorySegment data = Arena.ofAuto().allocate(whole.byteSize(), StreamLayout.ALIGNMENT);
    for (long i = 0; i < whole.byteSize(); i++) {
      for (int change : new int[] {1, 0x80, 0xFF}) {
        data.copyFrom(whole);
        data.set(ValueLayout.JAVA_BYTE, i, (byte) (whole.get(ValueLayout.JAVA_BYTE, i) ^ change));
        assertEquals(describe(data, new SchemaCache()), describe(data, schemas), "byte " + i);
        // What was damaged twice may be known by now.
        know(whole);
      }
    }
  }

  @Test
  void knowsNoStreamThatIsShorterThanItSays() {
    MemorySegment whole = stream("n", 10, 1);
    know(whole);
    for (long size = 0; size < whole.byteSize(); size++) {
      MemorySegment cut = whole.asSlice(0, size);
      assertEquals(describe(cut, new SchemaCache()), describe(cut, schemas), "size " + size);
    }
  }

  @Test
  void staysWithWhatWasCheckedWhenTheMemoryChanges() {
    MemorySegment data = stream("n", 10, 1);
    BatchBuffers checked = know(data);
    long offset = checked.offset(1);
    StreamIndex index = StreamIndex.ofObject(data, schemas);
    data.fill((byte) -1);
    BatchBuffers buffers = buffers(index);
    assertEquals(offset, buffers.offset(1));
    assertEquals(40, buffers.size(1));
    assertEquals("n", index.schema().schema().getFields().getFirst().getName());
    assertEquals(
        -1, index.schemaMessage().mismatch(stream("n", 10, 1).asSlice(0, index.schemaEndOffset())));
  }

  @Test
  void readsSomeColumnsOfAKnownStream() {
    MemorySegment data;
    try (IntVector first = ints("first", 10, 1);
        IntVector second = ints("second", 10, 2)) {
      data = stream(first, second);
    }
    BatchBuffers all = know(data);
    StreamIndex index = StreamIndex.ofObject(data, schemas);
    StreamSchema some = schemas.select(index.schema(), Columns.named("second"));
    BatchBuffers buffers = index.buffers(index.batches().getFirst(), some.columns());
    assertNotSame(all, buffers);
    assertEquals(all.offset(3), buffers.offset(1));
  }

  @Test
  void knowsNoStreamOfSeveralBatches() throws IOException {
    MemorySegment data;
    try (VectorSchemaRoot root = VectorSchemaRoot.of(ints("n", 10, 1));
        BatchesReader reader =
            new BatchesReader(allocator, root.getSchema(), List.of(root, root))) {
      data = StoredStream.of(reader).data();
    }
    for (int i = 0; i < 4; i++) {
      assertEquals(2, StreamIndex.ofObject(data, schemas).batches().size());
      assertNull(schemas.streams().find(data));
    }
  }

  @Test
  void keepsNoStreamOfVeryMuchMetadata() {
    MemorySegment data;
    try (VarCharVector wide = new VarCharVector("n".repeat(40_000), allocator)) {
      wide.allocateNew();
      wide.setValueCount(1);
      data = stream(wide);
    }
    for (int i = 0; i < 4; i++) {
      StreamIndex unused = StreamIndex.ofObject(data, schemas);
      assertNull(schemas.streams().find(data));
    }
  }

  /** Has a stream come until it is known. */
  private BatchBuffers know(MemorySegment data) {
    for (int i = 0; i < 2 && schemas.streams().find(data) == null; i++) {
      StreamIndex unused = StreamIndex.ofObject(data, schemas);
    }
    KnownStreams.Known known = schemas.streams().find(data);
    assertNotNull(known);
    return known.buffers();
  }

  private String name(MemorySegment data) {
    return StreamIndex.ofObject(data, schemas).schema().schema().getFields().getFirst().getName();
  }

  private static BatchBuffers buffers(StreamIndex index) {
    return index.buffers(index.batches().getFirst(), index.schema().columns());
  }

  /** Everything that is found in a stream, or what is wrong with it. */
  private static String describe(MemorySegment data, SchemaCache schemas) {
    try {
      StreamIndex index = StreamIndex.ofObject(data, schemas);
      StringBuilder text = new StringBuilder(index.schema() + " " + index.batches());
      text.append(' ').append(index.endOffset()).append(' ').append(index.rowCount());
      for (StreamIndex.BatchPosition batch : index.batches()) {
        BatchBuffers buffers = index.buffers(batch, index.schema().columns());
        for (int i = 0; i < 2; i++) {
          text.append(" %d+%d".formatted(buffers.offset(i), buffers.size(i)));
        }
        text.append(" %d-%d".formatted(buffers.valueCount(0), buffers.nullCount(0)));
      }
      assertTrue(text.length() > 0);
      return text.toString();
    } catch (InvalidArrowDataException | UnsupportedOperationException e) {
      return e.toString();
    }
  }

  private MemorySegment stream(String name, int rows, int value) {
    try (IntVector numbers = ints(name, rows, value)) {
      return stream(numbers);
    }
  }

  private static MemorySegment stream(FieldVector... vectors) {
    VectorSchemaRoot root = VectorSchemaRoot.of(vectors);
    try (StreamPlan plan = StreamPlan.of(root, ArrowClient.NO_DICTIONARIES)) {
      MemorySegment data = Arena.ofAuto().allocate(plan.size(), StreamLayout.ALIGNMENT);
      plan.writeTo(data);
      return data;
    }
  }

  private IntVector ints(String name, int rows, int value) {
    IntVector vector = new IntVector(name, allocator);
    vector.allocateNew(rows);
    for (int i = 0; i < rows; i++) {
      vector.set(i, value + i);
    }
    vector.setValueCount(rows);
    return vector;
  }
}
