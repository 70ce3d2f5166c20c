package io.plasmastore.store;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.plasmastore.ErrorCode;
import io.plasmastore.ObjectId;
import io.plasmastore.ObjectOptions;
import io.plasmastore.ObjectWriter;
import io.plasmastore.PlasmaClient;
import io.plasmastore.PlasmaException;
import io.plasmastore.SealedObject;
import io.plasmastore.testing.Filled;
import io.plasmastore.testing.TestStore;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Enough is free, but in pieces: objects are moved, and nobody sees a difference. */
class MoveTest {
  private static final int OBJECT = 1 << 20;
  private static final int FIT = 96;

  @TempDir Path folder;
  private TestStore store;
  private PlasmaClient client;

  @BeforeEach
  void start() {
    store = TestStore.embedded(folder, (long) FIT * OBJECT);
    client = store.connect();
  }

  @AfterEach
  void stop() {
    client.close();
    store.close();
  }

  @Test
  void joinsWhatIsFreeInPieces() {
    List<ObjectId> left = fillAndDeleteEachSecond();
    // More than is copied at once.
    ObjectId large = put(40 * OBJECT);
    assertEquals(0, counter("evictions"));
    assertEquals(20, counter("moves"));
    assertEquals(20L * OBJECT, counter("moved_bytes"));
    left.add(large);
    assertAllThere(left);
    assertEquals(88L * OBJECT, client.stats().used());
    left.forEach(id -> assertTrue(client.delete(id)));
    assertEquals(0, client.stats().used());
    put(FIT * OBJECT);
  }

  @Test
  void leavesWhatIsHeldWhereItIs() {
    List<ObjectId> left = fillAndDeleteEachSecond();
    List<SealedObject> held = new ArrayList<>();
    for (ObjectId id : left) {
      held.add(client.get(id));
    }
    PlasmaException full = assertThrows(PlasmaException.class, () -> put(2 * OBJECT));
    assertEquals(ErrorCode.STORE_FULL, full.code());
    assertEquals(0, counter("moves"));
    SealedObject free = held.remove(7);
    free.close();
    // The one that may be moved has free memory on both sides.
    ObjectId large = put(3 * OBJECT);
    assertEquals(1, counter("moves"));
    held.forEach(Filled::assertWhole);
    held.forEach(SealedObject::close);
    left.add(large);
    assertAllThere(left);
  }

  @Test
  void movesThousandsOfSmallObjects() {
    ObjectId ballast = put((FIT - 16) * OBJECT);
    List<ObjectId> ids = new ArrayList<>();
    while (client.stats().largestFree() >= 2048) {
      ids.add(put(2048));
    }
    List<ObjectId> left = new ArrayList<>();
    for (int i = 0; i < ids.size(); i++) {
      if (i % 2 == 0) {
        left.add(ids.get(i));
      } else {
        assertTrue(client.delete(ids.get(i)));
      }
    }
    ObjectId large = put(7 * OBJECT);
    assertEquals(7 * OBJECT / 4096, counter("moves"));
    left.add(large);
    left.add(ballast);
    assertAllThere(left);
  }

  /**
   * What would be the fewest bytes to move are objects too large for any free extent: however many
   * such stretches there are, one of small objects is found behind them.
   */
  @Test
  void movesSmallObjectsWhereLargeOnesFindNoPlace() {
    List<ObjectId> left = new ArrayList<>();
    List<ObjectId> gaps = new ArrayList<>();
    List<SealedObject> held = new ArrayList<>();
    for (int i = 0; i < 12; i++) {
      left.add(put(2 * OBJECT));
      gaps.add(put(OBJECT));
      held.add(client.get(put(OBJECT)));
    }
    gaps.add(put(OBJECT / 2));
    for (int i = 0; i < 10; i++) {
      left.add(put(OBJECT / 4));
    }
    held.add(client.get(put(Math.toIntExact(client.stats().largestFree()))));
    gaps.forEach(id -> assertTrue(client.delete(id)));
    left.add(put(3 * OBJECT));
    assertEquals(10, counter("moves"));
    assertAllThere(left);
    held.forEach(Filled::assertWhole);
    held.forEach(SealedObject::close);
  }

  @Test
  void servesOthersWhileObjectsAreMoved() throws Exception {
    List<ObjectId> left = fillAndDeleteEachSecond();
    CompletableFuture<ObjectId> large = CompletableFuture.supplyAsync(() -> put(44 * OBJECT));
    try (PlasmaClient other = store.connect()) {
      int i = 0;
      while (!large.isDone()) {
        ObjectId id = left.get(i++ % left.size());
        try (SealedObject object = other.get(id)) {
          Filled.assertWhole(object);
        }
        if (i % 100 == 0) {
          assertTrue(other.contains(id));
        }
      }
    }
    left.add(large.get(30, TimeUnit.SECONDS));
    assertAllThere(left);
  }

  @Test
  void givesAPatientCreateItsRoomAsSoonAsNothingIsHeld() throws Exception {
    List<ObjectId> left = fillAndDeleteEachSecond();
    List<SealedObject> held = new ArrayList<>();
    for (ObjectId id : left) {
      held.add(client.get(id));
    }
    ObjectOptions patient = keep().withTimeout(Duration.ofSeconds(30));
    ObjectId large = ObjectId.random();
    CompletableFuture<Void> waiting =
        CompletableFuture.runAsync(() -> put(large, 10 * OBJECT, patient));
    // Who does not wait is answered though somebody stands in line.
    assertEquals(
        ErrorCode.STORE_FULL, assertThrows(PlasmaException.class, () -> put(12 * OBJECT)).code());
    held.forEach(SealedObject::close);
    waiting.get(30, TimeUnit.SECONDS);
    left.add(large);
    assertAllThere(left);
  }

  @Test
  void givesMemoryBackInTheMiddleAndCommitsItAgain() throws Exception {
    List<ObjectId> left = new ArrayList<>();
    List<ObjectId> gone = new ArrayList<>();
    for (int i = 0; i < 8; i++) {
      (i % 4 == 0 || i == 7 ? left : gone).add(put(FIT / 8 * OBJECT));
    }
    gone.forEach(id -> assertTrue(client.delete(id)));
    long before = pagesOfTheHeap();
    long given = client.trim();
    // Whole huge pages, of two stretches.
    assertTrue(given >= (FIT / 8 * 5 - 8) * (long) OBJECT, () -> "given=" + given);
    assertEquals(given / 4096, before - pagesOfTheHeap());
    assertEquals((long) FIT * OBJECT - given, client.stats().committed());
    assertEquals(FIT / 8 * 3L * OBJECT, client.stats().used());
    assertEquals(0, client.trim());
    assertAllThere(left);
    for (int i = 0; i < FIT / 8 * 5; i++) {
      left.add(put(OBJECT));
    }
    assertEquals(0, counter("evictions"));
    assertEquals((long) FIT * OBJECT, client.stats().committed());
    assertAllThere(left);
  }

  private long pagesOfTheHeap() throws Exception {
    Process stat =
        new ProcessBuilder("stat", "-c", "%b", store.directory().resolve("heap-0").toString())
            .start();
    String blocks = new String(stat.getInputStream().readAllBytes(), US_ASCII).strip();
    assertEquals(0, stat.waitFor());
    return Long.parseLong(blocks) * 512 / 4096;
  }

  @Test
  void sealsOnceOnlyWhatWasMoved() {
    ObjectId first = put(OBJECT);
    ObjectId moved = put(OBJECT);
    for (int i = 2; i < FIT - 1; i++) {
      put(OBJECT);
    }
    assertTrue(client.delete(first));
    put(2 * OBJECT);
    assertEquals(1, counter("moves"));
    assertAllThere(List.of(moved));
    PlasmaException exists = assertThrows(PlasmaException.class, () -> client.create(moved, 1));
    assertEquals(ErrorCode.OBJECT_EXISTS, exists.code());
  }

  private List<ObjectId> fillAndDeleteEachSecond() {
    List<ObjectId> left = new ArrayList<>();
    for (int i = 0; i < FIT; i++) {
      left.add(put(OBJECT));
    }
    for (int i = FIT - 2; i >= 0; i -= 2) {
      assertTrue(client.delete(left.remove(i)));
    }
    return left;
  }

  private ObjectId put(int size) {
    ObjectId id = ObjectId.random();
    put(id, size, keep());
    return id;
  }

  private void put(ObjectId id, int size, ObjectOptions options) {
    try (ObjectWriter writer = client.create(id, size, options)) {
      Filled.fill(id, writer.data());
      writer.seal();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  private static ObjectOptions keep() {
    return ObjectOptions.DEFAULT.withKeep(true);
  }

  private void assertAllThere(List<ObjectId> ids) {
    for (ObjectId id : ids) {
      try (SealedObject object = client.get(id)) {
        Filled.assertWhole(object);
      }
    }
  }

  private long counter(String name) {
    return client.stats().counters().get(name);
  }
}
