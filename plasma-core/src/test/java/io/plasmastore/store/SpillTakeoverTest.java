package io.plasmastore.store;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.plasmastore.ErrorCode;
import io.plasmastore.ObjectId;
import io.plasmastore.ObjectInfo;
import io.plasmastore.ObjectOptions;
import io.plasmastore.ObjectWriter;
import io.plasmastore.PlasmaClient;
import io.plasmastore.PlasmaException;
import io.plasmastore.SealedObject;
import io.plasmastore.testing.ChildJvm;
import io.plasmastore.testing.ClientMain;
import io.plasmastore.testing.Eventually;
import io.plasmastore.testing.TestStore;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.api.parallel.ResourceLock;

/** A store that dies while objects are on their way to disk or back, and the next one. */
@Timeout(180)
@Execution(ExecutionMode.CONCURRENT)
@ResourceLock("the turn beside the others")
class SpillTakeoverTest {
  private static final long CAPACITY = 8 << 20;
  private static final int OBJECT = 300_000;

  @TempDir Path folder;
  private Path disk;
  private StoreOptions options;

  @BeforeEach
  void chooseDirectories() {
    disk = folder.resolve("disk");
    options = TestStore.options(folder, CAPACITY).withSpill(disk, 0);
  }

  @Test
  void losesNothingWhenItIsKilled() throws Exception {
    long seed = Long.getLong("plasma.test.seed", System.nanoTime());
    Random random = new Random(seed);
    // By id: its size. An id that a call was under way for when the store died may be either way.
    Map<ObjectId, Integer> sealed = new HashMap<>();
    Set<ObjectId> unknown = new HashSet<>();
    int next = 0;
    for (int life = 0; life < 6; life++) {
      TestStore store = TestStore.inAnotherProcess(options);
      CompletableFuture<Void> kill = new CompletableFuture<>();
      try (PlasmaClient client = PlasmaClient.connect(store.socket())) {
        for (ObjectId id : sealed.keySet()) {
          assertRight(client, id, sealed.get(id), "seed=" + seed + " life=" + life);
        }
        int before = random.nextInt(60);
        long delay = random.nextInt(30);
        Map<ObjectId, Integer> added = new HashMap<>();
        try {
          for (int i = 0; i < 400; i++) {
            if (i == before) {
              kill =
                  CompletableFuture.runAsync(
                      () -> killUnder(store, client),
                      CompletableFuture.delayedExecutor(delay, TimeUnit.MILLISECONDS));
            }
            ObjectId id = ObjectId.named("object/" + next++);
            int size = random.nextInt(OBJECT);
            unknown.add(id);
            put(client, id, size);
            unknown.remove(id);
            added.put(id, size);
            if (random.nextInt(4) == 0) {
              ObjectId old = List.copyOf(added.keySet()).get(random.nextInt(added.size()));
              unknown.add(old);
              int oldSize = added.remove(old);
              if (random.nextBoolean()) {
                assertTrue(client.delete(old));
                assertFalse(client.contains(old));
              } else {
                assertRight(client, old, oldSize, "seed=" + seed);
                added.put(old, oldSize);
                unknown.remove(old);
              }
            }
            if (client.stats().spilledObjects() > 100) {
              for (ObjectId gone : List.copyOf(added.keySet())) {
                unknown.add(gone);
                added.remove(gone);
                assertTrue(client.delete(gone));
                unknown.remove(gone);
              }
            }
          }
        } catch (PlasmaException e) {
          assertTrue(isEndOfStore(e), () -> "seed=" + seed + " " + e);
        }
        sealed.putAll(added);
      } finally {
        kill.get(20, TimeUnit.SECONDS);
        store.process().kill();
      }
    }
    try (TestStore store = TestStore.inAnotherProcess(options);
        PlasmaClient client = store.connect()) {
      for (ObjectId id : sealed.keySet()) {
        assertRight(client, id, sealed.get(id), "seed=" + seed);
      }
      List<ObjectId> left = client.list().map(ObjectInfo::id).toList();
      left.forEach(
          id ->
              assertTrue(
                  sealed.containsKey(id) || unknown.contains(id),
                  () -> "what is this? seed=" + seed + " id=" + id));
      assertTrue(client.deleteAll(left).stream().allMatch(error -> error == null));
      assertEquals(0, client.stats().used());
      assertEquals(0, client.stats().spillUsed());
      try (Stream<Path> files = Files.list(disk)) {
        assertEquals(List.of("lock"), files.map(f -> f.getFileName().toString()).toList());
      }
    }
  }

  @Test
  void matchesCopiesWithWhatIsInMemory() throws Exception {
    TestStore first = TestStore.inAnotherProcess(options);
    ObjectId both = ObjectId.named("both");
    ObjectId spilled = ObjectId.named("spilled");
    ObjectId memory = ObjectId.named("memory");
    ObjectId kept = ObjectId.named("kept");
    List<ObjectId> all = List.of(both, spilled, memory, kept);
    try (PlasmaClient client = first.connect()) {
      put(client, both, 1000);
      put(client, spilled, 2000);
      try (ObjectWriter writer =
          client.create(
              kept, 10, ObjectOptions.DEFAULT.withKeep(true).withMetadata(new byte[70]))) {
        writer.data().copyFrom(MemorySegment.ofArray(bytes(kept, 10)));
        writer.seal();
      }
      client.evict(Long.MAX_VALUE);
      assertRight(client, both, 1000, "");
      put(client, memory, 3000);
    }
    first.process().kill();
    try (TestStore second = TestStore.inAnotherProcess(options);
        PlasmaClient client = second.connect()) {
      assertEquals(2, client.stats().spilledObjects());
      assertEquals(2010, client.stats().spilledBytes());
      assertEquals(4, client.list().count());
      assertRight(client, both, 1000, "");
      assertRight(client, spilled, 2000, "");
      assertRight(client, memory, 3000, "");
      assertRight(client, kept, 10, "");
      try (SealedObject object = client.get(kept)) {
        assertArrayEquals(new byte[70], object.metadata().toArray(JAVA_BYTE));
      }
      for (ObjectId id : all) {
        assertTrue(client.delete(id));
      }
    }
    try (TestStore third = TestStore.inAnotherProcess(options);
        PlasmaClient client = third.connect()) {
      assertEquals(0, client.list().count());
    }
  }

  @Test
  void survivesClientsThatDieWhileTheyWait() throws Exception {
    try (TestStore store = TestStore.inAnotherProcess(options);
        PlasmaClient client = store.connect()) {
      List<ObjectId> ids = new ArrayList<>();
      for (int i = 0; i < 60; i++) {
        ids.add(ObjectId.named("object " + i));
        put(client, ids.get(i), OBJECT);
      }
      for (int round = 0; round < 5; round++) {
        try (ChildJvm reader = ChildJvm.start(ClientMain.class, store.socket())) {
          assertEquals("ready", reader.awaitLine());
          reader.tell("get " + ids.get(round));
          reader.kill();
        }
        assertRight(client, ids.get(round), OBJECT, "");
      }
      ids.forEach(id -> assertRight(client, id, OBJECT, ""));
      Eventually.equal("the clients to be gone", 1L, () -> client.stats().clients());
      ids.forEach(id -> assertTrue(client.delete(id)));
      Eventually.equal("memory back", 0L, () -> client.stats().used());
    }
  }

  /** Without the close the client would wait for the next store. */
  private static void killUnder(TestStore store, PlasmaClient client) {
    store.process().kill();
    try {
      client.close();
    } catch (IllegalStateException e) {
      // A call was under way, which ends now.
      assertTrue(e.getMessage().startsWith("client closed while"), e::getMessage);
    }
  }

  private static boolean isEndOfStore(PlasmaException e) {
    return e.code() == ErrorCode.STORE_GONE || e.code() == ErrorCode.CLIENT_CLOSED;
  }

  private static void put(PlasmaClient client, ObjectId id, int size) {
    try (ObjectWriter writer =
        client.create(id, size, ObjectOptions.DEFAULT.withTimeout(Duration.ofSeconds(20)))) {
      writer.data().copyFrom(MemorySegment.ofArray(bytes(id, size)));
      writer.seal();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  private static void assertRight(PlasmaClient client, ObjectId id, int size, String facts) {
    try (SealedObject object = client.get(id)) {
      assertArrayEquals(
          bytes(id, size), object.data().toArray(JAVA_BYTE), () -> facts + " id=" + id);
    } catch (PlasmaException e) {
      if (isEndOfStore(e)) {
        throw e;
      }
      throw new AssertionError(facts + " id=" + id, e);
    }
  }

  private static byte[] bytes(ObjectId id, int size) {
    byte[] bytes = new byte[size];
    long state = id.hash64() + size;
    for (int i = 0; i < size; i++) {
      state = state * 0x5851F42D4C957F2DL + 0x14057B7EF767814FL;
      bytes[i] = (byte) (state >>> 56);
    }
    return bytes;
  }
}
