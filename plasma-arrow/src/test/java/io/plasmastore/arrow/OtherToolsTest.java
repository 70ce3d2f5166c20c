package io.plasmastore.arrow;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import io.plasmastore.ObjectId;
import io.plasmastore.SealedObject;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.arrow.vector.BigIntVector;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.dictionary.Dictionary;
import org.apache.arrow.vector.dictionary.DictionaryEncoder;
import org.apache.arrow.vector.ipc.ArrowReader;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.Schema;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** DuckDB and polars read an object's bytes as they lie, and what they write is put and got. */
@Timeout(180)
class OtherToolsTest {
  private static final ObjectId ID = ObjectId.named("from elsewhere");

  /** Queries a stream from mapped memory. */
  private static final String QUERY =
      """
      import sys
      import pyarrow as pa
      import duckdb
      with pa.memory_map(sys.argv[1]) as source:
          frame = pa.ipc.open_stream(source)
          print(*duckdb.sql(sys.argv[2]).fetchone())
      """;

  /** Writes what a query gives, in batches of 1,000 rows. */
  private static final String RESULT =
      """
      import sys
      import pyarrow as pa
      import duckdb
      result = duckdb.sql(sys.argv[2]).fetch_record_batch(1000)
      with pa.ipc.new_stream(sys.argv[1], result.schema) as writer:
          for batch in result:
              writer.write_batch(batch)
      """;

  /** Reads a stream from mapped memory and writes it with polars' own writer. */
  private static final String POLARS =
      """
      import sys
      import polars
      frame = polars.read_ipc_stream(sys.argv[1])
      frame.write_ipc_stream(sys.argv[2])
      frame.write_ipc(sys.argv[3])
      print(frame.height, frame['n'].sum(), frame['t'].null_count())
      """;

  @TempDir Path folder;

  private RunningStore store;

  @BeforeEach
  void startsAStore() throws Exception {
    store = new RunningStore(32 << 20);
  }

  @AfterEach
  void leavesNothingHeld() throws Exception {
    assertEquals(0, store.pins());
    store.close();
  }

  @Test
  void duckDbQueriesAnObject() throws Exception {
    Python python = Python.in(folder, "duckdb");
    try (VectorSchemaRoot root = put(ID)) {
      String sum = "select sum(n)::bigint, count(t), count(*), max(t) from frame";
      long nulls = root.getVector("t").getNullCount();
      assertEquals(
          "%d %d %d %s"
              .formatted(sum(root), root.getRowCount() - nulls, root.getRowCount(), greatest(root)),
          python.run(QUERY, bytes(ID), sum));
    }
  }

  @Test
  void whatDuckDbGivesIsPut() throws Exception {
    Python python = Python.in(folder, "duckdb");
    Path result = folder.resolve("result");
    python.run(
        RESULT,
        result,
        """
        select i::bigint as n, case when i % 7 <> 0 then 'row number ' || i end as t, i % 3 = 0 as b,
               [i, i + 1] as l, {'a': i, 'b': 'x' || i} as s, i::decimal(20, 3) / 8 as d,
               timestamp '2026-01-01' + interval (i) second as w, map {'k': i} as m,
               (case when i % 2 = 0 then 'even' else 'odd' end)::enum('even', 'odd') as e
        from range(2500) range(i)
        """);
    put(result);
    try (ArrowObject object = store.dataframes().open(ID)) {
      object.validate();
      assertEquals(2500, object.rowCount());
      try (VectorSchemaRoot rows = object.slice(1001, 1).getFirst()) {
        assertEquals(1001L, rows.getVector("n").getObject(0));
        assertNull(rows.getVector("t").getObject(0));
        assertEquals(false, rows.getVector("b").getObject(0));
        assertEquals("[1001,1002]", rows.getVector("l").getObject(0).toString());
        assertEquals("{\"a\":1001,\"b\":\"x1001\"}", rows.getVector("s").getObject(0).toString());
        assertEquals("125.125", plain(rows.getVector("d").getObject(0)));
        assertEquals("2026-01-01T00:16:41", rows.getVector("w").getObject(0).toString());
        assertEquals(
            "[{\"key\":\"k\",\"value\":1001}]", rows.getVector("m").getObject(0).toString());
        Dictionary words = object.lookup(rows.getVector("e").getField().getDictionary().getId());
        try (FieldVector decoded =
            (FieldVector) DictionaryEncoder.decode(rows.getVector("e"), words)) {
          assertEquals("odd", decoded.getObject(0).toString());
        }
      }
    }
  }

  @Test
  void polarsReadsAnObjectAndWhatItWritesIsPut() throws Exception {
    Python python = Python.in(folder, "polars");
    try (VectorSchemaRoot root = put(ID)) {
      Path stream = folder.resolve("stream");
      Path file = folder.resolve("file");
      assertEquals(
          "%d %d %d".formatted(root.getRowCount(), sum(root), root.getVector("t").getNullCount()),
          python.run(POLARS, bytes(ID), stream, file));
      store.client().delete(ID);
      put(stream);
      assertGot(root);
      store.client().delete(ID);
      put(file);
      assertGot(root);
      store.client().delete(ID);
      // The file itself is an object, too.
      store.client().createAndSeal(ID, Files.readAllBytes(file));
      assertGot(root);
    }
  }

  private void assertGot(VectorSchemaRoot root) {
    try (ArrowObject object = store.dataframes().open(ID);
        VectorSchemaRoot got = object.batch(0)) {
      object.validate();
      for (Field field : root.getSchema().getFields()) {
        FieldVector wanted = root.getVector(field.getName());
        FieldVector found = got.getVector(field.getName());
        for (int row = 0; row < root.getRowCount(); row++) {
          assertEquals(String.valueOf(wanted.getObject(row)), String.valueOf(found.getObject(row)));
        }
      }
    }
  }

  private VectorSchemaRoot put(ObjectId id) {
    Field number = Field.nullable("n", new ArrowType.Int(64, true));
    Field text = Field.nullable("t", ArrowType.Utf8.INSTANCE);
    Field flag = Field.nullable("b", ArrowType.Bool.INSTANCE);
    Field numbers =
        Dataframes.nested(
            "l", ArrowType.List.INSTANCE, Field.nullable("item", new ArrowType.Int(32, true)));
    Schema schema = Dataframes.schema(number, text, flag, numbers);
    VectorSchemaRoot root = new Dataframes(store.allocator(), 1, 0.2).root(schema, 1500);
    // So that no sum is too large.
    BigIntVector values = (BigIntVector) root.getVector("n");
    for (int i = 0; i < values.getValueCount(); i++) {
      values.getDataBuffer().setLong(8L * i, values.getDataBuffer().getLong(8L * i) >> 16);
    }
    store.dataframes().put(id, root);
    return root;
  }

  private void put(Path file) throws Exception {
    try (ArrowInput input = ArrowInput.open(file);
        ArrowReader reader = input.reader(store.allocator())) {
      store.dataframes().put(ID, reader);
    }
  }

  /** The object's bytes as a file. */
  private Path bytes(ObjectId id) throws Exception {
    try (SealedObject object = store.client().get(id)) {
      return Files.write(folder.resolve("object"), object.data().toArray(ValueLayout.JAVA_BYTE));
    }
  }

  private static long sum(VectorSchemaRoot root) {
    BigIntVector values = (BigIntVector) root.getVector("n");
    long sum = 0;
    for (int i = 0; i < values.getValueCount(); i++) {
      sum += values.isNull(i) ? 0 : values.get(i);
    }
    return sum;
  }

  private static String greatest(VectorSchemaRoot root) {
    String greatest = "";
    for (int i = 0; i < root.getRowCount(); i++) {
      Object text = root.getVector("t").getObject(i);
      if (text != null && text.toString().compareTo(greatest) > 0) {
        greatest = text.toString();
      }
    }
    return greatest;
  }

  private static String plain(Object decimal) {
    return new java.math.BigDecimal(decimal.toString()).stripTrailingZeros().toPlainString();
  }
}
