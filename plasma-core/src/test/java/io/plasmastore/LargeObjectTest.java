package io.plasmastore;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.plasmastore.protocol.Request;
import io.plasmastore.testing.Eventually;
import io.plasmastore.testing.RawLane;
import io.plasmastore.testing.TestStore;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Objects that need more than one step of commit, and more than an int. */
class LargeObjectTest {
  private static final long GIGABYTE = 1L << 30;
  private static final long MEGABYTE = 1L << 20;

  @TempDir private Path folder;

  @Test
  void anObjectMayHaveMoreThanTwoGigabytes() throws Exception {
    Assumptions.assumeTrue(
        Files.getFileStore(Path.of("/dev/shm")).getUsableSpace() > 4 * GIGABYTE,
        "needs 4 GB of /dev/shm");
    long size = 2 * GIGABYTE + 100;
    long[] places = {0, GIGABYTE, 2 * GIGABYTE - 1, 2 * GIGABYTE, size - 1};
    try (TestStore store = TestStore.embedded(folder, 2 * GIGABYTE + 64 * MEGABYTE);
        PlasmaClient client = store.connect();
        PlasmaClient reader = store.connect()) {
      ObjectId id = ObjectId.random();
      try (ObjectWriter writer = client.create(id, size, new byte[] {1, 2, 3})) {
        for (long place : places) {
          writer.data().set(JAVA_BYTE, place, (byte) (place % 101));
        }
        writer.seal();
      }
      try (SealedObject object = reader.get(id)) {
        assertEquals(size, object.size());
        for (long place : places) {
          assertEquals(place % 101, object.data().get(JAVA_BYTE, place));
        }
        assertEquals(3, object.metadata().get(JAVA_BYTE, 2));
      }
      assertEquals(size, client.list().findFirst().orElseThrow().size());
      assertTrue(client.delete(id));
      assertEquals(0, client.stats().used());
    }
  }

  @Test
  void createsThatWaitForMemoryAreServedInTurnWhileOthersGoOn() throws Exception {
    try (TestStore store = TestStore.embedded(folder, 400 * MEGABYTE);
        PlasmaClient client = store.connect()) {
      List<CompletableFuture<ObjectWriter>> waiting = new ArrayList<>();
      for (int i = 0; i < 4; i++) {
        waiting.add(
            CompletableFuture.supplyAsync(() -> client.create(ObjectId.random(), 95 * MEGABYTE)));
      }
      for (int i = 0; i < 100; i++) {
        ObjectId id = ObjectId.random();
        client.createAndSeal(id, new byte[100]);
        assertTrue(client.delete(id));
      }
      for (CompletableFuture<ObjectWriter> one : waiting) {
        one.join().close();
      }
      assertEquals(0, client.stats().used());
      assertEquals(0, client.stats().counters().get("failures"));
    }
  }

  @Test
  void aCreateThatWaitsForMemoryIsForgottenWithItsPeer() throws Exception {
    try (TestStore store = TestStore.embedded(folder, 512 * MEGABYTE);
        PlasmaClient client = store.connect()) {
      ObjectId id = ObjectId.random();
      try (RawLane first = RawLane.hello(store.socket());
          RawLane second = RawLane.join(store.socket(), first)) {
        long before = client.stats().counters().get("requests");
        second.send(new Request.Create(id, 500 * MEGABYTE, ByteBuffer.allocate(0), null, false, 0));
        Eventually.holds(
            "the create to be asked", () -> client.stats().counters().get("requests") > before);
      }
      Eventually.equal("the peer to be gone", 1L, () -> client.stats().clients());
      assertEquals(0, client.stats().used());
      assertEquals(0, client.stats().objects());
      client.create(id, 500 * MEGABYTE).close();
      assertEquals(0, client.stats().used());
    }
  }
}
