package io.plasmastore.arrow;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.plasmastore.ObjectId;
import io.plasmastore.SealedObject;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.dictionary.Dictionary;
import org.apache.arrow.vector.dictionary.DictionaryProvider.MapDictionaryProvider;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.DictionaryEncoding;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.Schema;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Dataframes of any types, nested in any way, built inside the store: in batches whose vectors grow
 * there, that are transferred from elsewhere, or copied.
 */
class GeneratedBuildsTest {
  private static final long SEEDS = 120;
  private static final long CAPACITY = 64 << 20;
  private static final int[] ROWS = {0, 1, 7, 8, 65, 1000};
  private static final double[] NULLS = {0, 0.3, 1};
  private static final ObjectId ID = ObjectId.named("built");

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
  void keepsWhatIsBuilt() {
    for (long seed = 1; seed <= SEEDS; seed++) {
      try (Made made = new Made(seed, store.allocator())) {
        made.build(store, ID);
        try (ArrowObject object = store.dataframes().open(ID)) {
          object.validate();
          made.assertSame(object);
          assertAligned(object, made);
        }
        assertEquals(0, store.pins(), made::toString);
        try (SealedObject object = store.client().get(ID)) {
          long bytes = object.data().byteSize() + object.metadata().byteSize() + "built".length();
          assertEquals((bytes + 63) & -64, store.client().stats().used(), made::toString);
        }
        assertEquals(0, store.usedAfterDeleting(ID), made::toString);
      }
      assertEquals(0, store.allocator().getAllocatedMemory(), "seed=" + seed);
    }
  }

  @Test
  void keepsItInAnotherProcess(@TempDir Path folder) throws Exception {
    List<String> arguments = new ArrayList<>(List.of("copyAll", store.socket().toString()));
    long rows = 0;
    for (long seed = 1; seed <= SEEDS / 2; seed++) {
      try (Made made = new Made(seed, store.allocator())) {
        rows += made.build(store, ObjectId.named("built " + seed));
        arguments.add(ObjectId.named("built " + seed).toHex());
        arguments.add(ObjectId.named("copied " + seed).toHex());
      }
    }
    OtherJvm other = OtherJvm.start(folder, List.of(), arguments);
    assertEquals("rows=" + rows, other.line());
    for (long seed = 1; seed <= SEEDS / 2; seed++) {
      try (Made made = new Made(seed, store.allocator());
          ArrowObject copy = store.dataframes().open(ObjectId.named("copied " + seed))) {
        made.assertSame(copy);
      }
    }
    assertEquals(0, store.pins());
  }

  private static void assertAligned(ArrowObject object, Made made) {
    for (int i = 0; i < object.batchCount(); i++) {
      try (VectorSchemaRoot got = object.batch(i)) {
        for (ArrowBuf buffer : StoredStream.buffers(got.getFieldVectors())) {
          assertEquals(0, buffer.memoryAddress() % StreamLayout.ALIGNMENT, made::toString);
        }
      }
    }
  }

  /** Everything that comes of a seed. */
  private static final class Made implements AutoCloseable {
    private final long seed;
    private final Schema schema;
    private final double nulls;
    private final List<Integer> rows = new ArrayList<>();
    private final List<Integer> ways = new ArrayList<>();
    private final BuildOptions options;
    private final BufferAllocator ordinary;
    private final BufferAllocator allocator = new RootAllocator();
    private final MapDictionaryProvider dictionaries = new MapDictionaryProvider();

    Made(long seed, BufferAllocator ordinary) {
      this.seed = seed;
      this.ordinary = ordinary;
      Random random = new Random(seed);
      // arrow-java transfers what it can slice.
      boolean transferring = seed % 2 == 0;
      schema = new RandomSchemas(seed, transferring).next();
      nulls = NULLS[random.nextInt(NULLS.length)];
      for (int batches = 1 + random.nextInt(3); batches > 0; batches--) {
        rows.add(ROWS[random.nextInt(ROWS.length)]);
        ways.add(transferring ? random.nextInt(4) : 3 * random.nextInt(2));
      }
      // From far too little to much more than is needed.
      options = BuildOptions.DEFAULT.withCapacity(1L << random.nextInt(22));
      Dataframes texts = new Dataframes(allocator, seed, nulls);
      for (int bits : new int[] {8, 16, 64}) {
        ArrowType.Int indices = new ArrowType.Int(bits, bits != 16);
        dictionaries.put(
            new Dictionary(
                texts.vector(
                    Field.nullable("text", ArrowType.Utf8.INSTANCE), Dataframes.DICTIONARY_SIZE),
                new DictionaryEncoding(bits, false, indices)));
      }
    }

    /** The same values each time, whatever the allocator. */
    VectorSchemaRoot root(int batch, BufferAllocator of) {
      return new Dataframes(of, seed * 31 + batch, nulls).root(schema, rows.get(batch));
    }

    /** Builds all batches, answers how many rows. */
    long build(RunningStore store, ObjectId id) {
      try (ArrowBuilder builder = store.dataframes().build(id, schema, dictionaries, options)) {
        for (int i = 0; i < rows.size(); i++) {
          add(builder, i, ways.get(i));
        }
        builder.seal();
        return builder.rowCount();
      }
    }

    private void add(ArrowBuilder builder, int batch, int way) {
      switch (way) {
        case 0 -> {
          try (VectorSchemaRoot made = root(batch, builder.allocator())) {
            builder.append(made);
          }
        }
        case 1 -> {
          try (VectorSchemaRoot made = root(batch, builder.allocator())) {
            transfer(made, builder.root());
          }
          builder.endBatch();
        }
        case 2 -> {
          try (VectorSchemaRoot made = root(batch, ordinary)) {
            transfer(made, builder.root());
          }
          builder.endBatch();
        }
        default -> {
          try (VectorSchemaRoot made = root(batch, allocator)) {
            builder.append(made);
            assertEquals(rows.get(batch), made.getRowCount());
          }
        }
      }
    }

    private static void transfer(VectorSchemaRoot from, VectorSchemaRoot to) {
      for (int i = 0; i < from.getFieldVectors().size(); i++) {
        FieldVector vector = from.getVector(i);
        vector.makeTransferPair(to.getVector(i)).transfer();
      }
      to.setRowCount(from.getRowCount());
    }

    void assertSame(ArrowObject object) {
      assertEquals(rows.size(), object.batchCount(), this::toString);
      for (int i = 0; i < rows.size(); i++) {
        try (VectorSchemaRoot wanted = root(i, allocator);
            VectorSchemaRoot got = object.batch(i)) {
          Values.assertSame(wanted, got, this + " batch=" + i);
        }
      }
      for (long id : object.getDictionaryIds()) {
        Dictionary found = object.lookup(id);
        assertTrue(found != null, this::toString);
        FieldVector wanted = dictionaries.lookup(id).getVector();
        ColumnLayout layout = ColumnLayout.of(wanted.getField());
        Values.assertSame(wanted, found.getVector(), layout, this + " dictionary=" + id);
      }
    }

    @Override
    public void close() {
      dictionaries.close();
      allocator.close();
    }

    @Override
    public String toString() {
      return "seed=%d rows=%s ways=%s options=%s schema=%s"
          .formatted(seed, rows, ways, options, schema);
    }
  }
}
