package io.plasmastore.arrow.cdata;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.plasmastore.ObjectId;
import io.plasmastore.PlasmaException;
import io.plasmastore.arrow.ArrowBuilder;
import io.plasmastore.arrow.ArrowObject;
import io.plasmastore.arrow.BuildOptions;
import io.plasmastore.arrow.RunningStore;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import org.apache.arrow.c.ArrowArrayStream;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.BigIntVector;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.TinyIntVector;
import org.apache.arrow.vector.VarCharVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.dictionary.Dictionary;
import org.apache.arrow.vector.dictionary.DictionaryEncoder;
import org.apache.arrow.vector.dictionary.DictionaryProvider.MapDictionaryProvider;
import org.apache.arrow.vector.ipc.ArrowReader;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.DictionaryEncoding;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.FieldType;
import org.apache.arrow.vector.types.pojo.Schema;
import org.duckdb.DuckDBConnection;
import org.duckdb.DuckDBResultSet;

/**
 * Dataframes to and from other Arrow libraries, in a JVM that has the flag which the C data
 * interface needs. Prints what went well.
 */
final class CDataMain {
  private static final ObjectId ID = ObjectId.named("streamed");
  private static final BuildOptions SMALL = BuildOptions.DEFAULT.withCapacity(1);
  private static final String ROWS =
      """
      SELECT i AS n,
        CASE WHEN i %% 7 = 0 THEN NULL ELSE i / 3.0 END AS d,
        CASE WHEN i %% 5 = 0 THEN NULL ELSE 'text ' || i END AS t,
        TIMESTAMP '2026-11-22 00:00:00' + INTERVAL (i) SECOND AS at,
        CASE WHEN i %% 3 = 0 THEN NULL ELSE [i, NULL, i * 2] END AS l,
        {'a': i::INTEGER, 'b': CASE WHEN i %% 2 = 0 THEN NULL ELSE 'b' || i END} AS s
      FROM range(%d) r(i)
      """;

  private CDataMain() {}

  @SuppressWarnings("SystemOut")
  public static void main(String[] arguments) throws Exception {
    try (RunningStore store = new RunningStore(64 << 20)) {
      CDataClient streams = CDataClient.over(store.dataframes());
      exchangesWithArrowItself(store, streams);
      exchangesDictionaries(store, streams);
      for (int rows : new int[] {0, 1, 100_000}) {
        exchangesWithDuckDb(store, streams, rows);
      }
      leavesNothingOfAStreamThatFails(store, streams);
      assertEquals(0, store.objects());
      assertEquals(0, store.pins());
      assertEquals(0, store.client().stats().used());
    }
    System.out.println("exchanged");
  }

  /** Through arrow-java's own end of the interface, there and back. */
  private static void exchangesWithArrowItself(RunningStore store, CDataClient streams)
      throws Exception {
    Schema schema =
        new Schema(
            List.of(
                Field.nullable("n", new ArrowType.Int(64, true)),
                Field.nullable("t", ArrowType.Utf8.INSTANCE)));
    try (ArrowBuilder builder = store.dataframes().build(ID, schema, SMALL)) {
      for (int batch = 0; batch < 3; batch++) {
        BigIntVector numbers = (BigIntVector) builder.root().getVector("n");
        VarCharVector texts = (VarCharVector) builder.root().getVector("t");
        for (int i = 0; i < 1000; i++) {
          numbers.setSafe(i, batch * 1000L + i);
          if (i % 3 != 0) {
            texts.setSafe(i, ("t" + i).getBytes(StandardCharsets.US_ASCII));
          }
        }
        builder.root().setRowCount(1000);
        builder.endBatch();
      }
      builder.seal();
    }
    ObjectId copy = ObjectId.named("copy");
    try (ArrowArrayStream stream = ArrowArrayStream.allocateNew(store.allocator())) {
      streams.export(ID, stream);
      assertEquals(1, store.pins());
      streams.put(copy, stream, SMALL);
    }
    assertEquals(0, store.pins());
    assertSame(store, ID, copy);
    assertEquals(0, store.allocator().getAllocatedMemory());
    assertTrue(store.client().delete(ID));
    assertTrue(store.client().delete(copy));
  }

  private static void exchangesDictionaries(RunningStore store, CDataClient streams)
      throws Exception {
    BufferAllocator allocator = store.allocator();
    DictionaryEncoding encoding = new DictionaryEncoding(1, false, new ArrowType.Int(8, true));
    try (MapDictionaryProvider dictionaries = new MapDictionaryProvider();
        VarCharVector plain = texts(allocator, "b", "a", null, "b", "c")) {
      Dictionary dictionary = new Dictionary(texts(allocator, "a", "b", "c"), encoding);
      dictionaries.put(dictionary);
      try (FieldVector encoded = (FieldVector) DictionaryEncoder.encode(plain, dictionary);
          VectorSchemaRoot root = new VectorSchemaRoot(List.of(encoded))) {
        store.dataframes().put(ID, root, dictionaries);
      }
    }
    ObjectId copy = ObjectId.named("copy");
    try (ArrowArrayStream stream = ArrowArrayStream.allocateNew(allocator)) {
      streams.export(ID, stream);
      streams.put(copy, stream, SMALL);
    }
    try (ArrowObject object = store.dataframes().open(copy);
        VectorSchemaRoot root = object.batch(0)) {
      object.validate();
      TinyIntVector indices = (TinyIntVector) root.getVector(0);
      long id = indices.getField().getDictionary().getId();
      FieldVector values = object.lookup(id).getVector();
      List<Object> found = new ArrayList<>();
      for (int i = 0; i < indices.getValueCount(); i++) {
        found.add(indices.isNull(i) ? "-" : values.getObject(indices.get(i)).toString());
      }
      assertEquals(List.of("b", "a", "-", "b", "c"), found);
    }
    assertEquals(0, allocator.getAllocatedMemory());
    assertTrue(store.client().delete(ID));
    assertTrue(store.client().delete(copy));
  }

  /** What DuckDB selects goes into the store, and DuckDB finds the same there. */
  private static void exchangesWithDuckDb(RunningStore store, CDataClient streams, int rows)
      throws Exception {
    try (Connection connection = DriverManager.getConnection("jdbc:duckdb:");
        Statement statement = connection.createStatement()) {
      DuckDBConnection duckdb = connection.unwrap(DuckDBConnection.class);
      try (DuckDBResultSet result =
              statement.executeQuery(ROWS.formatted(rows)).unwrap(DuckDBResultSet.class);
          ArrowReader reader = (ArrowReader) result.arrowExportStream(store.allocator(), 20_000)) {
        store.dataframes().put(ID, reader, SMALL);
      }
      try (ArrowObject object = store.dataframes().open(ID)) {
        object.validate();
        assertEquals(rows, object.rowCount());
        assertEquals(6, object.schema().getFields().size());
      }
      assertEquals(0, store.allocator().getAllocatedMemory());
      statement.execute("CREATE OR REPLACE TABLE wanted AS " + ROWS.formatted(rows));
      try (ArrowArrayStream stream = ArrowArrayStream.allocateNew(store.allocator())) {
        streams.export(ID, stream);
        duckdb.registerArrowStream("stored", stream);
        statement.execute("CREATE OR REPLACE TABLE found AS SELECT * FROM stored");
      }
      assertEquals(
          0,
          number(
              statement,
              "SELECT count(*) FROM ((FROM wanted EXCEPT ALL FROM found) UNION ALL"
                  + " (FROM found EXCEPT ALL FROM wanted))"));
      assertEquals(
          (long) rows * (rows - 1) / 2,
          number(statement, "SELECT coalesce(sum(n), 0)::BIGINT FROM found"));
      assertEquals(
          number(statement, "SELECT count(*) FROM wanted WHERE d IS NULL"),
          number(statement, "SELECT count(*) FROM found WHERE d IS NULL"));
    }
    assertEquals(0, store.pins());
    assertEquals(0, store.allocator().getAllocatedMemory());
    assertTrue(store.client().delete(ID));
  }

  private static void leavesNothingOfAStreamThatFails(RunningStore store, CDataClient streams)
      throws Exception {
    try (ArrowArrayStream none = ArrowArrayStream.allocateNew(store.allocator())) {
      assertThrows(PlasmaException.class, () -> streams.export(ObjectId.random(), none));
    }
    try (Connection connection = DriverManager.getConnection("jdbc:duckdb:");
        Statement statement = connection.createStatement()) {
      // The text of row 90,000 is no number, which DuckDB finds when it gets there.
      String failing =
          "SELECT (CASE WHEN i = 90000 THEN 'x' ELSE '1' END)::INTEGER AS n FROM range(100000) r(i)";
      statement.execute("SET threads = 1");
      assertThrows(
          Exception.class,
          () -> {
            try (DuckDBResultSet result =
                    statement.executeQuery(failing).unwrap(DuckDBResultSet.class);
                ArrowReader reader =
                    (ArrowReader) result.arrowExportStream(store.allocator(), 10_000)) {
              store.dataframes().put(ID, reader, SMALL);
            }
          });
    }
    assertFalse(store.client().contains(ID));
    assertEquals(0, store.objects());
    assertEquals(0, store.allocator().getAllocatedMemory());
  }

  private static void assertSame(RunningStore store, ObjectId wanted, ObjectId found)
      throws Exception {
    try (ArrowObject one = store.dataframes().open(wanted);
        ArrowObject two = store.dataframes().open(found)) {
      two.validate();
      assertEquals(one.batchCount(), two.batchCount());
      for (int i = 0; i < one.batchCount(); i++) {
        try (VectorSchemaRoot first = one.batch(i);
            VectorSchemaRoot second = two.batch(i)) {
          assertTrue(first.equals(second), "batch " + i);
        }
      }
    }
  }

  private static VarCharVector texts(BufferAllocator allocator, String... texts) {
    VarCharVector vector =
        new VarCharVector("text", FieldType.nullable(ArrowType.Utf8.INSTANCE), allocator);
    for (int i = 0; i < texts.length; i++) {
      if (texts[i] != null) {
        vector.setSafe(i, texts[i].getBytes(StandardCharsets.UTF_8));
      }
    }
    vector.setValueCount(texts.length);
    return vector;
  }

  private static long number(Statement statement, String query) throws Exception {
    try (ResultSet result = statement.executeQuery(query)) {
      assertTrue(result.next());
      return result.getLong(1);
    }
  }
}
