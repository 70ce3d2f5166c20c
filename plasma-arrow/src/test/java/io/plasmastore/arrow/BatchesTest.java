package io.plasmastore.arrow;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.BigIntVector;
import org.apache.arrow.vector.IntVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.ipc.ArrowReader;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.Schema;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Dataframes of several batches, written from a reader and read back in every way. */
class BatchesTest {
  private static final int[] ROWS = {10, 0, 1, 1000};

  private final BufferAllocator allocator = new RootAllocator();
  private final List<VectorSchemaRoot> roots = new ArrayList<>();

  @AfterEach
  void closesTheAllocator() {
    roots.forEach(VectorSchemaRoot::close);
    allocator.close();
  }

  @Test
  void readsEachBatchInAnyOrder() throws Exception {
    StoredStream stored = storedBatches();
    try (ArrowObject object = stored.open(allocator)) {
      assertEquals(ROWS.length, object.batchCount());
      assertEquals(1011, object.rowCount());
      assertEquals(Dataframes.everything(), object.schema());
      for (int batch : new int[] {3, 0, 1, 2, 3}) {
        assertEquals(ROWS[batch], object.rowCount(batch));
        try (VectorSchemaRoot got = object.batch(batch)) {
          assertTrue(Values.same(roots.get(batch), got));
        }
      }
      assertThrows(IndexOutOfBoundsException.class, () -> object.batch(ROWS.length));
      assertThrows(IndexOutOfBoundsException.class, () -> object.batch(-1));
    }
    assertEquals(0, stored.pins());
  }

  @Test
  void readsBatchAfterBatch() throws Exception {
    StoredStream stored = storedBatches();
    ArrowReader reader;
    try (ArrowObject object = stored.open(allocator)) {
      reader = object.reader();
    }
    assertEquals(1, stored.pins());
    assertEquals(0, reader.bytesRead());
    assertAllBatches(reader);
    assertEquals(stored.data().byteSize() - StreamLayout.END_SIZE, reader.bytesRead());
    reader.close();
    reader.close();
    assertEquals(0, stored.pins());
    assertThrows(IllegalStateException.class, reader::loadNextBatch);
  }

  @Test
  void keepsWhatAReaderOfTheStoreReads() throws Exception {
    StoredStream stored = storedBatches();
    try (ArrowObject object = stored.open(allocator);
        ArrowReader reader = object.reader()) {
      StoredStream again = StoredStream.of(reader);
      try (ArrowReader second = again.stockReader(allocator)) {
        assertAllBatches(second);
      }
    }
  }

  @Test
  void isReadByArrowJava() throws Exception {
    try (ArrowReader reader = storedBatches().stockReader(allocator)) {
      assertAllBatches(reader);
    }
  }

  @Test
  void keepsWhatArrowJavaReads() throws Exception {
    try (ArrowReader stock = storedBatches().stockReader(allocator)) {
      StoredStream again = StoredStream.of(stock);
      try (ArrowObject object = again.open(allocator);
          ArrowReader reader = object.reader()) {
        assertAllBatches(reader);
      }
    }
  }

  @Test
  void keepsADataframeWithoutBatches() throws Exception {
    StoredStream stored = stored(new BatchesReader(allocator, Dataframes.everything(), List.of()));
    try (ArrowObject object = stored.open(allocator);
        ArrowReader reader = object.reader()) {
      assertEquals(0, object.batchCount());
      assertEquals(0, object.rowCount());
      assertFalse(reader.loadNextBatch());
    }
    try (VectorSchemaRoot root = stored.get(allocator)) {
      assertEquals(0, root.getRowCount());
      assertEquals(Dataframes.everything(), root.getSchema());
    }
    assertEquals(0, stored.pins());
  }

  @Test
  void pointsToOpenWhereThereAreSeveralBatches() throws Exception {
    StoredStream stored = storedBatches();
    var refusal = assertThrows(IllegalStateException.class, () -> stored.get(allocator));
    assertTrue(
        refusal.getMessage().startsWith("the object has several batches, open it instead: id="),
        refusal::getMessage);
    assertEquals(0, stored.pins());
  }

  @Test
  void isNotFooledByAReaderThatFillsItsVectorsInPlace() throws Exception {
    Schema schema = Dataframes.schema(Field.nullable("n", new ArrowType.Int(64, true)));
    StoredStream stored = stored(new InPlaceReader(allocator, schema));
    try (ArrowObject object = stored.open(allocator)) {
      for (int batch = 0; batch < 3; batch++) {
        try (VectorSchemaRoot root = object.batch(batch)) {
          assertEquals(batch, ((BigIntVector) root.getVector(0)).get(0));
        }
      }
    }
  }

  @Test
  void givesUpWhatItHoldsWhenTheReaderFails() throws Exception {
    root(Dataframes.everything(), 10);
    long before = allocator.getAllocatedMemory();
    try (ArrowReader failing =
        new BatchesReader(allocator, Dataframes.everything(), roots) {
          @Override
          public boolean loadNextBatch() throws IOException {
            if (!super.loadNextBatch()) {
              throw new IOException("no more");
            }
            return true;
          }
        }) {
      assertThrows(IOException.class, () -> StreamPlan.of(failing));
    }
    assertEquals(before, allocator.getAllocatedMemory());
  }

  @Test
  void refusesVectorsThatDoNotFitTheRowCount() {
    try (IntVector vector = new IntVector("n", allocator)) {
      vector.allocateNew(3);
      vector.setValueCount(3);
      VectorSchemaRoot root = new VectorSchemaRoot(List.of(vector.getField()), List.of(vector), 5);
      var refusal = assertThrows(IllegalArgumentException.class, () -> StoredStream.of(root));
      assertEquals(
          "a vector has another number of values than there are rows: field=n values=3 rows=5",
          refusal.getMessage());
    }
  }

  private VectorSchemaRoot root(Schema schema, int rows) {
    VectorSchemaRoot root = new Dataframes(allocator, rows, 0.2).root(schema, rows);
    roots.add(root);
    return root;
  }

  private StoredStream storedBatches() throws IOException {
    for (int rows : ROWS) {
      root(Dataframes.everything(), rows);
    }
    return stored(new BatchesReader(allocator, Dataframes.everything(), roots));
  }

  private static StoredStream stored(ArrowReader reader) throws IOException {
    try (reader) {
      return StoredStream.of(reader);
    }
  }

  private void assertAllBatches(ArrowReader reader) throws IOException {
    VectorSchemaRoot root = reader.getVectorSchemaRoot();
    for (VectorSchemaRoot wanted : roots) {
      assertTrue(reader.loadNextBatch());
      assertEquals(wanted.getRowCount(), root.getRowCount());
      assertTrue(Values.same(wanted, root));
    }
    assertFalse(reader.loadNextBatch());
    assertEquals(0, root.getRowCount());
  }

  /** Reuses the memory of its vectors for each batch. */
  private static final class InPlaceReader extends ArrowReader {
    private final Schema schema;
    private long batch;

    InPlaceReader(BufferAllocator allocator, Schema schema) {
      super(allocator);
      this.schema = schema;
    }

    @Override
    public boolean loadNextBatch() throws IOException {
      if (batch == 3) {
        return false;
      }
      BigIntVector vector = (BigIntVector) getVectorSchemaRoot().getVector(0);
      vector.setSafe(0, batch++);
      getVectorSchemaRoot().setRowCount(1);
      return true;
    }

    @Override
    public long bytesRead() {
      return 0;
    }

    @Override
    protected void closeReadSource() {}

    @Override
    protected Schema readSchema() {
      return schema;
    }
  }
}
