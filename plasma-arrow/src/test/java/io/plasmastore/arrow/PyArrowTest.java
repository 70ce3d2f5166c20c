package io.plasmastore.arrow;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.dictionary.Dictionary;
import org.apache.arrow.vector.dictionary.DictionaryProvider.MapDictionaryProvider;
import org.apache.arrow.vector.ipc.ArrowReader;
import org.apache.arrow.vector.types.IntervalUnit;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.DictionaryEncoding;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.FieldType;
import org.apache.arrow.vector.types.pojo.Schema;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.api.parallel.ResourceLock;

/** Python reads an object's bytes as they lie, and what Python writes is read here. */
@Timeout(180)
@Execution(ExecutionMode.CONCURRENT)
@ResourceLock("the turn beside the others")
class PyArrowTest {
  /** Reads a stream from mapped memory and writes what it read with its own writer. */
  private static final String REWRITE =
      """
      import sys
      import pyarrow as pa
      with pa.memory_map(sys.argv[1]) as source:
          reader = pa.ipc.open_stream(source)
          with pa.ipc.new_stream(sys.argv[2], reader.schema) as writer:
              for batch in reader:
                  for column in batch.columns:
                      # Numbers and times are any bytes, and so not all of them are right.
                      anything = pa.types.is_primitive(column.type) or pa.types.is_decimal(column.type)
                      column.validate(full=not anything)
                  writer.write_batch(batch)
      """;

  /** The places in memory of all buffers, modulo 64. */
  private static final String ALIGNMENTS =
      """
      import sys
      import pyarrow as pa
      with pa.memory_map(sys.argv[1]) as source:
          for batch in pa.ipc.open_stream(source):
              print({b.address % 64 for c in batch.columns for b in c.buffers() if b and b.size})
      """;

  /** Reads a file, last batch first, and writes it as a stream. */
  private static final String FILE_AS_STREAM =
      """
      import sys
      import pyarrow as pa
      with pa.memory_map(sys.argv[1]) as source:
          reader = pa.ipc.open_file(source)
          batches = [reader.get_batch(i) for i in reversed(range(reader.num_record_batches))]
          with pa.ipc.new_stream(sys.argv[2], reader.schema) as writer:
              for batch in reversed(batches):
                  batch.validate()
                  writer.write_batch(batch)
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

  @Test
  void passesEverythingOn() throws Exception {
    for (double nulls : new double[] {0, 0.2}) {
      try (VectorSchemaRoot root = new Dataframes(allocator, 1, nulls).root(schema(), 1000)) {
        StoredStream back = rewritten(StoredStream.of(root));
        try (VectorSchemaRoot got = back.get(allocator)) {
          assertTrue(Values.same(root, got), () -> root.getSchema() + " is not " + got.getSchema());
        }
        assertEquals(0, back.pins());
      }
    }
  }

  @Test
  void passesADataframeWithoutRowsOn() throws Exception {
    try (VectorSchemaRoot root = new Dataframes(allocator, 1, 0).root(schema(), 0);
        VectorSchemaRoot got = rewritten(StoredStream.of(root)).get(allocator)) {
      assertTrue(Values.same(root, got));
    }
  }

  @Test
  void passesManyBatchesOn() throws Exception {
    Dataframes dataframes = new Dataframes(allocator, 1, 0.2);
    try (VectorSchemaRoot first = dataframes.root(schema(), 100);
        VectorSchemaRoot second = dataframes.root(schema(), 7);
        ArrowReader reader =
            new BatchesReader(allocator, schema(), List.of(first, second, first))) {
      StoredStream back = rewritten(StoredStream.of(reader));
      try (ArrowObject object = back.open(allocator);
          VectorSchemaRoot one = object.batch(1);
          VectorSchemaRoot two = object.batch(2)) {
        assertEquals(207, object.rowCount());
        assertTrue(Values.same(second, one));
        assertTrue(Values.same(first, two));
      }
    }
  }

  @Test
  void passesDictionariesOn() throws Exception {
    ArrowType.Int indices = new ArrowType.Int(16, false);
    DictionaryEncoding encoding = new DictionaryEncoding(0, false, indices);
    Field city = new Field("city", new FieldType(true, indices, encoding), null);
    Field cities = Dataframes.nested("cities", ArrowType.List.INSTANCE, city);
    Dataframes dataframes = new Dataframes(allocator, 1, 0.2);
    FieldVector values = dataframes.vector(Field.nullable("c", ArrowType.Utf8.INSTANCE), 1 << 16);
    try (MapDictionaryProvider dictionaries =
            new MapDictionaryProvider(new Dictionary(values, encoding));
        VectorSchemaRoot root = dataframes.root(Dataframes.schema(city, cities), 100)) {
      StoredStream back = rewritten(StoredStream.of(root, dictionaries));
      try (ArrowObject object = back.open(allocator);
          VectorSchemaRoot got = object.batch(0)) {
        for (int row = 0; row < 100; row++) {
          assertEquals(root.getVector(0).getObject(row), got.getVector(0).getObject(row));
          assertEquals(root.getVector(1).getObject(row), got.getVector(1).getObject(row));
        }
        long id = got.getVector(0).getField().getDictionary().getId();
        FieldVector passed = object.lookup(id).getVector();
        for (int i = 0; i < values.getValueCount(); i++) {
          assertEquals(values.getObject(i), passed.getObject(i));
        }
      }
    }
  }

  @Test
  void readsASpilledFile() throws Exception {
    Dataframes dataframes = new Dataframes(allocator, 1, 0.2);
    try (VectorSchemaRoot first = dataframes.root(schema(), 100);
        VectorSchemaRoot second = dataframes.root(schema(), 7);
        ArrowReader reader =
            new BatchesReader(allocator, schema(), List.of(first, second, first))) {
      Path in = folder.resolve("in");
      Files.write(in, ArrowSpillFormatTest.file(StoredStream.of(reader).data()));
      Path out = folder.resolve("out");
      python.run(FILE_AS_STREAM, in, out);
      try (ArrowObject object = StoredStream.of(Files.readAllBytes(out)).open(allocator);
          VectorSchemaRoot one = object.batch(1);
          VectorSchemaRoot two = object.batch(2)) {
        assertEquals(207, object.rowCount());
        assertTrue(second.equals(one));
        assertTrue(first.equals(two));
      }
    }
  }

  @Test
  void findsEachBufferAligned() throws Exception {
    try (VectorSchemaRoot root = new Dataframes(allocator, 1, 0.2).root(schema(), 1000)) {
      Path file = Files.write(folder.resolve("in"), StoredStream.of(root).bytes());
      assertEquals("{0}", python.run(ALIGNMENTS, file));
    }
  }

  /** Everything but the two intervals that pyarrow itself has no type for. */
  private static Schema schema() {
    List<Field> fields = new ArrayList<>(Dataframes.everything().getFields());
    fields.removeIf(
        field ->
            field.getType().equals(new ArrowType.Interval(IntervalUnit.YEAR_MONTH))
                || field.getType().equals(new ArrowType.Interval(IntervalUnit.DAY_TIME)));
    return new Schema(fields, Map.of("origin", "a seed"));
  }

  private StoredStream rewritten(StoredStream stored) throws Exception {
    Path in = Files.write(folder.resolve("in"), stored.bytes());
    Path out = folder.resolve("out");
    python.run(REWRITE, in, out);
    return StoredStream.of(Files.readAllBytes(out));
  }
}
