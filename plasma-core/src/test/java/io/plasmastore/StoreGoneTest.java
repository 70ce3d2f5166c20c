package io.plasmastore;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.plasmastore.testing.Eventually;
import io.plasmastore.testing.TestStore;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;

/** A store that ends, in order or not, under clients that go on. */
class StoreGoneTest {
  private static final Duration PATIENCE = Duration.ofSeconds(1);

  @TempDir private Path folder;

  @Test
  void everyCallSaysThatAStoppedStoreIsGone() throws Exception {
    TestStore store = TestStore.embedded(folder, 1 << 20);
    endUnderAClient(store, store::close);
  }

  @Test
  void everyCallSaysThatAKilledStoreIsGone() throws Exception {
    TestStore store = TestStore.inAnotherProcess(folder, 1 << 20);
    endUnderAClient(store, () -> store.process().kill());
    // The next store cleans up.
    TestStore.embedded(store.options()).close();
  }

  @Test
  void aStoreThatDoesNotAnswerHoldsUpAGetForItsTimeAndThePatience() throws Exception {
    try (TestStore store = TestStore.inAnotherProcess(folder, 1 << 20);
        PlasmaClient client = connect(store)) {
      ObjectId id = ObjectId.random();
      client.createAndSeal(id, new byte[1]);
      store.process().signal("STOP");
      client.get(id).close();
      PlasmaException e =
          assertThrows(
              PlasmaException.class, () -> client.get(ObjectId.random(), Duration.ofMillis(50)));
      assertEquals(ErrorCode.STORE_GONE, e.code());
      store.process().signal("CONT");
      client.createAndSeal(ObjectId.random(), new byte[1]);
    }
  }

  private static PlasmaClient connect(TestStore store) {
    return PlasmaClient.connect(ClientOptions.of(store.socket()).withPatience(PATIENCE));
  }

  private static void endUnderAClient(TestStore store, Runnable end) throws Exception {
    PlasmaClient client = connect(store);
    ObjectId id = ObjectId.random();
    ObjectId deleted = ObjectId.random();
    client.createAndSeal(id, new byte[] {42});
    client.createAndSeal(deleted, new byte[] {43});
    SealedObject held = client.get(id);
    SealedObject gone = client.get(deleted);
    assertTrue(client.delete(deleted));
    ObjectWriter writer = client.create(ObjectId.random(), 10);
    ObjectWriter other = client.create(ObjectId.random(), 10);
    CompletableFuture<ErrorCode> waiting = new CompletableFuture<>();
    Thread.ofPlatform()
        .start(
            () -> {
              PlasmaException e =
                  assertThrows(
                      PlasmaException.class,
                      () -> client.get(ObjectId.random(), PlasmaClient.FOREVER));
              waiting.complete(e.code());
            });
    Eventually.equal("the get to be asked", 1L, () -> client.stats().counters().get("gets_asked"));

    end.run();

    assertEquals(ErrorCode.STORE_GONE, waiting.join());
    List<Executable> calls =
        List.of(
            () -> client.create(ObjectId.random(), 1),
            () -> client.createAndSeal(ObjectId.random(), new byte[1]),
            () -> client.createAndSeal(ObjectId.random(), new byte[100_000]),
            () -> client.get(ObjectId.random()),
            () -> client.get(ObjectId.random(), Duration.ZERO),
            () -> client.get(ObjectId.random(), PlasmaClient.FOREVER),
            () -> client.getAll(List.of(ObjectId.random()), Duration.ofDays(1)),
            () -> client.getIfPresent(ObjectId.random()),
            () -> client.contains(ObjectId.random()),
            () -> client.delete(id),
            () -> client.list().count(),
            other::abort,
            () -> PlasmaClient.connect(client.options()));
    for (Executable call : calls) {
      PlasmaException e = assertThrows(PlasmaException.class, call);
      assertEquals(ErrorCode.STORE_GONE, e.code(), e::toString);
    }
    assertEquals(1 << 20, client.stats().capacity());
    writer.close();
    assertEquals(42, held.data().get(ValueLayout.JAVA_BYTE, 0));
    assertEquals(43, gone.data().get(ValueLayout.JAVA_BYTE, 0));
    gone.close();
    held.close();
    client.close();
    assertEquals(
        ErrorCode.CLIENT_CLOSED, assertThrows(PlasmaException.class, () -> client.get(id)).code());
  }
}
