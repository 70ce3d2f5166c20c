package io.plasmastore.arrow;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.plasmastore.ObjectId;
import java.util.ArrayList;
import java.util.List;
import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.ipc.ArrowReader;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.Schema;
import org.apache.arrow.vector.util.TransferPair;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A root takes one batch after the other, and holds the last alone. */
class LoadTest {
  private static final int[] ROWS = {10, 0, 100, 65};

  private final BufferAllocator allocator = new RootAllocator();
  private final Dataframes dataframes = new Dataframes(allocator, 7, 0.2);

  @AfterEach
  void closesTheAllocator() {
    allocator.close();
  }

  @Test
  void takesEachBatchOfAnObjectOfEveryType() throws Exception {
    Schema schema = Dataframes.everything();
    List<VectorSchemaRoot> roots = new ArrayList<>();
    for (int rows : ROWS) {
      roots.add(dataframes.root(schema, rows));
    }
    StoredStream stored;
    try (ArrowReader reader = new BatchesReader(allocator, schema, roots)) {
      stored = StoredStream.of(reader);
    }
    long before = allocator.getAllocatedMemory();
    try (ArrowObject object = stored.open(allocator);
        VectorSchemaRoot root = object.batch(2)) {
      List<FieldVector> vectors = root.getFieldVectors();
      for (int batch : new int[] {0, 1, 3, 2, 2, 0}) {
        object.load(batch, root);
        Values.assertSame(roots.get(batch), root, "batch=" + batch);
        assertEquals(vectors, root.getFieldVectors());
        assertEquals(before + stored.data().byteSize(), allocator.getAllocatedMemory());
      }
      assertThrows(IndexOutOfBoundsException.class, () -> object.load(4, root));
    }
    assertEquals(0, stored.pins());
    roots.forEach(VectorSchemaRoot::close);
  }

  @Test
  void letsGoOfWhatItHad() throws Exception {
    try (RunningStore store = new RunningStore(8 << 20)) {
      ArrowClient client = store.dataframes();
      ObjectId first = put(store, "first", 5);
      ObjectId second = put(store, "second", 500);
      VectorSchemaRoot root = client.get(first);
      client.load(second, root);
      assertEquals(500, root.getRowCount());
      assertEquals(0, pins(store, first));
      assertEquals(1, pins(store, second));
      client.load(first, root);
      client.load(first, root);
      assertEquals(5, root.getRowCount());
      assertEquals(1, store.pins());
      root.close();
      assertEquals(0, store.pins());
      client.load(second, root);
      assertEquals(1, store.pins());
      root.clear();
      assertEquals(0, store.pins());
    }
  }

  @Test
  void leavesToOthersWhatTheyTook() throws Exception {
    try (RunningStore store = new RunningStore(8 << 20)) {
      ArrowClient client = store.dataframes();
      ObjectId first = put(store, "first", 5);
      ObjectId second = put(store, "second", 500);
      try (VectorSchemaRoot root = client.get(first)) {
        TransferPair pair = root.getVector(1).getTransferPair(store.allocator());
        pair.transfer();
        ArrowBuf values = root.getVector(0).getDataBuffer();
        values.getReferenceManager().retain();
        client.load(second, root);
        assertEquals(500, root.getVector(1).getValueCount());
        assertEquals(1, pins(store, first));
        try (FieldVector taken = (FieldVector) pair.getTo()) {
          assertEquals(5, taken.getValueCount());
          values.close();
          assertEquals(1, pins(store, first));
        }
        assertEquals(0, pins(store, first));
      }
      assertEquals(0, store.pins());
    }
  }

  @Test
  void keepsToItsColumns() throws Exception {
    try (RunningStore store = new RunningStore(8 << 20)) {
      ObjectId first = put(store, "first", 5);
      ObjectId second = put(store, "second", 7);
      try (VectorSchemaRoot root = store.dataframes().get(first, Columns.named("text"));
          VectorSchemaRoot wanted = store.dataframes().get(second)) {
        store.dataframes().load(second, root);
        assertEquals(1, root.getFieldVectors().size());
        assertEquals(wanted.getVector("text").getObject(6), root.getVector(0).getObject(6));
        // By another client of the same object, which has parsed the schema by itself.
        ArrowClient other = ArrowClient.over(store.client(), store.allocator());
        other.load(first, root);
        assertEquals(5, root.getRowCount());
        try (ArrowObject object = other.open(second)) {
          object.load(0, root);
        }
        assertEquals(7, root.getRowCount());
      }
    }
  }

  @Test
  void refusesWhatDoesNotFitAndStaysAsItWas() throws Exception {
    try (RunningStore store = new RunningStore(8 << 20)) {
      ObjectId first = put(store, "first", 5);
      ObjectId other = ObjectId.named("other");
      try (VectorSchemaRoot made =
          dataframes.root(
              Dataframes.schema(Field.nullable("number", new ArrowType.Int(32, true))), 3)) {
        store.dataframes().put(other, made);
        assertTrue(
            refusal(() -> store.dataframes().load(first, made))
                .startsWith("only a root that was got from a store can be loaded again: schema="));
      }
      try (VectorSchemaRoot root = store.dataframes().get(first)) {
        assertEquals(
            "the object has other columns than the root: root=[number: Int(64, true), text: Utf8]"
                + " object=[number: Int(32, true)]",
            refusal(() -> store.dataframes().load(other, root)));
        assertEquals(5, root.getRowCount());
        assertEquals(1, store.pins());
      }
    }
  }

  @Test
  void describesWithoutHolding() throws Exception {
    try (RunningStore store = new RunningStore(8 << 20)) {
      DataframeInfo info = store.dataframes().describe(put(store, "first", 5));
      assertEquals(List.of(5), info.batchRows());
      assertEquals(5, info.rowCount());
      assertEquals(1, info.batchCount());
      assertEquals(2, info.columnCount());
      assertEquals(schema(), info.schema());
      assertEquals(0, store.pins());
      assertEquals(0, store.allocator().getAllocatedMemory());
    }
  }

  private ObjectId put(RunningStore store, String name, int rows) {
    ObjectId id = ObjectId.named(name);
    try (VectorSchemaRoot root = dataframes.root(schema(), rows)) {
      store.dataframes().put(id, root);
    }
    return id;
  }

  private static Schema schema() {
    return Dataframes.schema(
        Field.nullable("number", new ArrowType.Int(64, true)),
        Field.nullable("text", ArrowType.Utf8.INSTANCE));
  }

  private static long pins(RunningStore store, ObjectId id) {
    return store.client().holders(id).stream().mapToLong(holder -> holder.pins()).sum();
  }

  private static String refusal(Runnable call) {
    return assertThrows(IllegalArgumentException.class, call::run).getMessage();
  }
}
