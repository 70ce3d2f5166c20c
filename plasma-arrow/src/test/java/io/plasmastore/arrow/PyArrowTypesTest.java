package io.plasmastore.arrow;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.dictionary.DictionaryProvider;
import org.apache.arrow.vector.ipc.ArrowReader;
import org.apache.arrow.vector.types.pojo.Field;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.api.parallel.ResourceLock;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * What Python writes, in every form that it has, is read here where it lies; and what is written of
 * that again, Python finds equal.
 */
@Timeout(180)
@Execution(ExecutionMode.CONCURRENT)
@ResourceLock("the turn beside the others")
class PyArrowTypesTest {
  /** Columns of the types that arrow-java's own writers are rarely asked for. */
  private static final String COLUMNS =
      """
      import sys
      import pyarrow as pa
      import pyarrow.compute as pc

      class Colour(pa.ExtensionType):
          def __init__(self):
              super().__init__(pa.int32(), "test.colour")
          def __arrow_ext_serialize__(self):
              return b"rgb"
          @classmethod
          def __arrow_ext_deserialize__(cls, storage, serialized):
              return Colour()
      pa.register_extension_type(Colour())

      def unions():
          types = pa.array([0, 1, 0, 1, 0, 0], pa.int8())
          offsets = pa.array([0, 0, 1, 1, 2, 3], pa.int32())
          numbers = pa.array([1, None, 3, 4, 5, 6], pa.int64())
          texts = pa.array(["a", "b", None, "d", "e", "f"])
          return {
              "sparse": pa.UnionArray.from_sparse(types, [numbers, texts]),
              "dense": pa.UnionArray.from_dense(types, offsets, [numbers[:4], texts[:2]]),
              "odd": pa.UnionArray.from_dense(pa.array([7, 100, 7, 100, 7, 7], pa.int8()), offsets, [numbers[:4], texts[:2]],
                                              ["n", "t"], [7, 100]),
          }

      def columns():
          long = ["", "short", None, "a text that does not fit a view", "another text of some length", "z" * 1000]
          return {
              "views": pa.array(long, pa.string_view()),
              "bytes": pa.array([None if t is None else t.encode() for t in long], pa.binary_view()),
              "list views": pa.ListViewArray.from_arrays(
                  pa.array([4, 0, 1, 0, 3, 2], pa.int32()), pa.array([1, 2, 3, 0, 2, 2], pa.int32()), pa.array(long)),
              "large list views": pa.LargeListViewArray.from_arrays(
                  pa.array([4, 0, 1, 0, 3, 2], pa.int64()), pa.array([1, 2, 3, 0, 2, 2], pa.int64()), pa.array(range(6))),
              "runs": pc.run_end_encode(pa.array([1, 1, None, None, 2, 2], pa.int64())),
              "runs of text": pc.run_end_encode(pa.array(["x", "x", "x", "y", "y", None]), run_end_type=pa.int16()),
              "colour": pa.ExtensionArray.from_storage(Colour(), pa.array([1, 2, None, 4, 5, 6], pa.int32())),
              "wide": pa.array([1, None, 3, 4, 5, 6], pa.decimal256(60, 2)),
              "structs": pa.array([{"a": 1, "b": None}, None, {"a": None, "b": "x"}, {}, {"b": "y"}, {"a": 5}],
                                  pa.struct([("a", pa.int64()), ("b", pa.string_view())])),
              "maps": pa.array([[("k", 1)], None, [], [("a", None), ("b", 2)], [], None], pa.map_(pa.string(), pa.int64())),
              "city": pa.array(["Rome", "Oslo", None, "Rome", "Bern", "Oslo"]).dictionary_encode(),
              "nothing": pa.nulls(6),
              "lists": pa.array([[1], [], None, [2, 3], [None], [4]], pa.large_list(pa.int16())),
              "pairs": pa.array([[1, 2], None, [3, None], [4, 5], [6, 7], [8, 9]], pa.list_(pa.int64(), 2)),
          }

      """;

  /** Writes three batches, of which two are slices. */
  private static final String WRITE =
      COLUMNS
          + """

      every = {**columns(), **unions()}
      batch = pa.record_batch(list(every.values()), names=list(every))
      batch.validate(full=True)
      options = pa.ipc.IpcWriteOptions(metadata_version=getattr(pa.ipc.MetadataVersion, sys.argv[2]),
                                       compression=None if sys.argv[3] == "none" else sys.argv[3])
      new = pa.ipc.new_file if sys.argv[4] == "file" else pa.ipc.new_stream
      with new(sys.argv[1], batch.schema, options=options) as writer:
          for part in (batch, batch.slice(2, 3), batch.slice(0, 0)):
              writer.write_batch(part)
      """;

  /** Whether a stream has the batches of another stream or file. */
  private static final String COMPARE =
      COLUMNS
          + """

      def batches(path):
          with pa.memory_map(path) as source:
              if bytes(source.read(6)) == b"ARROW1":
                  reader = pa.ipc.open_file(source)
                  return [reader.get_batch(i) for i in range(reader.num_record_batches)]
              source.seek(0)
              return list(pa.ipc.open_stream(source))
      wanted, found = batches(sys.argv[1]), batches(sys.argv[2])
      assert len(wanted) == len(found), (len(wanted), len(found))
      for w, f in zip(wanted, found):
          f.validate(full=True)
          for name, one, two in zip(w.schema.names, w.columns, f.columns):
              assert one.to_pylist() == two.to_pylist(), (name, one, two)
              assert isinstance(one, pa.DictionaryArray) or one.type == two.type, (one.type, two.type)
      print(sum(b.num_rows for b in found))
      """;

  /** Dictionaries that grow, or change, from batch to batch. */
  private static final String WRITE_DICTIONARIES =
      """
      import sys
      import pyarrow as pa
      texts = [["Rome", "Oslo"], ["Rome", "Oslo", "Bern"], ["Rome", "Oslo", "Bern", "Kyiv"]]
      if sys.argv[2] == "replaced":
          texts[1] = ["Bern"]
      schema = pa.schema([("city", pa.dictionary(pa.int8(), pa.string()))])
      options = pa.ipc.IpcWriteOptions(emit_dictionary_deltas=True, unify_dictionaries=False)
      with pa.ipc.new_stream(sys.argv[1], schema, options=options) as writer:
          for values in texts:
              indices = pa.array([len(values) - 1, None, 0], pa.int8())
              writer.write_batch(pa.record_batch([pa.DictionaryArray.from_arrays(indices, values)], schema=schema))
      """;

  @TempDir Path folder;

  private final BufferAllocator allocator = new RootAllocator();
  private Python python;

  @BeforeEach
  void asksForPyArrow() throws Exception {
    python = Python.in(folder);
  }

  @AfterEach
  void closesTheAllocator() {
    allocator.close();
  }

  @ParameterizedTest
  @CsvSource({
    "V4, none, stream",
    "V5, none, stream",
    "V5, none, file",
    "V4, none, file",
    "V5, lz4, stream",
    "V5, lz4, file",
    "V5, zstd, stream",
    "V5, zstd, file"
  })
  void readsAndPassesOnWhatPythonWrote(String version, String compression, String form)
      throws Exception {
    Path in = folder.resolve("in");
    python.run(WRITE, in, version, compression, form);
    StoredStream stored = StoredStream.of(Files.readAllBytes(in));
    Path out = folder.resolve("out");
    try (ArrowObject object = stored.open(allocator)) {
      object.validate();
      assertEquals(3, object.batchCount());
      assertEquals(9, object.rowCount());
      assertEquals(!compression.equals("none"), object.isCompressed());
      if (!object.isCompressed()) {
        assertInPlace(stored, object);
      }
      try (ArrowReader reader = object.reader()) {
        Files.write(out, StoredStream.of(reader).bytes());
      }
    }
    assertEquals(0, stored.pins());
    assertEquals("9", python.run(COMPARE, in, out));
  }

  @Test
  void keepsAnExtensionTypeThatNobodyRegistered() throws Exception {
    Path in = folder.resolve("in");
    python.run(WRITE, in, "V5", "none", "stream");
    try (ArrowObject object = StoredStream.of(Files.readAllBytes(in)).open(allocator)) {
      Field colour = object.schema().findField("colour");
      assertEquals("test.colour", colour.getMetadata().get("ARROW:extension:name"));
      assertEquals("rgb", colour.getMetadata().get("ARROW:extension:metadata"));
    }
  }

  @Test
  void readsADictionaryThatGrows() throws Exception {
    StoredStream stored = writtenDictionaries("grown");
    try (ArrowObject object = stored.open(allocator)) {
      object.validate();
      assertEquals(List.of("Oslo", "Bern", "Kyiv"), firstCities(object));
      long id = object.getDictionaryIds().iterator().next();
      assertEquals(4, object.lookup(id).getVector().getValueCount());
      try (ArrowReader reader = object.reader()) {
        StoredStream again = StoredStream.of(reader);
        StreamIndex index = StreamIndex.of(again.data(), new SchemaCache());
        assertEquals(1, index.dictionaries().positions().size());
      }
    }
    assertEquals(0, stored.pins());
  }

  @Test
  void readsADictionaryThatIsReplaced() throws Exception {
    StoredStream stored = writtenDictionaries("replaced");
    try (ArrowObject object = stored.open(allocator)) {
      object.validate();
      assertEquals(List.of("Oslo", "Bern", "Kyiv"), firstCities(object));
      try (ArrowReader reader = object.reader()) {
        Path out = Files.write(folder.resolve("out"), StoredStream.of(reader).bytes());
        assertEquals("9", python.run(COMPARE, folder.resolve("in"), out));
      }
    }
    assertEquals(0, stored.pins());
  }

  private StoredStream writtenDictionaries(String how) throws Exception {
    Path in = folder.resolve("in");
    python.run(WRITE_DICTIONARIES, in, how);
    return StoredStream.of(Files.readAllBytes(in));
  }

  /** The city that the first row of each batch refers to. */
  private static List<String> firstCities(ArrowObject object) {
    return IntStream.range(0, object.batchCount())
        .mapToObj(
            batch -> {
              DictionaryProvider dictionaries = object.dictionaries(batch);
              long id = dictionaries.getDictionaryIds().iterator().next();
              try (VectorSchemaRoot root = object.batch(batch)) {
                int index = ((Number) root.getVector(0).getObject(0)).intValue();
                return dictionaries.lookup(id).getVector().getObject(index).toString();
              }
            })
        .toList();
  }

  private static void assertInPlace(StoredStream stored, ArrowObject object) {
    for (int batch = 0; batch < object.batchCount(); batch++) {
      try (VectorSchemaRoot root = object.batch(batch)) {
        List<ArrowBuf> buffers = StoredStream.buffers(root.getFieldVectors());
        assertFalse(batch == 0 && buffers.isEmpty());
        for (ArrowBuf buffer : buffers) {
          boolean shared = buffer.getReferenceManager() instanceof ConstantMemory;
          assertTrue(shared || stored.contains(buffer), () -> "outside of the object: " + buffer);
        }
      }
    }
  }
}
