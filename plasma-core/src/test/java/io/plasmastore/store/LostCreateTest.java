package io.plasmastore.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.plasmastore.ErrorCode;
import io.plasmastore.NewObject;
import io.plasmastore.ObjectId;
import io.plasmastore.ObjectWriter;
import io.plasmastore.PlasmaClient;
import io.plasmastore.PlasmaException;
import io.plasmastore.memory.ClientPage;
import io.plasmastore.memory.MappedFile;
import io.plasmastore.memory.ObjectIndex;
import io.plasmastore.protocol.Reply;
import io.plasmastore.protocol.Request;
import io.plasmastore.protocol.SessionToken;
import io.plasmastore.testing.Eventually;
import io.plasmastore.testing.RawLane;
import io.plasmastore.testing.TestStore;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.api.parallel.ResourceLock;

/** Objects whose creator was never told of them, since the store died over the answer. */
@Timeout(120)
@Execution(ExecutionMode.CONCURRENT)
@ResourceLock("the turn beside the others")
class LostCreateTest {
  private static final ObjectId FIRST = ObjectId.named("written first");
  private static final ObjectId LOST = ObjectId.named("lost");

  @TempDir Path folder;

  private StoreOptions options;

  @BeforeEach
  void chooseADirectory() {
    options = TestStore.options(folder, 1 << 20);
  }

  @Test
  void areUndoneByTheNextStoreWhereManyWereCreatedTogether() throws Exception {
    TestStore first = TestStore.inAnotherProcess(options);
    try (PlasmaClient client = first.connect();
        RawLane lane = RawLane.join(first.socket(), token())) {
      NewObject other = new NewObject(ObjectId.named("lost too"), 10);
      // What the client asks below, as far as the store has come with it.
      Request create =
          new Request.CreateAll(
              List.of(
                  new Request.CreateAll.Entry(other.id(), other.size(), null),
                  new Request.CreateAll.Entry(LOST, 1000, null)),
              false);
      assertInstanceOf(Reply.CreatedAll.class, lane.ask(create));
      first.process().signal("STOP");
      CompletableFuture<PlasmaException> failure =
          CompletableFuture.supplyAsync(
              () ->
                  assertThrows(
                      PlasmaException.class,
                      () -> client.createAll(List.of(other, new NewObject(LOST, 1000)), false)));
      first.process().kill();
      assertEquals(ErrorCode.STORE_GONE, failure.get(60, TimeUnit.SECONDS).code());
      assertIsUndone(client);
    }
  }

  /** The store must have memory committed first: the lane is gone when some are made, or all. */
  @Test
  void areUndoneWhereTheLaneThatAskedForManyIsGone() throws Exception {
    StoreOptions large = TestStore.options(folder, 256 << 20);
    try (TestStore store = TestStore.embedded(large);
        PlasmaClient observer = store.connect();
        RawLane session = RawLane.hello(store.socket())) {
      for (int round = 0; round < 6; round++) {
        RawLane asking = RawLane.join(store.socket(), session);
        List<Request.CreateAll.Entry> entries = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
          entries.add(new Request.CreateAll.Entry(ObjectId.random(), 2 << 20, null));
        }
        long before = observer.stats().counters().get("requests");
        asking.send(new Request.CreateAll(entries, false));
        asking.hangUp();
        Eventually.equal(
            "the request to be read",
            true,
            () -> observer.stats().counters().get("requests") > before);
        Eventually.equal("all to be undone", 0L, () -> observer.stats().used());
        observer.trim();
      }
      Eventually.equal(
          "nothing to be written",
          0L,
          () -> observer.clients().mapToLong(info -> info.writing()).sum());
    }
  }

  /** The place of another writer that its successor has undone is nothing that is written. */
  @Test
  void areUndoneByTheNextStoreWhereThisClientWroteBefore() throws Exception {
    TestStore first = TestStore.inAnotherProcess(options);
    try (PlasmaClient client = first.connect();
        ObjectWriter writer = client.create(FIRST, 10)) {
      try (ObjectWriter other = writer.another(100)) {
        other.seal();
      }
      dieOverACreate(first, client, 0);
      assertIsUndone(client);
    }
  }

  /** The store makes the object in a slot, and dies before it says so. */
  private void dieOverACreate(TestStore store, PlasmaClient client, int slot) throws Exception {
    try (RawLane lane = RawLane.join(store.socket(), token())) {
      // What the client asks below, as far as the store has come with it.
      Request create = new Request.Create(LOST, 1000, ByteBuffer.allocate(0), null, false, 0);
      assertEquals(slot, assertInstanceOf(Reply.Created.class, lane.ask(create)).slot());
      store.process().signal("STOP");
      CompletableFuture<PlasmaException> failure =
          CompletableFuture.supplyAsync(
              () -> assertThrows(PlasmaException.class, () -> client.create(LOST, 1000)));
      store.process().kill();
      assertEquals(ErrorCode.STORE_GONE, failure.get(60, TimeUnit.SECONDS).code());
    }
  }

  private void assertIsUndone(PlasmaClient client) {
    try (TestStore second = TestStore.inAnotherProcess(options);
        PlasmaClient observer = second.connect()) {
      // Any call: the client notices the other store.
      client.contains(LOST);
      Eventually.equal(
          "nothing to be written or pinned",
          0L,
          () -> observer.clients().mapToLong(info -> info.pins() + info.writing()).sum());
      client.createAndSeal(LOST, new byte[1]);
    }
  }

  /** What the client shows when it opens further lanes. */
  private SessionToken token() throws Exception {
    try (MappedFile index = MappedFile.open(options.directory().resolve("index"));
        MappedFile page = MappedFile.open(options.directory().resolve("page-1"))) {
      index.keep();
      page.keep();
      int maxSlots = new ObjectIndex(index.segment()).maxSlots();
      ClientPage.Owner owner = new ClientPage(page.segment(), maxSlots).owner();
      return new SessionToken(owner.tokenFirst(), owner.tokenSecond());
    }
  }
}
