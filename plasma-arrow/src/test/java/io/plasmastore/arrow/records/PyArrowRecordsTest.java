package io.plasmastore.arrow.records;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.plasmastore.ObjectId;
import io.plasmastore.SealedObject;
import io.plasmastore.arrow.RunningStore;
import java.io.IOException;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandles;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.NullMarked;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.api.parallel.ResourceLock;

/** Records that Python wrote are read, and Python reads records. */
@Timeout(180)
@Execution(ExecutionMode.CONCURRENT)
@ResourceLock("the turn beside the others")
class PyArrowRecordsTest {
  private static final long DEADLINE_SECONDS = 50;
  private static final ObjectId ID = ObjectId.named("python");

  /** Each column as pyarrow makes it by itself, so all of them may be null. */
  private static final String WRITE =
      """
      import sys, datetime, decimal
      import pyarrow as pa
      table = pa.table({
          'id': [1, 2, 3],
          'price': [0.5, 1.5, 2.5],
          'symbol': pa.array(['a', None, 'b'], pa.large_string()),
          'venue': pa.array(['X', None, 'é'], pa.large_string()).dictionary_encode(),
          'plain': pa.array(['one', 'two', 'one']),
          'side': pa.array(['SELL', 'BUY', 'SELL']).dictionary_encode(),
          'time': [datetime.datetime(2026, 11, 22, tzinfo=datetime.timezone.utc)] * 3,
          'amount': [decimal.Decimal('1.25'), None, decimal.Decimal('-3.50')],
          'parts': [[1, 2], [], [3]],
          'tags': pa.array([[('x', 1)], [], None], pa.map_(pa.string(), pa.int32())),
          'unknown': [b'', b'', b''],
      })
      with pa.ipc.new_stream(sys.argv[1], table.schema) as writer:
          writer.write_table(table, max_chunksize=2)
      """;

  private static final String READ =
      """
      import sys
      import pyarrow as pa
      with pa.memory_map(sys.argv[1]) as source:
          table = pa.ipc.open_stream(source).read_all()
          table.validate(full=True)
          print([str(f.type) for f in table.schema][:7])
          print(table.column('venue').to_pylist(), table.column('plain').to_pylist())
          print(table.to_pylist()[1]['side'], table.column('id').to_pylist())
      """;

  private static final String READ_LONG =
      """
      import sys
      import pyarrow as pa
      with pa.memory_map(sys.argv[1]) as source:
          table = pa.ipc.open_stream(source).read_all()
          table.validate(full=True)
          names = table.column('name')
          rows = table.column('row').to_pylist()
          print(len(rows), len(names.chunk(0).dictionary),
                names.to_pylist() == ['symbol %d' % (row % 1000) for row in rows])
      """;

  enum Side {
    BUY,
    SELL
  }

  @NullMarked
  record Order(
      long id,
      double price,
      @Nullable String symbol,
      @DictionaryEncoded @Nullable String venue,
      @DictionaryEncoded String plain,
      Side side,
      Instant time,
      @Nullable BigDecimal amount,
      List<Long> parts,
      @Nullable Map<String, Integer> tags) {}

  private static final RecordCodec<Order> CODEC =
      RecordCodec.of(Order.class, MethodHandles.lookup());

  @TempDir Path folder;

  private RunningStore store;

  @BeforeEach
  void asksForPyArrow() throws Exception {
    assumeTrue(run("import pyarrow") == 0, "there is no python3 with pyarrow");
    store = new RunningStore(16 << 20);
  }

  @AfterEach
  void leavesNothing() throws Exception {
    if (store != null) {
      assertEquals(0, store.pins());
      store.close();
    }
  }

  @Test
  void readsWhatPythonWrote() throws Exception {
    Path file = folder.resolve("written");
    assertEquals(0, run(WRITE, file.toString()), this::errors);
    store.client().createAndSeal(ID, Files.readAllBytes(file));
    Instant day = Instant.parse("2026-11-22T00:00:00Z");
    try (RecordList<Order> orders = CODEC.over(store.dataframes()).get(ID)) {
      assertEquals(2, orders.batchCount());
      assertEquals(
          List.of(
              new Order(
                  1,
                  0.5,
                  "a",
                  "X",
                  "one",
                  Side.SELL,
                  day,
                  new BigDecimal("1.25"),
                  List.of(1L, 2L),
                  Map.of("x", 1)),
              new Order(2, 1.5, null, null, "two", Side.BUY, day, null, List.of(), Map.of()),
              new Order(
                  3,
                  2.5,
                  "b",
                  "é",
                  "one",
                  Side.SELL,
                  day,
                  new BigDecimal("-3.50"),
                  List.of(3L),
                  null)),
          orders);
    }
  }

  @Test
  void pythonReadsRecords() throws Exception {
    Order one =
        new Order(
            1, 0.5, "a", null, "p", Side.SELL, Instant.EPOCH, null, List.of(7L), Map.of("k", 1));
    Order two =
        new Order(2, 1.5, null, "Zürich", "p", Side.BUY, Instant.EPOCH, null, List.of(), null);
    CODEC.over(store.dataframes()).put(ID, List.of(one, two));
    Path file = folder.resolve("object");
    try (SealedObject object = store.client().get(ID)) {
      Files.write(file, object.data().toArray(ValueLayout.JAVA_BYTE));
    }
    assertEquals(0, run(READ, file.toString()), this::errors);
    assertEquals(
        List.of(
            "['int64', 'double', 'string', 'dictionary<values=string, indices=int32, ordered=0>',"
                + " 'dictionary<values=string, indices=int32, ordered=0>',"
                + " 'dictionary<values=string, indices=int8, ordered=0>',"
                + " 'timestamp[ns, tz=UTC]']",
            "[None, 'Zürich'] ['p', 'p']",
            "BUY [1, 2]"),
        Files.readAllLines(folder.resolve("stdout")));
  }

  record Symbol(int row, @DictionaryEncoded String name) {}

  /** Its dictionary had room kept for it, of which some is left. */
  @Test
  void pythonReadsALongListWithADictionary() throws Exception {
    List<Symbol> list = new ArrayList<>();
    for (int row = 0; row < InPlaceFill.MIN_ROWS + 7; row++) {
      list.add(new Symbol(row, "symbol " + row % 1_000));
    }
    RecordCodec.of(Symbol.class, MethodHandles.lookup()).over(store.dataframes()).put(ID, list);
    Path file = folder.resolve("object");
    try (SealedObject object = store.client().get(ID)) {
      Files.write(file, object.data().toArray(ValueLayout.JAVA_BYTE));
    }
    assertEquals(0, run(READ_LONG, file.toString()), this::errors);
    assertEquals(
        List.of("65543 1000 True"), Files.readAllLines(folder.resolve("stdout")), this::errors);
  }

  private int run(String script, String... arguments) throws Exception {
    List<String> command = new ArrayList<>(List.of("python3", "-c", script));
    command.addAll(List.of(arguments));
    Process python;
    try {
      python =
          new ProcessBuilder(command)
              .redirectOutput(folder.resolve("stdout").toFile())
              .redirectError(folder.resolve("stderr").toFile())
              .start();
    } catch (IOException noPython) {
      return -1;
    }
    boolean ended = python.waitFor(DEADLINE_SECONDS, TimeUnit.SECONDS);
    python.destroyForcibly();
    assertTrue(ended, "python is still running");
    return python.exitValue();
  }

  private String errors() {
    try {
      return Files.readString(folder.resolve("stderr"));
    } catch (IOException e) {
      return e.toString();
    }
  }
}
