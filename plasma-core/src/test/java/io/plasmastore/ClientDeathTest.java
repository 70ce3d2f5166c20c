package io.plasmastore;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.plasmastore.protocol.Reply;
import io.plasmastore.protocol.Request;
import io.plasmastore.testing.ChildJvm;
import io.plasmastore.testing.ClientMain;
import io.plasmastore.testing.Eventually;
import io.plasmastore.testing.RawLane;
import io.plasmastore.testing.TestStore;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.api.parallel.ResourceLock;

/** A client process may die, or stop, at any instruction: its all comes back, others go on. */
@Execution(ExecutionMode.CONCURRENT)
@ResourceLock("the turn beside the others")
class ClientDeathTest {
  @TempDir private Path folder;
  private TestStore store;
  private PlasmaClient client;
  private ObjectId kept;

  @BeforeEach
  void launch() {
    store = TestStore.embedded(folder, 8 << 20);
    client = store.connect();
    kept = ObjectId.random();
    client.createAndSeal(kept, new byte[64]);
  }

  @AfterEach
  void nothingOfTheDeadIsLeft() {
    Eventually.equal("the dead client to be gone", 1L, () -> client.stats().clients());
    client.get(kept).close();
    assertEquals(64, client.stats().used());
    assertEquals(1, client.stats().objects());
    assertEquals(0, client.list().mapToLong(ObjectInfo::pins).sum());
    client.close();
    store.close();
  }

  @Test
  void undoesWhatTheDeadHadNotSealed() {
    ObjectId id = ObjectId.random();
    try (ChildJvm dying = startClient()) {
      assertEquals("done", dying.ask("create " + id + " 100000"));
      assertEquals("done", dying.ask("create " + ObjectId.random() + " 10"));
      assertEquals(64 + 100_032 + 64, client.stats().used());
      dying.kill();
    }
    Eventually.equal("the memory to be back", 64L, () -> client.stats().used());
    assertEquals(2, client.stats().counters().get("aborts"));
    client.create(id, 10).close();
  }

  @Test
  void undoesWhatTheDeadHadGrownAndWasMoving() {
    ObjectId id = ObjectId.random();
    try (ChildJvm dying = startClient()) {
      assertEquals("done", dying.ask("create " + id + " 1000"));
      assertEquals("200000", dying.ask("grow " + id + " 200000"));
      assertEquals(64 + 200_000, client.stats().used());
      assertEquals("done", dying.ask("another " + id + " 300000"));
      assertEquals("done", dying.ask("another " + id + " 400000"));
      assertEquals(64 + 200_000 + 300_032 + 400_000, client.stats().used());
      dying.kill();
    }
    Eventually.equal("the memory to be back", 64L, () -> client.stats().used());
    assertEquals(3, client.stats().counters().get("aborts"));
    client.create(id, 10).close();
  }

  @Test
  void unpinsWhatTheDeadHeld() {
    ObjectId deleted = ObjectId.random();
    client.createAndSeal(deleted, new byte[1000]);
    try (ChildJvm dying = startClient()) {
      assertEquals("done", dying.ask("get " + deleted));
      assertEquals("done", dying.ask("get " + deleted));
      assertEquals("done", dying.ask("get " + kept));
      assertTrue(client.delete(deleted));
      assertEquals(64 + 1024, client.stats().used());
      dying.kill();
    }
    Eventually.equal("the memory to be back", 64L, () -> client.stats().used());
  }

  @Test
  void keepsWhatTheDeadSealed() {
    ObjectId id = ObjectId.random();
    try (ChildJvm dying = startClient()) {
      assertEquals("done", dying.ask("create " + id + " 1000"));
      assertEquals("done", dying.ask("seal"));
      dying.kill();
    }
    try (SealedObject object = client.get(id)) {
      assertEquals(7, object.data().get(java.lang.foreign.ValueLayout.JAVA_BYTE, 999));
    }
    assertTrue(client.delete(id));
  }

  @Test
  void forgetsTheGetThatTheDeadWaitedIn() throws Exception {
    ObjectId id = ObjectId.random();
    try (ChildJvm dying = startClient()) {
      assertEquals("waiting", dying.ask("wait " + id));
      Eventually.equal(
          "the get to be asked", 1L, () -> client.stats().counters().get("gets_asked"));
      dying.kill();
    }
    client.createAndSeal(id, new byte[1]);
    client.get(id).close();
    assertTrue(client.delete(id));
  }

  @Test
  void servesOthersWhileAClientIsStopped() {
    ObjectId deleted = ObjectId.random();
    ObjectId awaited = ObjectId.random();
    client.createAndSeal(deleted, new byte[] {1, 2, 3});
    try (ChildJvm stopped = startClient()) {
      assertEquals("done", stopped.ask("get " + deleted));
      assertEquals("waiting", stopped.ask("wait " + awaited));
      Eventually.equal(
          "the get to be asked", 1L, () -> client.stats().counters().get("gets_asked"));
      stopped.signal("STOP");
      assertTrue(client.delete(deleted));
      client.createAndSeal(awaited, new byte[1]);
      for (int i = 0; i < 100; i++) {
        ObjectId id = ObjectId.random();
        client.createAndSeal(id, new byte[100]);
        client.get(id).close();
        assertTrue(client.delete(id));
      }
      assertEquals(64 + 64 + 64, client.stats().used());
      stopped.signal("CONT");
      assertEquals("done", stopped.awaitLine());
      assertEquals("done", stopped.ask("release"));
      assertEquals("6", stopped.ask("sum"));
      assertEquals("done", stopped.ask("release"));
      assertEquals(64 + 64, client.stats().used());
      assertTrue(client.delete(awaited));
    }
  }

  @Test
  void survivesManyDeathsAtOnce() {
    List<ChildJvm> dying = Stream.generate(this::start).limit(4).toList();
    for (ChildJvm one : dying) {
      assertEquals("ready", one.awaitLine());
      assertEquals("done", one.ask("create " + ObjectId.random() + " 1000"));
      assertEquals("done", one.ask("get " + kept));
      assertEquals("waiting", one.ask("wait " + ObjectId.random()));
    }
    assertEquals(5, client.stats().clients());
    dying.forEach(ChildJvm::kill);
  }

  @Test
  void survivesTheDeathOfHundredsAtOnce() {
    List<ChildJvm> dying = Stream.generate(this::start).limit(3).toList();
    for (ChildJvm one : dying) {
      assertEquals("ready", one.awaitLine());
      assertEquals("done", one.ask("crowd " + kept + " 70"));
    }
    assertEquals(1 + 3 * 71, client.stats().clients());
    Eventually.equal("all to wait", 3 * 70L, () -> client.stats().counters().get("gets_asked"));
    assertEquals(64 + 3 * 70 * 1024, client.stats().used());
    assertEquals(3 * 70, client.holders(kept).size());
    dying.forEach(one -> one.signal("KILL"));
    Eventually.equal("the dead to be gone", 1L, () -> client.stats().clients());
    Eventually.equal("their memory to be back", 64L, () -> client.stats().used());
    dying.forEach(ChildJvm::kill);
  }

  @Test
  void undoesWhatAPeerHadBegunThatClosesInTheMiddleOfAFrame() throws Exception {
    for (int length : new int[] {1, 4, 15, 16, 17, 40}) {
      try (RawLane lane = RawLane.hello(store.socket())) {
        Reply created =
            lane.ask(
                new Request.Create(
                    ObjectId.random(), 1000, ByteBuffer.allocate(0), null, false, 0));
        assertTrue(created instanceof Reply.Created);
        byte[] frame = lane.frame(new Request.Get(List.of(kept), 0));
        lane.send(Arrays.copyOf(frame, length));
      }
      Eventually.equal("the memory to be back", 64L, () -> client.stats().used());
    }
    assertEquals(0, client.stats().counters().get("malformed"));
  }

  @Test
  void endsASessionWithItsLastLane() throws Exception {
    try (RawLane first = RawLane.hello(store.socket())) {
      try (RawLane second = RawLane.join(store.socket(), first)) {
        second.ask(
            new Request.Create(ObjectId.random(), 1000, ByteBuffer.allocate(0), null, false, 0));
        first.hangUp();
        assertEquals(new Reply.Answer(true), second.ask(new Request.Contains(kept)));
        assertEquals(2, client.stats().clients());
        assertEquals(64 + 1024, client.stats().used());
      }
    }
    assertFalse(
        client.list().anyMatch(info -> info.state() == ObjectState.SEALED && info.size() == 1000));
  }

  private ChildJvm startClient() {
    ChildJvm child = start();
    assertEquals("ready", child.awaitLine());
    return child;
  }

  private ChildJvm start() {
    return ChildJvm.start(ClientMain.class, store.socket());
  }
}
