package io.plasmastore.arrow;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.plasmastore.ErrorCode;
import io.plasmastore.ObjectId;
import io.plasmastore.PlasmaException;
import io.plasmastore.SealedObject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.OutOfMemoryException;
import org.apache.arrow.memory.ReferenceManager;
import org.apache.arrow.vector.BigIntVector;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.dictionary.Dictionary;
import org.apache.arrow.vector.dictionary.DictionaryProvider.MapDictionaryProvider;
import org.apache.arrow.vector.ipc.ArrowReader;
import org.apache.arrow.vector.ipc.message.ArrowFieldNode;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.DictionaryEncoding;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.FieldType;
import org.apache.arrow.vector.types.pojo.Schema;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ArrowClientTest {
  private static final long CAPACITY = 16 << 20;
  private static final ObjectId ID = ObjectId.named("dataframe");
  private static final Field NUMBER = Field.nullable("n", new ArrowType.Int(64, true));

  private RunningStore store;
  private ArrowClient dataframes;
  private BufferAllocator allocator;

  @BeforeEach
  void startsAStore() throws Exception {
    store = new RunningStore(CAPACITY);
    dataframes = store.dataframes();
    allocator = store.allocator();
  }

  @AfterEach
  void leavesNothing() throws Exception {
    assertEquals(0, store.pins());
    assertEquals(0, store.usedAfterDeleting(ID));
    store.close();
  }

  @Test
  void getsWhatWasPut() {
    try (VectorSchemaRoot root = root(Dataframes.everything(), 1000)) {
      dataframes.put(ID, root);
      try (VectorSchemaRoot got = dataframes.get(ID)) {
        assertTrue(Values.same(root, got));
        assertEquals(1, store.pins());
      }
    }
  }

  @Test
  void asksOnceForASmallDataframeAndForALargeOne() {
    try (VectorSchemaRoot small = root(Dataframes.schema(NUMBER), 1_000);
        VectorSchemaRoot large = root(Dataframes.schema(NUMBER), 100_000)) {
      long before = requests();
      dataframes.put(ID, small);
      assertEquals(1, requests() - before);
      ObjectId other = ObjectId.random();
      long beforeLarge = requests();
      dataframes.put(other, large);
      try (VectorSchemaRoot got = dataframes.get(ID);
          VectorSchemaRoot gotLarge = dataframes.get(other)) {
        assertTrue(Values.same(small, got));
        assertTrue(Values.same(large, gotLarge));
      }
      // Nobody waited for its seal, which was told to nobody.
      assertEquals(1, requests() - beforeLarge);
      assertTrue(store.client().delete(other));
    }
  }

  @Test
  void keepsWhatIsToBeKeptHoweverSmallItIs() {
    try (VectorSchemaRoot root = root(Dataframes.schema(NUMBER), 10)) {
      dataframes.keeping().put(ID, root);
      assertEquals(0, store.client().evict(CAPACITY));
      dataframes.get(ID).close();
      ObjectId other = ObjectId.random();
      dataframes.put(other, root);
      assertTrue(store.client().evict(CAPACITY) > 0);
      assertFalse(store.client().contains(other));
    }
  }

  private long requests() {
    return Objects.requireNonNull(store.client().stats().counters().get("requests"));
  }

  /** No byte of the body is copied on get. */
  @Test
  void everyVectorsBufferLiesWithinTheMappedObject() {
    try (VectorSchemaRoot root = root(Dataframes.everything(), 1000)) {
      dataframes.put(ID, root);
    }
    try (SealedObject object = store.client().get(ID);
        VectorSchemaRoot got = dataframes.get(ID)) {
      long start = object.data().address();
      long end = start + object.size();
      List<ArrowBuf> buffers = StoredStream.buffers(got.getFieldVectors());
      assertTrue(buffers.size() > 100);
      for (ArrowBuf buffer : buffers) {
        assertTrue(buffer.memoryAddress() >= start, buffer::toString);
        assertTrue(buffer.memoryAddress() + buffer.capacity() <= end, buffer::toString);
        assertEquals(0, buffer.memoryAddress() % 64);
      }
    }
  }

  @Test
  void saysInTheMetadataHowManyRowsThereAre() throws Exception {
    try (VectorSchemaRoot one = root(Dataframes.everything(), 10);
        VectorSchemaRoot two = root(Dataframes.everything(), 20);
        ArrowReader reader = new BatchesReader(allocator, one.getSchema(), List.of(one, two))) {
      dataframes.put(ID, reader);
    }
    try (SealedObject object = store.client().get(ID)) {
      assertEquals(Optional.of(new ArrowMetadata(30, 2)), ArrowMetadata.parse(object.metadata()));
    }
    try (ArrowObject object = dataframes.open(ID)) {
      assertEquals(ID, object.id());
      assertEquals(30, object.rowCount());
      assertEquals(2, object.batchCount());
    }
  }

  @Test
  void putsAndGetsDictionaries() {
    ArrowType.Int indices = new ArrowType.Int(16, true);
    DictionaryEncoding encoding = new DictionaryEncoding(4, false, indices);
    Field city = new Field("city", new FieldType(true, indices, encoding), null);
    FieldVector cities = vector(Field.nullable("c", ArrowType.Utf8.INSTANCE), 10);
    try (MapDictionaryProvider dictionaries =
            new MapDictionaryProvider(new Dictionary(cities, encoding));
        VectorSchemaRoot root = root(Dataframes.schema(city), 100)) {
      assertThrows(IllegalArgumentException.class, () -> dataframes.put(ID, root));
      assertEquals(0, store.objects());
      dataframes.put(ID, root, dictionaries);
      try (ArrowObject object = dataframes.open(ID);
          VectorSchemaRoot got = object.batch(0)) {
        assertTrue(Values.same(root, got));
        assertEquals(cities.getObject(3), object.lookup(4).getVector().getObject(3));
      }
    }
  }

  @Test
  void waitsForTheSeal() throws Exception {
    try (VectorSchemaRoot root = root(Dataframes.schema(NUMBER), 10);
        ExecutorService threads = Executors.newSingleThreadExecutor()) {
      Future<Integer> rows =
          threads.submit(
              () -> {
                try (VectorSchemaRoot got = dataframes.get(ID, Duration.ofSeconds(30));
                    ArrowObject object = dataframes.open(ID, Duration.ofSeconds(30))) {
                  return got.getRowCount() + object.batchCount();
                }
              });
      dataframes.put(ID, root);
      assertEquals(11, rows.get(30, TimeUnit.SECONDS));
    }
  }

  @Test
  void saysWhatTheStoreSays() {
    assertCode(ErrorCode.OBJECT_NOT_FOUND, () -> dataframes.get(ID));
    assertCode(ErrorCode.OBJECT_NOT_FOUND, () -> dataframes.open(ID));
    assertCode(ErrorCode.TIMED_OUT, () -> dataframes.get(ID, Duration.ofMillis(1)));
    assertCode(ErrorCode.TIMED_OUT, () -> dataframes.open(ID, Duration.ZERO));
    try (VectorSchemaRoot root = root(Dataframes.schema(NUMBER), 10)) {
      dataframes.put(ID, root);
      assertCode(
          ErrorCode.OBJECT_EXISTS,
          () -> {
            dataframes.put(ID, root);
            return "put";
          });
    }
  }

  @Test
  void storesNothingOfATypeThatIsNotSupported() {
    Field price = Field.nullable("price", new ArrowType.Decimal(9, 2, 32));
    try (VectorSchemaRoot root =
        VectorSchemaRoot.create(Dataframes.schema(NUMBER, price), allocator)) {
      var refusal =
          assertThrows(UnsupportedOperationException.class, () -> dataframes.put(ID, root));
      assertEquals(
          "columns of this type are not supported: field=price type=Decimal(9, 2, 32)",
          refusal.getMessage());
    }
    assertNothingStored();
  }

  @Test
  void storesNothingThatDoesNotFit() {
    try (VectorSchemaRoot root = root(Dataframes.schema(NUMBER), (int) CAPACITY / 8)) {
      var failure = assertThrows(PlasmaException.class, () -> dataframes.put(ID, root));
      assertEquals(ErrorCode.OBJECT_TOO_LARGE, failure.code());
    }
    assertNothingStored();
  }

  @Test
  void storesNothingWhenAReaderFails() throws Exception {
    try (VectorSchemaRoot root = root(Dataframes.schema(NUMBER), 10);
        ArrowReader failing =
            new BatchesReader(allocator, root.getSchema(), List.of(root)) {
              @Override
              public boolean loadNextBatch() throws IOException {
                if (super.loadNextBatch()) {
                  return true;
                }
                throw new IOException("the disk is gone");
              }
            }) {
      var failure = assertThrows(UncheckedIOException.class, () -> dataframes.put(ID, failing));
      assertEquals("the disk is gone", failure.getCause().getMessage());
    }
    assertNothingStored();
  }

  /** The second column's memory turns out too short while it is copied. */
  @Test
  void storesNothingWhenCopyingFails() {
    try (VectorSchemaRoot root = root(Dataframes.schema(NUMBER, NUMBER), 1000)) {
      ArrowBuf values = root.getVector(1).getDataBuffer();
      try (StreamPlan plan = StreamPlan.of(root, new MapDictionaryProvider())) {
        values.capacity(16);
        assertThrows(IndexOutOfBoundsException.class, () -> dataframes.store(ID, plan));
      }
      assertNothingStored();
      assertThrows(IllegalArgumentException.class, () -> dataframes.put(ID, root));
    }
    assertNothingStored();
  }

  @Test
  void refusesVectorsWhoseBuffersAreTooShort() {
    try (BigIntVector vector = new BigIntVector("n", allocator);
        BigIntVector source = new BigIntVector("n", allocator)) {
      source.allocateNew(10);
      source.setValueCount(10);
      ArrowBuf empty = allocator.getEmpty();
      assertSame(ReferenceManager.NO_OP, empty.getReferenceManager());
      vector.loadFieldBuffers(
          new ArrowFieldNode(10, 0), List.of(source.getValidityBuffer(), empty));
      VectorSchemaRoot root = VectorSchemaRoot.of(vector);
      var refusal = assertThrows(IllegalArgumentException.class, () -> dataframes.put(ID, root));
      assertEquals(
          "a vector's buffer does not fit its values: field=n values=10 wanted=80 capacity=0",
          refusal.getMessage());
    }
    assertNothingStored();
  }

  @Test
  void holdsNothingWhenAGetFails() {
    store.client().createAndSeal(ID, new byte[] {1, 2, 3, 4, 5, 6, 7, 8});
    assertThrows(InvalidArrowDataException.class, () -> dataframes.get(ID));
    assertThrows(InvalidArrowDataException.class, () -> dataframes.open(ID));
    assertEquals(0, store.pins());
    store.client().delete(ID);
    try (VectorSchemaRoot root = root(Dataframes.schema(NUMBER), 1000);
        BufferAllocator small = allocator.newChildAllocator("small", 0, 1000)) {
      dataframes.put(ID, root);
      ArrowClient limited = ArrowClient.over(store.client(), small);
      assertThrows(OutOfMemoryException.class, () -> limited.get(ID));
      assertThrows(OutOfMemoryException.class, () -> limited.open(ID));
    }
  }

  @Test
  void keepsADeletedDataframeReadableUntilItIsClosed() {
    try (VectorSchemaRoot root = root(Dataframes.schema(NUMBER), 1000)) {
      dataframes.put(ID, root);
      try (VectorSchemaRoot got = dataframes.get(ID)) {
        assertTrue(store.client().delete(ID));
        assertFalse(store.client().contains(ID));
        dataframes.put(ID, got);
        assertTrue(Values.same(root, got));
      }
    }
  }

  @Test
  void servesManyThreads() throws Exception {
    try (VectorSchemaRoot root = root(Dataframes.everything(), 100);
        ExecutorService threads = Executors.newFixedThreadPool(8)) {
      dataframes.put(ID, root);
      try (ArrowObject shared = dataframes.open(ID)) {
        Callable<Boolean> work =
            () -> {
              boolean equal = true;
              for (int i = 0; i < 50; i++) {
                try (VectorSchemaRoot own = dataframes.get(ID);
                    VectorSchemaRoot batch = shared.batch(0)) {
                  equal &= own.getRowCount() == 100 && batch.getRowCount() == 100;
                }
              }
              try (VectorSchemaRoot own = dataframes.get(ID);
                  VectorSchemaRoot batch = shared.batch(0)) {
                return equal && own.equals(batch);
              }
            };
        List<Callable<Boolean>> all = IntStream.range(0, 8).mapToObj(i -> work).toList();
        for (Future<Boolean> result : threads.invokeAll(all)) {
          assertTrue(result.get(30, TimeUnit.SECONDS));
        }
      }
    }
  }

  @Test
  void knowsWhatItWasMadeOver() {
    assertSame(store.client(), dataframes.client());
    assertSame(allocator, dataframes.allocator());
  }

  private VectorSchemaRoot root(Schema schema, int rows) {
    return new Dataframes(allocator, 5, 0.2).root(schema, rows);
  }

  private FieldVector vector(Field field, int values) {
    return new Dataframes(allocator, 5, 0).vector(field, values);
  }

  private void assertNothingStored() {
    assertEquals(0, store.objects());
    assertEquals(0, store.client().stats().used());
    // The id is free as well.
    try (VectorSchemaRoot root = root(Dataframes.schema(NUMBER), 1)) {
      dataframes.put(ID, root);
      assertTrue(store.client().delete(ID));
    }
  }

  private static void assertCode(ErrorCode code, Callable<?> call) {
    assertEquals(code, assertThrows(PlasmaException.class, call::call).code());
  }
}
