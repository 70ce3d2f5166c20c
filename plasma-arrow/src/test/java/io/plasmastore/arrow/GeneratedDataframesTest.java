package io.plasmastore.arrow;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.plasmastore.ObjectId;
import io.plasmastore.SealedObject;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.LongStream;
import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.dictionary.Dictionary;
import org.apache.arrow.vector.dictionary.DictionaryProvider.MapDictionaryProvider;
import org.apache.arrow.vector.ipc.ArrowReader;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.DictionaryEncoding;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.Schema;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Dataframes of any types, nested in any way: what is got is what was put, and lies in the store.
 */
@Timeout(300)
class GeneratedDataframesTest {
  private static final long SEEDS = 150;
  private static final int[] ROWS = {0, 1, 7, 8, 65, 200};
  private static final double[] NULLS = {0, 0.3, 1};

  static LongStream seeds() {
    return LongStream.range(1, SEEDS);
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void keepsABatch(long seed) {
    try (Made made = new Made(seed, false);
        VectorSchemaRoot root = made.root()) {
      assertKept(made, root);
    }
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void keepsSlices(long seed) {
    try (Made made = new Made(seed, true);
        VectorSchemaRoot root = made.root()) {
      int rows = root.getRowCount();
      int start = rows == 0 ? 0 : made.random.nextInt(rows);
      int length = rows == 0 ? 0 : 1 + made.random.nextInt(rows - start);
      try (VectorSchemaRoot slice = root.slice(start, length)) {
        assertKept(made, slice);
      }
    }
  }

  /** What is got from a reader over got batches is the same once more, and so are its bytes. */
  @ParameterizedTest
  @MethodSource("seeds")
  void keepsManyBatches(long seed) throws Exception {
    try (Made made = new Made(seed, false)) {
      List<VectorSchemaRoot> roots = List.of(made.root(), made.root(), made.root());
      StoredStream stored = made.stored(roots);
      StoredStream again;
      try (ArrowObject object = stored.open(made.allocator);
          ArrowReader reader = object.reader()) {
        object.validate();
        again = StoredStream.of(reader);
      }
      assertEquals(0, stored.pins());
      try (ArrowObject object = again.open(made.allocator);
          ArrowReader reader = object.reader()) {
        for (int i = 0; i < roots.size(); i++) {
          try (VectorSchemaRoot got = object.batch(i)) {
            Values.assertSame(roots.get(i), got, made.toString());
          }
          assertTrue(reader.loadNextBatch());
          Values.assertSame(roots.get(i), reader.getVectorSchemaRoot(), made.toString());
        }
      }
      assertEquals(0, again.pins());
      roots.forEach(VectorSchemaRoot::close);
    }
  }

  @Test
  void keepsThemInAnotherProcess(@TempDir Path folder) throws Exception {
    try (RunningStore store = new RunningStore(64 << 20)) {
      List<String> arguments = new ArrayList<>(List.of("copyAll", store.socket().toString()));
      long rows = 0;
      for (long seed = 1; seed < 60; seed++) {
        try (Made made = new Made(seed, false);
            VectorSchemaRoot root = made.root()) {
          store.dataframes().put(id(seed, "put"), root, made.dictionaries);
          rows += root.getRowCount();
        }
        arguments.add(id(seed, "put").toHex());
        arguments.add(id(seed, "copied").toHex());
      }
      OtherJvm other = OtherJvm.start(folder, List.of(), arguments);
      assertEquals("rows=" + rows, other.line());
      for (long seed = 1; seed < 60; seed++) {
        try (Made made = new Made(seed, false);
            VectorSchemaRoot root = made.root();
            VectorSchemaRoot copy = store.dataframes().get(id(seed, "copied"))) {
          Values.assertSame(root, copy, made.toString());
          assertMapped(store, id(seed, "copied"), copy);
        }
      }
      assertEquals(0, store.pins());
    }
  }

  private static ObjectId id(long seed, String what) {
    return ObjectId.named(what + " " + seed);
  }

  private static void assertMapped(RunningStore store, ObjectId id, VectorSchemaRoot root) {
    try (SealedObject object = store.client().get(id)) {
      long start = object.data().address();
      long end = start + object.data().byteSize();
      for (ArrowBuf buffer : StoredStream.buffers(root.getFieldVectors())) {
        long address = buffer.memoryAddress();
        assertTrue(address >= start && address + buffer.capacity() <= end, () -> "" + buffer);
      }
    }
  }

  private static void assertKept(Made made, VectorSchemaRoot root) {
    StoredStream stored = StoredStream.of(root, made.dictionaries);
    long before = made.allocator.getAllocatedMemory();
    try (ArrowObject object = stored.open(made.allocator);
        VectorSchemaRoot got = object.batch(0)) {
      object.validate();
      Values.assertSame(root, got, made.toString());
      List<FieldVector> vectors = new ArrayList<>(got.getFieldVectors());
      for (long id : object.getDictionaryIds()) {
        vectors.add(object.lookup(id).getVector());
      }
      for (ArrowBuf buffer : StoredStream.buffers(vectors)) {
        assertTrue(stored.contains(buffer), () -> made + " outside of the object: " + buffer);
        assertEquals(0, buffer.memoryAddress() % StreamLayout.ALIGNMENT, made::toString);
      }
      assertEquals(before + stored.data().byteSize(), made.allocator.getAllocatedMemory());
    }
    assertEquals(0, stored.pins(), made::toString);
    assertEquals(before, made.allocator.getAllocatedMemory(), made::toString);
  }

  /** Everything that comes of a seed. */
  private static final class Made implements AutoCloseable {
    private final long seed;
    private final Random random;
    private final Schema schema;
    private final BufferAllocator allocator = new RootAllocator();
    private final Dataframes dataframes;
    private final MapDictionaryProvider dictionaries = new MapDictionaryProvider();

    Made(long seed, boolean sliceable) {
      this.seed = seed;
      random = new Random(seed);
      schema = new RandomSchemas(seed, sliceable).next();
      dataframes = new Dataframes(allocator, seed, NULLS[random.nextInt(NULLS.length)]);
      Field text = Field.nullable("text", ArrowType.Utf8.INSTANCE);
      for (ArrowType.Int indices :
          List.of(
              new ArrowType.Int(8, true),
              new ArrowType.Int(16, false),
              new ArrowType.Int(64, true))) {
        dictionaries.put(
            new Dictionary(
                dataframes.vector(text, Dataframes.DICTIONARY_SIZE),
                new DictionaryEncoding(indices.getBitWidth(), false, indices)));
      }
    }

    VectorSchemaRoot root() {
      return dataframes.root(schema, ROWS[random.nextInt(ROWS.length)]);
    }

    /** The batches as one stream. */
    StoredStream stored(List<VectorSchemaRoot> roots) throws Exception {
      ForeignStream stream =
          new ForeignStream().schema(MessageSchema.of(schema, dictionaries).schema());
      for (long id : MessageSchema.of(schema, dictionaries).dictionaries().keySet()) {
        FieldVector values = dictionaries.lookup(id).getVector();
        stream.dictionary(
            id, false, ForeignStream.batchOf(List.of(values), values.getValueCount()));
      }
      for (VectorSchemaRoot root : roots) {
        stream.batch(ForeignStream.batchOf(root.getFieldVectors(), root.getRowCount()));
      }
      return stream.end().stored();
    }

    @Override
    public void close() {
      dictionaries.close();
      allocator.close();
    }

    @Override
    public String toString() {
      return "seed=" + seed + " schema=" + schema;
    }
  }
}
