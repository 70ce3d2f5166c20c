package io.plasmastore.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.plasmastore.ClientInfo;
import io.plasmastore.ClientOptions;
import io.plasmastore.ErrorCode;
import io.plasmastore.ObjectId;
import io.plasmastore.ObjectWriter;
import io.plasmastore.PlasmaClient;
import io.plasmastore.PlasmaException;
import io.plasmastore.SealedObject;
import io.plasmastore.testing.TestStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the store says of each client. */
class AccountingTest {
  private static final long QUOTA = 8192;

  @TempDir private Path folder;
  private TestStore store;
  private PlasmaClient watcher;
  private PlasmaClient client;

  @BeforeEach
  void start() {
    store = TestStore.embedded(TestStore.options(folder, 4 << 20).withClientQuota(QUOTA));
    watcher = store.connect();
    client = PlasmaClient.connect(ClientOptions.of(store.socket()).withName("the one"));
  }

  @AfterEach
  void stop() {
    client.close();
    watcher.close();
    store.close();
  }

  @Test
  void tellsWhoAClientIs() throws Exception {
    Instant before = Instant.now().minusSeconds(60);
    ClientInfo info = info();
    assertEquals(ProcessHandle.current().pid(), info.pid());
    Object uid = Files.getAttribute(Path.of("/proc/self"), "unix:uid");
    assertEquals(((Integer) uid).longValue(), info.uid());
    assertFalse(info.readOnly());
    assertTrue(info.connectedAt().isAfter(before), info::toString);
    assertEquals(QUOTA, info.quota());
  }

  @Test
  void countsWhatIsBeingWrittenAndWhatLives() {
    assertBooks(0, 0, 0, 0);
    ObjectWriter first = client.create(ObjectId.random(), 1000);
    assertBooks(1, 1000, 1, 1024);
    ObjectWriter second = client.create(ObjectId.random(), 10, new byte[90]);
    assertBooks(2, 1010, 2, 1024 + 128);
    first.seal();
    assertBooks(1, 10, 2, 1024 + 128);
    second.abort();
    assertBooks(0, 0, 1, 1024);
    client.createAndSeal(ObjectId.random(), new byte[64]);
    client.createAndSeal(ObjectId.random(), new byte[0]);
    assertBooks(0, 0, 3, 1024 + 64);
    // It counts for who made it, whoever deletes it.
    assertTrue(watcher.delete(first.id()));
    assertBooks(0, 0, 2, 64);
  }

  @Test
  void countsADeletedObjectUntilItIsFree() {
    ObjectId id = ObjectId.random();
    client.createAndSeal(id, new byte[1000]);
    try (SealedObject held = watcher.get(id)) {
      assertTrue(client.delete(id));
      assertBooks(0, 0, 1, 1024);
      assertFalse(held.isClosed());
    }
    assertBooks(0, 0, 0, 0);
  }

  @Test
  void countsPinsAndTheBytesHeldEachObjectOnce() {
    ObjectId id = ObjectId.random();
    watcher.createAndSeal(id, new byte[1000]);
    try (SealedObject first = client.get(id);
        SealedObject second = client.get(id)) {
      assertEquals(first.size(), second.size());
      assertEquals(2, info().pins());
      assertEquals(1000, info().pinnedBytes());
    }
    assertEquals(0, info().pins());
    assertEquals(0, info().pinnedBytes());
  }

  @Test
  void countsWhatAClientAsksAndNotWhatItReads() {
    ObjectId id = ObjectId.random();
    client.createAndSeal(id, new byte[10]);
    long before = info().requests();
    for (int i = 0; i < 100; i++) {
      client.get(id).close();
    }
    assertEquals(before, info().requests());
    client.contains(ObjectId.random());
    client.evict(0);
    assertEquals(before + 2, info().requests());
  }

  @Test
  void showsTheQuotaAndItsUse() {
    client.createAndSeal(ObjectId.random(), new byte[(int) QUOTA - 64]);
    assertEquals(QUOTA - 64, info().usedBytes());
    PlasmaException refusal =
        assertThrows(PlasmaException.class, () -> client.create(ObjectId.random(), 65));
    assertEquals(ErrorCode.LIMIT_EXCEEDED, refusal.code());
    assertEquals("client quota exceeded: wanted=128 used=8128 quota=8192", refusal.getMessage());
    client.create(ObjectId.random(), 64).seal();
    assertEquals(QUOTA, info().usedBytes());
    // Another client has a quota of its own.
    watcher.createAndSeal(ObjectId.random(), new byte[1000]);
  }

  @Test
  void followsTheSizeOfWhatIsBeingWritten() {
    ObjectWriter writer = client.create(ObjectId.named("it"), 1000, new byte[10]);
    assertBooks(1, 1000, 1, 1024);
    assertEquals(2000, writer.grow(2000, 2000));
    assertBooks(1, 2000, 1, 2048);
    // As much as the quota leaves.
    assertEquals(QUOTA - 12, writer.grow(2001, 1 << 20));
    assertBooks(1, QUOTA - 12, 1, QUOTA);
    PlasmaException refusal =
        assertThrows(PlasmaException.class, () -> writer.grow(QUOTA, 1 << 20));
    assertEquals(ErrorCode.LIMIT_EXCEEDED, refusal.code());
    assertEquals("client quota exceeded: wanted=64 used=8192 quota=8192", refusal.getMessage());
    PlasmaException another = assertThrows(PlasmaException.class, () -> writer.another(1));
    assertEquals(ErrorCode.LIMIT_EXCEEDED, another.code());
    writer.seal(100, new byte[20]);
    assertBooks(0, 0, 1, 128);
    assertTrue(watcher.delete(writer.id()));
    assertBooks(0, 0, 0, 0);
  }

  private void assertBooks(int writing, long writingBytes, int objects, long usedBytes) {
    ClientInfo info = info();
    assertEquals(writing, info.writing());
    assertEquals(writingBytes, info.writingBytes());
    assertEquals(objects, info.objects());
    assertEquals(usedBytes, info.usedBytes());
  }

  private ClientInfo info() {
    return watcher
        .clients()
        .filter(each -> each.name().equals("the one"))
        .findFirst()
        .orElseThrow();
  }
}
