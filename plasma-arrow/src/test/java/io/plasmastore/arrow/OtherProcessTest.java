package io.plasmastore.arrow;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.plasmastore.ObjectId;
import io.plasmastore.PlasmaClient;
import io.plasmastore.SealedObject;
import io.plasmastore.store.PlasmaStore;
import io.plasmastore.store.StoreOptions;
import java.io.IOException;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.BigIntVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.ipc.ArrowReader;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.Schema;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.api.parallel.ResourceLock;

/** Dataframes between JVMs. */
@Timeout(180)
@Execution(ExecutionMode.CONCURRENT)
@ResourceLock("the turn beside the others")
class OtherProcessTest {
  private static final ObjectId ID = ObjectId.named("shared");
  private static final long DEADLINE_SECONDS = 40;
  private static final Schema NUMBERS =
      Dataframes.schema(Field.nullable("n", new ArrowType.Int(64, true)));

  @TempDir Path folder;

  private RunningStore store;
  private OtherJvm started;
  private BufferAllocator allocator;

  @BeforeEach
  void startsAStore() throws Exception {
    store = new RunningStore(16 << 20);
    allocator = store.allocator();
  }

  @AfterEach
  void leavesNothing() throws Exception {
    assertEquals(0, store.pins());
    store.close();
  }

  @Test
  void anotherJvmSumsAColumnThatItWaitedFor() throws Exception {
    Process other = start(List.of(), "sum", store.socket().toString(), ID.toHex());
    try (VectorSchemaRoot root = root(NUMBERS)) {
      store.dataframes().put(ID, root);
      assertEquals("sum=" + sum(root), lineOf(other));
    }
  }

  @Test
  void everythingComesBackFromAnotherJvm() throws Exception {
    ObjectId copyId = ObjectId.random();
    try (VectorSchemaRoot root = root(Dataframes.everything())) {
      store.dataframes().put(ID, root);
      Process other =
          start(List.of(), "copy", store.socket().toString(), ID.toHex(), copyId.toHex());
      assertEquals("rows=1000", lineOf(other));
      try (VectorSchemaRoot copy = store.dataframes().get(copyId)) {
        assertTrue(Values.same(root, copy));
      }
    }
  }

  @Test
  void aJvmThatEndsLetsGoOfItsDataframes() throws Exception {
    try (VectorSchemaRoot root = root(NUMBERS)) {
      store.dataframes().put(ID, root);
    }
    Process other = start(List.of(), "hold", store.socket().toString(), ID.toHex());
    assertEquals("held=1000", lineOf(other));
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(DEADLINE_SECONDS);
    while (store.pins() > 0) {
      assertTrue(System.nanoTime() < deadline, "the store never saw the other process end");
      Thread.onSpinWait();
    }
  }

  @Test
  void aLeakIsNamedByWhereItWasGot() throws Exception {
    try (VectorSchemaRoot root = root(NUMBERS)) {
      store.dataframes().put(ID, root);
    }
    Process other =
        start(List.of("-Dplasma.debug.leaks=true"), "leak", store.socket().toString(), ID.toHex());
    assertEquals("allocator=true client=true log=true", lineOf(other));
  }

  /** The first paragraph of ArrowClient: it ends the JVM that writes, and the data stays whole. */
  @Test
  void aWriteEndsTheJvmThatTriesAndTheDataStaysWhole() throws Exception {
    try (VectorSchemaRoot root = root(NUMBERS)) {
      store.dataframes().put(ID, root);
      // No core dump and no error file in the middle of the build.
      Path errors = folder.resolve("hs_err.log");
      List<String> flags = List.of("-XX:-CreateCoredumpOnCrash", "-XX:ErrorFile=" + errors);
      Process other = start(flags, "write", store.socket().toString(), ID.toHex());
      assertTrue(other.waitFor(DEADLINE_SECONDS, TimeUnit.SECONDS));
      assertNotEquals(0, other.exitValue());
      try (VectorSchemaRoot got = store.dataframes().get(ID)) {
        assertTrue(Values.same(root, got));
      }
    }
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(DEADLINE_SECONDS);
    while (store.pins() > 0) {
      assertTrue(System.nanoTime() < deadline, "the store never saw the other process end");
      Thread.onSpinWait();
    }
  }

  @Test
  void arrowJavasOwnReaderReadsAnObjectsBytes() throws Exception {
    Path file = folder.resolve("object");
    try (VectorSchemaRoot root = root(NUMBERS)) {
      store.dataframes().put(ID, root);
      try (SealedObject object = store.client().get(ID)) {
        Files.write(file, object.data().toArray(ValueLayout.JAVA_BYTE));
      }
      // Its buffers are wrapped as byte buffers, which is what the flag is for.
      List<String> flags = List.of("--add-opens=java.base/java.nio=ALL-UNNAMED");
      assertEquals("sum=" + sum(root), lineOf(start(flags, "stock", file.toString())));
    }
  }

  @Test
  void arrowJavasOwnReaderReadsASpilledFile() throws Exception {
    Path disk = folder.resolve("disk");
    Path socket = folder.resolve("socket");
    StoreOptions options = StoreOptions.of(socket, 1 << 20).withSpill(disk, 0);
    long sum;
    try (PlasmaStore spilling = PlasmaStore.launch(options);
        PlasmaClient client = PlasmaClient.connect(socket);
        VectorSchemaRoot root = root(NUMBERS);
        ArrowReader batches = new BatchesReader(allocator, NUMBERS, List.of(root, root, root))) {
      sum = 3 * sum(root);
      ArrowClient.over(client, allocator).put(ID, batches);
      assertTrue(client.evict(Long.MAX_VALUE) > 0);
      assertEquals(1, client.stats().spilledObjects());
      assertEquals(spilling.options().spillDirectory(), disk);
    }
    Path file = disk.resolve(ID.toHex() + ".arrow");
    List<String> flags = List.of("--add-opens=java.base/java.nio=ALL-UNNAMED");
    assertEquals("sum=" + sum, lineOf(start(flags, "stock-file", file.toString())));
  }

  private VectorSchemaRoot root(Schema schema) {
    return new Dataframes(allocator, 5, 0.2).root(schema, 1000);
  }

  private static long sum(VectorSchemaRoot root) {
    BigIntVector vector = (BigIntVector) root.getVector(0);
    long sum = 0;
    for (int i = 0; i < vector.getValueCount(); i++) {
      sum += vector.isNull(i) ? 0 : vector.get(i);
    }
    return sum;
  }

  private Process start(List<String> flags, String... arguments) throws IOException {
    started = OtherJvm.start(folder, flags, List.of(arguments));
    return started.process();
  }

  private String lineOf(Process other) throws Exception {
    assertEquals(started.process(), other);
    return started.line();
  }
}
