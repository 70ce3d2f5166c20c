package io.plasmastore.arrow;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.plasmastore.ErrorCode;
import io.plasmastore.ObjectId;
import io.plasmastore.ObjectWriter;
import io.plasmastore.PlasmaException;
import io.plasmastore.SealedObject;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.OutOfMemoryException;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.BigIntVector;
import org.apache.arrow.vector.IntVector;
import org.apache.arrow.vector.VarCharVector;
import org.apache.arrow.vector.VectorLoader;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.VectorUnloader;
import org.apache.arrow.vector.ipc.message.ArrowRecordBatch;
import org.apache.arrow.vector.types.FloatingPointPrecision;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.Schema;
import org.apache.arrow.vector.util.VectorSchemaRootAppender;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Dataframes built inside the store, through arrow-java's own methods. */
class BuilderTest {
  private static final long CAPACITY = 64 << 20;
  private static final ObjectId ID = ObjectId.named("built");
  private static final Schema SCHEMA =
      new Schema(
          List.of(
              Field.nullable("time", new ArrowType.Int(64, true)),
              Field.nullable("price", new ArrowType.FloatingPoint(FloatingPointPrecision.DOUBLE)),
              Field.nullable("size", new ArrowType.Int(32, true)),
              Field.nullable("buy", ArrowType.Bool.INSTANCE),
              Field.nullable("text", ArrowType.Utf8.INSTANCE)));
  private static final Schema LONGS =
      new Schema(List.of(Field.nullable("n", new ArrowType.Int(64, true))));

  private RunningStore store;

  @BeforeEach
  void start() throws Exception {
    store = new RunningStore(CAPACITY);
  }

  @AfterEach
  void stop() throws Exception {
    store.close();
  }

  @Test
  void fillsVectorsInTheObjectItself() {
    int rows = 100_000;
    BuildOptions options = BuildOptions.DEFAULT.withCapacity(4 << 20);
    try (RootAllocator other = new RootAllocator();
        VectorSchemaRoot wanted = VectorSchemaRoot.create(SCHEMA, other);
        ArrowBuilder builder = store.dataframes().build(ID, SCHEMA, options)) {
      fill(wanted, rows, false);
      fill(builder.root(), rows, false);
      List<ArrowBuf> buffers = StoredStream.buffers(builder.root().getFieldVectors());
      List<Long> addresses = buffers.stream().map(ArrowBuf::memoryAddress).toList();
      builder.seal();
      assertEquals(0, builder.root().getRowCount());
      assertEquals(0, store.allocator().getAllocatedMemory());
      try (VectorSchemaRoot got = store.dataframes().get(ID);
          SealedObject object = store.client().get(ID)) {
        Values.assertSame(wanted, got, "built in place");
        // Where it was filled, seen through another mapping of the same memory.
        List<ArrowBuf> found = StoredStream.buffers(got.getFieldVectors());
        long moved = found.getFirst().memoryAddress() - addresses.getFirst();
        for (int i = 0; i < found.size(); i++) {
          assertEquals(addresses.get(i) + moved, found.get(i).memoryAddress(), "buffer " + i);
          assertEquals(0, found.get(i).memoryAddress() % StreamLayout.ALIGNMENT, "buffer " + i);
        }
        assertEquals(
            roundUp(object.data().byteSize() + object.metadata().byteSize() + "built".length()),
            store.client().stats().used());
      }
    }
    assertNothingLeftButTheObject();
  }

  /** Each vector doubles again and again, and leaves what it had to the others. */
  @Test
  void growsWithItsVectors() {
    int rows = 100_000;
    try (RootAllocator other = new RootAllocator();
        VectorSchemaRoot wanted = VectorSchemaRoot.create(SCHEMA, other);
        ArrowBuilder builder =
            store.dataframes().build(ID, SCHEMA, BuildOptions.DEFAULT.withCapacity(1))) {
      fill(wanted, rows, true);
      fill(builder.root(), rows, true);
      builder.seal();
      try (ArrowObject object = store.dataframes().open(ID);
          VectorSchemaRoot got = object.batch(0)) {
        object.validate();
        Values.assertSame(wanted, got, "grown");
      }
      long put = sizeOfPut(wanted);
      long built = size(ID);
      assertTrue(built <= put * 1.3 + (128 << 10), "built=" + built + " put=" + put);
    }
    assertNothingLeftButTheObject();
  }

  /** What lies behind the object is somebody else's, so that it can't grow where it is. */
  @Test
  void movesWhereThereIsMoreRoom() {
    int rows = 50_000;
    try (RootAllocator other = new RootAllocator();
        VectorSchemaRoot wanted = VectorSchemaRoot.create(SCHEMA, other);
        ArrowBuilder builder =
            store.dataframes().build(ID, SCHEMA, BuildOptions.DEFAULT.withCapacity(10_000));
        ObjectWriter _ = store.client().create(ObjectId.named("neighbour"), 1000)) {
      fill(wanted, rows, true);
      fill(builder.root(), rows, true);
      builder.endBatch();
      fill(builder.root(), rows, true);
      builder.seal();
      try (ArrowObject object = store.dataframes().open(ID)) {
        object.validate();
        assertEquals(2, object.batchCount());
        for (int i = 0; i < 2; i++) {
          try (VectorSchemaRoot got = object.batch(i)) {
            Values.assertSame(wanted, got, "moved, batch " + i);
          }
        }
      }
    }
    assertNothingLeftButTheObject();
  }

  @Test
  void endsAndAppendsBatches() {
    try (RootAllocator other = new RootAllocator();
        VectorSchemaRoot elsewhere = VectorSchemaRoot.create(SCHEMA, other);
        ArrowBuilder builder =
            store.dataframes().build(ID, SCHEMA, BuildOptions.DEFAULT.withCapacity(1))) {
      fill(elsewhere, 30_000, false);
      for (int i = 0; i < 3; i++) {
        fill(builder.root(), 2000, i == 1);
        builder.endBatch();
        builder.append(elsewhere);
        try (VectorSchemaRoot slice = elsewhere.slice(7, 1)) {
          builder.append(slice);
        }
      }
      assertEquals(9, builder.batchCount());
      assertEquals(3 * 32_001, builder.rowCount());
      builder.seal();
      assertEquals(30_000, elsewhere.getRowCount());
      try (ArrowObject object = store.dataframes().open(ID);
          VectorSchemaRoot small = VectorSchemaRoot.create(SCHEMA, other)) {
        fill(small, 2000, false);
        object.validate();
        assertEquals(9, object.batchCount());
        for (int i = 0; i < 9; i++) {
          try (VectorSchemaRoot got = object.batch(i);
              VectorSchemaRoot slice = elsewhere.slice(7, 1)) {
            Values.assertSame(List.of(small, elsewhere, slice).get(i % 3), got, "batch " + i);
          }
        }
      }
      assertEquals(
          new ArrowMetadata(3 * 32_001, 9), ArrowMetadata.parse(metadata(ID)).orElseThrow());
    }
    assertNothingLeftButTheObject();
  }

  @Test
  void takesVectorsThatWereLoadedAndAppendedTo() {
    try (VectorSchemaRoot source = VectorSchemaRoot.create(SCHEMA, store.allocator());
        ArrowBuilder builder = store.dataframes().build(ID, SCHEMA, BuildOptions.DEFAULT)) {
      fill(source, 1000, false);
      // Buffers that lie elsewhere.
      try (ArrowRecordBatch batch = new VectorUnloader(source).getRecordBatch()) {
        new VectorLoader(builder.root()).load(batch);
      }
      builder.endBatch();
      // The same, copied by an appender into vectors that grow in the object.
      builder.root().allocateNew();
      VectorSchemaRootAppender.append(builder.root(), source, source);
      builder.endBatch();
      // Some in the object, and one that came from elsewhere.
      fill(builder.root(), 1000, false);
      source.getVector("time").makeTransferPair(builder.root().getVector("time")).transfer();
      builder.seal();
      fill(source, 1000, false);
      try (ArrowObject object = store.dataframes().open(ID)) {
        object.validate();
        assertEquals(List.of(1000L, 2000L, 1000L), rowCounts(object));
        for (int i : new int[] {0, 2}) {
          try (VectorSchemaRoot got = object.batch(i)) {
            Values.assertSame(source, got, "batch " + i);
          }
        }
        try (VectorSchemaRoot got = object.batch(1);
            VectorSchemaRoot second = got.slice(1000, 1000)) {
          Values.assertSame(source, second, "appended");
        }
      }
    }
    assertNothingLeftButTheObject();
  }

  @Test
  void hasRoomForAsMuchAsAnother() {
    try (RootAllocator other = new RootAllocator();
        VectorSchemaRoot like = VectorSchemaRoot.create(SCHEMA, other);
        ArrowBuilder builder = like(like, 20_000)) {
      builder.root().allocateNew();
      fillAllocated(builder.root(), 20_000);
      builder.seal();
      assertTrue(size(ID) <= sizeOfPut(like) * 1.1, () -> "size=" + size(ID));
      try (VectorSchemaRoot got = store.dataframes().get(ID)) {
        Values.assertSame(like, got, "like");
      }
    }
    assertNothingLeftButTheObject();
  }

  @Test
  void hasRoomForEachType() {
    for (Field field : Dataframes.everything().getFields()) {
      try (RootAllocator other = new RootAllocator();
          VectorSchemaRoot like =
              new Dataframes(other, 42, 0.3).root(Dataframes.schema(field), 1_000);
          ArrowBuilder builder = store.dataframes().createLike(ID, like)) {
        builder.root().allocateNew();
        builder.root().clear();
        builder.append(like);
        builder.seal();
        try (VectorSchemaRoot got = store.dataframes().get(ID)) {
          Values.assertSame(like, got, field.toString());
        }
      }
      assertNothingLeftButTheObject();
    }
  }

  @Test
  void refusesToSealValuesWithoutARowCount() {
    try (ArrowBuilder builder = store.dataframes().build(ID, LONGS, BuildOptions.DEFAULT)) {
      BigIntVector vector = (BigIntVector) builder.root().getVector(0);
      vector.setSafe(0, 7);
      vector.setValueCount(1);
      IllegalArgumentException e = assertThrows(IllegalArgumentException.class, builder::seal);
      assertEquals(
          "a vector has another number of values than there are rows: field="
              + vector.getName()
              + " values=1 rows=0",
          e.getMessage());
      builder.root().setRowCount(1);
      builder.seal();
    }
    try (VectorSchemaRoot got = store.dataframes().get(ID)) {
      assertEquals(7, ((BigIntVector) got.getVector(0)).get(0));
    }
    assertNothingLeftButTheObject();
  }

  @Test
  void leavesNothingWhereItIsNotSealed() {
    try (ArrowBuilder builder = store.dataframes().build(ID, SCHEMA, BuildOptions.DEFAULT)) {
      fill(builder.root(), 100_000, true);
      builder.endBatch();
      fill(builder.root(), 10, true);
    }
    assertEquals(0, store.objects());
    assertEquals(0, store.client().stats().used());
    assertEquals(0, store.allocator().getAllocatedMemory());
  }

  @Test
  void leavesNothingWhereItsProcessEnds(@TempDir Path folder) throws Exception {
    OtherJvm other =
        OtherJvm.start(folder, List.of(), List.of("build", store.socket().toString(), ID.toHex()));
    assertEquals("used=true objects=1", other.line());
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
    while (store.client().stats().clients() > 1) {
      assertTrue(System.nanoTime() < deadline, "the client is still there");
      Thread.onSpinWait();
    }
    assertEquals(0, store.objects());
    assertEquals(0, store.client().stats().used());
  }

  /** A vector that outlives its builder must not write into the memory of another object. */
  @Test
  void keepsTheMemoryOfVectorsThatAreNotClosed() {
    IntVector vector;
    try (ArrowBuilder builder = store.dataframes().build(ID, LONGS, BuildOptions.DEFAULT)) {
      vector = new IntVector("mine", builder.allocator());
      vector.allocateNew(1000);
    }
    assertEquals(1, store.objects());
    vector.set(999, 7);
    assertEquals(7, vector.get(999));
    vector.close();
    assertEquals(0, store.objects());
    assertEquals(0, store.client().stats().used());
  }

  @Test
  void isNotSealedWhileOthersCouldWrite() {
    try (ArrowBuilder builder = store.dataframes().build(ID, LONGS, BuildOptions.DEFAULT)) {
      BigIntVector mine = new BigIntVector("n", builder.allocator());
      mine.allocateNew(10);
      fillLongs(builder.root(), 10);
      IllegalStateException refused = assertThrows(IllegalStateException.class, builder::seal);
      assertTrue(
          refused.getMessage().startsWith("vectors other than the root's have memory"),
          refused::getMessage);
      assertFalse(store.client().contains(ID));
      mine.close();
      builder.seal();
      try (VectorSchemaRoot got = store.dataframes().get(ID)) {
        assertEquals(10, got.getRowCount());
        assertEquals(9, ((BigIntVector) got.getVector(0)).get(9));
      }
      assertThrows(IllegalStateException.class, builder::seal);
      assertThrows(IllegalStateException.class, builder::endBatch);
      assertThrows(IllegalStateException.class, () -> builder.allocator().buffer(1));
    }
    assertNothingLeftButTheObject();
  }

  @Test
  void appendsRootsOfItsOwnAllocatorWithoutACopy() {
    try (ArrowBuilder builder = store.dataframes().build(ID, LONGS, BuildOptions.DEFAULT);
        VectorSchemaRoot mine = VectorSchemaRoot.create(LONGS, builder.allocator())) {
      fillLongs(mine, 1000);
      builder.append(mine);
      assertEquals(0, mine.getRowCount());
      fillLongs(mine, 500);
      builder.append(mine);
      builder.seal();
      try (ArrowObject object = store.dataframes().open(ID)) {
        object.validate();
        assertEquals(List.of(1000L, 500L), rowCounts(object));
      }
    }
    assertNothingLeftButTheObject();
  }

  @Test
  void refusesBatchesOfOtherFieldsAndWhatIsTooLarge() {
    BuildOptions options = BuildOptions.DEFAULT.withCapacity(8 << 10).withMaxCapacity(64 << 10);
    try (RootAllocator other = new RootAllocator();
        VectorSchemaRoot wrong = VectorSchemaRoot.create(SCHEMA, other);
        VectorSchemaRoot large = VectorSchemaRoot.create(LONGS, other);
        ArrowBuilder builder = store.dataframes().build(ID, LONGS, options)) {
      fill(wrong, 1, false);
      fillLongs(large, 10_000);
      assertThrows(IllegalArgumentException.class, () -> builder.append(wrong));
      OutOfMemoryException full =
          assertThrows(OutOfMemoryException.class, () -> builder.append(large));
      assertTrue(full.getMessage().contains("maxCapacity=65536"), full::getMessage);
      assertThrows(OutOfMemoryException.class, () -> fillLongs(builder.root(), 10_000));
      builder.root().clear();
      fillLongs(builder.root(), 1000);
      builder.seal();
      try (VectorSchemaRoot got = store.dataframes().get(ID)) {
        assertEquals(1000, got.getRowCount());
      }
    }
    assertNothingLeftButTheObject();
  }

  @Test
  void saysWhenTheStoreIsFullAndCanBeSealedWithWhatThereIs() {
    try (RootAllocator other = new RootAllocator();
        VectorSchemaRoot large = VectorSchemaRoot.create(LONGS, other);
        ArrowBuilder builder = store.dataframes().build(ID, LONGS, BuildOptions.DEFAULT)) {
      fillLongs(large, 1_000_000);
      int batches = 0;
      while (batches < 20) {
        try {
          builder.append(large);
          batches++;
        } catch (PlasmaException e) {
          assertTrue(
              e.code() == ErrorCode.STORE_FULL || e.code() == ErrorCode.OBJECT_TOO_LARGE,
              e::getMessage);
          break;
        }
      }
      // All that there is room for.
      assertEquals(8, batches);
      builder.seal();
      try (ArrowObject object = store.dataframes().open(ID)) {
        assertEquals(batches * 1_000_000L, object.rowCount());
      }
    }
    assertNothingLeftButTheObject();
  }

  @Test
  void isOneOfItsId() {
    try (ArrowBuilder builder = store.dataframes().build(ID, LONGS, BuildOptions.DEFAULT)) {
      PlasmaException e =
          assertThrows(
              PlasmaException.class,
              () -> store.dataframes().build(ID, LONGS, BuildOptions.DEFAULT));
      assertEquals(ErrorCode.OBJECT_EXISTS, e.code());
      builder.seal();
    }
    try (ArrowObject object = store.dataframes().open(ID)) {
      assertEquals(0, object.batchCount());
    }
  }

  private ArrowBuilder like(VectorSchemaRoot like, int rows) {
    fill(like, rows, false);
    return store.dataframes().createLike(ID, like);
  }

  private void assertNothingLeftButTheObject() {
    assertEquals(1, store.objects());
    assertEquals(0, store.pins());
    assertEquals(0, store.allocator().getAllocatedMemory());
    assertEquals(0, store.usedAfterDeleting(ID));
  }

  private long sizeOfPut(VectorSchemaRoot root) {
    ObjectId id = ObjectId.named("put");
    store.dataframes().put(id, root);
    long size = size(id);
    store.client().delete(id);
    return size;
  }

  private long size(ObjectId id) {
    try (SealedObject object = store.client().get(id)) {
      return object.data().byteSize();
    }
  }

  private String metadata(ObjectId id) {
    try (SealedObject object = store.client().get(id)) {
      return StandardCharsets.US_ASCII.decode(object.metadata().asByteBuffer()).toString();
    }
  }

  private static List<Long> rowCounts(ArrowObject object) {
    return java.util.stream.IntStream.range(0, object.batchCount())
        .mapToObj(object::rowCount)
        .toList();
  }

  private static long roundUp(long size) {
    return (size + 63) & -64;
  }

  private static void fillLongs(VectorSchemaRoot root, int rows) {
    BigIntVector vector = (BigIntVector) root.getVector(0);
    vector.allocateNew(rows);
    for (int i = 0; i < rows; i++) {
      vector.set(i, i);
    }
    root.setRowCount(rows);
  }

  /** The same values whether the vectors grow on the way or not. */
  static void fill(VectorSchemaRoot root, int rows, boolean growing) {
    if (growing) {
      root.getFieldVectors().forEach(vector -> vector.setInitialCapacity(10));
    } else {
      root.getFieldVectors().forEach(vector -> vector.setInitialCapacity(rows));
      ((VarCharVector) root.getVector("text")).setInitialCapacity(rows, 8);
    }
    root.allocateNew();
    fillAllocated(root, rows);
  }

  private static void fillAllocated(VectorSchemaRoot root, int rows) {
    BigIntVector time = (BigIntVector) root.getVector("time");
    var price = (org.apache.arrow.vector.Float8Vector) root.getVector("price");
    IntVector size = (IntVector) root.getVector("size");
    var buy = (org.apache.arrow.vector.BitVector) root.getVector("buy");
    VarCharVector text = (VarCharVector) root.getVector("text");
    for (int i = 0; i < rows; i++) {
      time.setSafe(i, i * 1000L);
      price.setSafe(i, i / 7.0);
      if (i % 11 == 0) {
        size.setNull(i);
      } else {
        size.setSafe(i, -i);
      }
      buy.setSafe(i, i % 3 == 0 ? 1 : 0);
      if (i % 5 != 0) {
        text.setSafe(i, ("t" + i % 100_000).getBytes(StandardCharsets.US_ASCII));
      }
    }
    root.setRowCount(rows);
  }

  /** Any allocator will do; used by tests that fill vectors of their own. */
  static VectorSchemaRoot filled(BufferAllocator allocator, int rows) {
    VectorSchemaRoot root = VectorSchemaRoot.create(SCHEMA, allocator);
    fill(root, rows, false);
    return root;
  }
}
