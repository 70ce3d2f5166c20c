package io.plasmastore.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.plasmastore.ErrorCode;
import io.plasmastore.ObjectId;
import io.plasmastore.ObjectInfo;
import io.plasmastore.ObjectOptions;
import io.plasmastore.ObjectWriter;
import io.plasmastore.PlasmaClient;
import io.plasmastore.PlasmaException;
import io.plasmastore.SealedObject;
import io.plasmastore.testing.Filled;
import io.plasmastore.testing.TestStore;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Objects are moved under readers who look at every byte, and stores die while they do it. */
class MoveRaceTest {
  private static final long CAPACITY = 24 << 20;
  private static final int READERS = 3;
  private static final int ENOUGH_MOVES = 1_000;
  private static final int ROUNDS = 2;

  private final long seed = Long.getLong("plasma.test.seed", System.nanoTime());
  private final Random random = new Random(seed);
  // What is sealed, for the readers to look at; some of it may just have been deleted.
  private final List<ObjectId> sealed = new ArrayList<>();
  private final ConcurrentLinkedDeque<ObjectId> known = new ConcurrentLinkedDeque<>();
  private volatile boolean over;

  @TempDir Path folder;

  @Test
  @Timeout(120)
  void nobodySeesAMove() throws Exception {
    try (TestStore store = TestStore.embedded(folder, CAPACITY);
        PlasmaClient client = store.connect()) {
      List<CompletableFuture<Long>> readers = new ArrayList<>();
      for (int i = 0; i < READERS; i++) {
        readers.add(read(store, i));
      }
      while (moves(client) < ENOUGH_MOVES
          && readers.stream().noneMatch(CompletableFuture::isDone)) {
        step(client);
      }
      over = true;
      for (CompletableFuture<Long> reader : readers) {
        assertTrue(reader.get(30, TimeUnit.SECONDS) > 0, "seed=" + seed);
      }
      assertAllThere(client);
      sealed.forEach(id -> assertTrue(client.delete(id)));
      assertEquals(0, client.stats().used());
    }
  }

  @Test
  @Timeout(120)
  void losesNothingWhenTheStoreIsKilledWhileItMoves() throws Exception {
    StoreOptions options = TestStore.options(folder, CAPACITY);
    TestStore store = TestStore.inAnotherProcess(options);
    long moves = 0;
    try {
      for (int round = 0; round < ROUNDS; round++) {
        try (PlasmaClient client = store.connect()) {
          assertAllThere(client);
          assertEquals(sizeOfWhatIsListed(client), client.stats().used(), "seed=" + seed);
          long until = moves(client) + 300 + random.nextInt(300);
          while (moves(client) < until) {
            step(client);
          }
          moves = moves(client);
          TestStore dying = store;
          CompletableFuture<Void> kill = CompletableFuture.runAsync(() -> dying.process().kill());
          stepUntilItIsGone(client);
          kill.get(30, TimeUnit.SECONDS);
        }
        store = TestStore.inAnotherProcess(options);
      }
      try (PlasmaClient client = store.connect()) {
        assertAllThere(client);
        assertTrue(moves(client) >= moves);
        List.copyOf(sealed).forEach(client::delete);
        client.list().forEach(info -> client.delete(info.id()));
        assertEquals(0, client.stats().used(), "seed=" + seed);
      }
    } finally {
      store.close();
    }
  }

  private void stepUntilItIsGone(PlasmaClient client) {
    try {
      while (true) {
        step(client);
      }
    } catch (PlasmaException e) {
      assertEquals(ErrorCode.STORE_GONE, e.code(), () -> "seed=" + seed + " " + e);
    }
  }

  /** Puts something of any size, or makes room for it. */
  private void step(PlasmaClient client) {
    int size = (int) (64 * Math.exp(random.nextDouble() * Math.log(4 << 14)));
    byte[] bytes = new byte[ObjectId.SIZE];
    random.nextBytes(bytes);
    ObjectId id = ObjectId.of(bytes);
    try (ObjectWriter writer = client.create(id, size, ObjectOptions.DEFAULT.withKeep(true))) {
      Filled.fill(id, writer.data());
      writer.seal();
      sealed.add(id);
      known.addFirst(id);
    } catch (PlasmaException e) {
      if (e.code() != ErrorCode.STORE_FULL) {
        throw e;
      }
      for (int i = 0; i < 20 && !sealed.isEmpty(); i++) {
        ObjectId victim = sealed.remove(random.nextInt(sealed.size()));
        known.remove(victim);
        assertTrue(client.delete(victim), "seed=" + seed);
      }
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  private CompletableFuture<Long> read(TestStore store, int number) {
    CompletableFuture<Long> result = new CompletableFuture<>();
    Thread.ofPlatform()
        .name("reader " + number)
        .start(
            () -> {
              try (PlasmaClient client = store.connect()) {
                long read = 0;
                while (!over) {
                  for (ObjectId id : known) {
                    try (SealedObject object = client.getIfPresent(id)) {
                      if (object != null) {
                        Filled.assertWhole(object);
                        read++;
                      }
                    }
                  }
                }
                result.complete(read);
              } catch (RuntimeException | AssertionError e) {
                result.completeExceptionally(e);
              }
            });
    return result;
  }

  private void assertAllThere(PlasmaClient client) {
    for (ObjectId id : sealed) {
      try (SealedObject object = client.getIfPresent(id)) {
        assertTrue(object != null, () -> "lost: id=" + id + " seed=" + seed);
        Filled.assertWhole(object);
      }
    }
  }

  /** With what a client that lost its store can't know: whether its last request was done. */
  private static long sizeOfWhatIsListed(PlasmaClient client) {
    long size = 0;
    for (ObjectInfo info : client.list().toList()) {
      try (SealedObject object = client.get(info.id())) {
        Filled.assertWhole(object);
        size += Heap.roundUp(object.size());
      }
    }
    return size;
  }

  private static long moves(PlasmaClient client) {
    return client.stats().counters().get("moves");
  }
}
