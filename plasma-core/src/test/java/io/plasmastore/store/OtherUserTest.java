package io.plasmastore.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.plasmastore.ClientInfo;
import io.plasmastore.ObjectId;
import io.plasmastore.ObjectState;
import io.plasmastore.ObjectWriter;
import io.plasmastore.PlasmaClient;
import io.plasmastore.SealedObject;
import io.plasmastore.SharedPages;
import io.plasmastore.protocol.SessionToken;
import io.plasmastore.testing.ChildJvm;
import io.plasmastore.testing.EffectiveUser;
import io.plasmastore.testing.Eventually;
import io.plasmastore.testing.OtherUserMain;
import io.plasmastore.testing.RawLane;
import io.plasmastore.testing.TestStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.api.parallel.ResourceLock;

/** What another user, in a process of its own, can and can't do. Only root can be others. */
@Execution(ExecutionMode.CONCURRENT)
@ResourceLock("the turn beside the others")
class OtherUserTest {
  private static final int OTHER = 65_533;
  private static final long CAPACITY = 4 << 20;

  @TempDir private Path folder;
  private Path file;
  private TestStore store;
  private ChildJvm child;

  @BeforeEach
  void letOthersIntoTheFolder() throws Exception {
    Assumptions.assumeTrue(EffectiveUser.canBeOthers(), "needs the right to become another user");
    Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));
    file = Files.writeString(folder.resolve("file"), "anybody's");
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-rw-rw-"));
  }

  @AfterEach
  void stop() {
    if (child != null) {
      child.close();
    }
    if (store != null) {
      store.close();
    }
  }

  @Test
  void isRefusedByTheStoreWhereTheSocketLetsItConnect() {
    start(access -> access.withSocketMode(0666));
    assertEquals(
        "ACCESS_DENIED this store does not admit this user: uid=" + OTHER, child.ask("connect"));
    try (PlasmaClient own = store.connect()) {
      assertEquals(1, own.stats().counters().get("refused"));
    }
  }

  @Test
  void isKeptFromConnectingByTheSocket() {
    start(access -> access.allowing(OTHER));
    String refusal = child.ask("connect");
    assertTrue(refusal.startsWith("ACCESS_DENIED the socket does not let this user in"), refusal);
  }

  @Test
  void hasNothingThatItCouldWriteWhereItMayOnlyRead() {
    start(access -> access.withSocketMode(0666).allowingToRead(OTHER));
    // What anybody may write can be written so: it is the files' owner and mode that keep it out.
    assertTrue(child.ask("try " + file).contains("reopen=0"));
    String found = child.ask("descriptors");
    // EACCES each, but for what Linux says of a truncation without the right to write.
    Pattern nothing = Pattern.compile("map=13 protect=13 reopen=13 truncate=(22|9) chmod=1");
    String[] files = found.split("; ", -1);
    assertEquals(4, files.length, found);
    for (String tried : files) {
      assertTrue(nothing.matcher(tried.substring(tried.indexOf(": ") + 2)).matches(), found);
    }
    assertTrue(found.matches("INDEX: .*; PAGE: .*; SEALS: .*; HEAP_READ_ONLY: .*"), found);
  }

  @Test
  void readsAndHoldsButChangesNothingWhereItMayOnlyRead() {
    start(access -> access.withSocketMode(0666).allowingToRead(OTHER));
    try (PlasmaClient own = store.connect()) {
      ObjectId id = put(own, 1000);
      long lost = own.stats().counters().get("sessions_lost");
      assertEquals("done", child.ask("connect"));
      assertEquals("done", child.ask("get " + id));
      assertEquals("done", child.ask("get " + id));
      assertEquals("7000", child.ask("sum"));
      ClientInfo other = other(own);
      assertEquals(OTHER, other.uid());
      assertTrue(other.readOnly());
      assertEquals(2, other.pins());

      ObjectId mine = ObjectId.random();
      for (String change :
          new String[] {"put " + mine + " 10", "put " + mine + " 100000", "delete " + id}) {
        String answer = child.ask(change);
        assertTrue(answer.startsWith("ACCESS_DENIED this client may only read"), answer);
      }
      assertEquals(1, own.stats().objects());

      assertTrue(own.delete(id));
      assertEquals(ObjectState.RETIRING, own.list().findFirst().orElseThrow().state());
      assertEquals("done", child.ask("release"));
      assertEquals("7000", child.ask("sum"));
      assertEquals(1024, own.stats().used());
      assertEquals("done", child.ask("release"));
      assertEquals(0, own.stats().used());
      assertEquals("done", child.ask("close"));
      assertEquals(lost, own.stats().counters().get("sessions_lost"));
    }
  }

  @Test
  void readsWhatIsSealedAndTheStoreHasNotComeToLookAt() {
    start(access -> access.withSocketMode(0666).allowingToRead(OTHER));
    try (PlasmaClient own = store.connect()) {
      ObjectId id = ObjectId.random();
      ObjectWriter writer = own.create(id, 1000);
      writer.data().fill((byte) 7);
      assertEquals("done", child.ask("connect"));
      store.process().signal("STOP");
      writer.seal(600, new byte[50]);
      child.tell("get " + id);
      try (SealedObject object = own.get(id)) {
        assertEquals(600, object.size());
      }
      // The store pins for a guest, so that the mark is the first thing that it comes upon.
      store.process().signal("CONT");
      assertEquals("done", child.awaitLine());
      assertEquals("4200", child.ask("sum"));
      assertEquals(1, other(own).pins());
      assertTrue(own.delete(id));
      assertEquals("4200", child.ask("sum"));
      assertEquals("done", child.ask("release"));
      assertEquals(0, own.stats().used());
    }
  }

  @Test
  void letsGoOfWhatItHeldWhenItDies() {
    start(access -> access.withSocketMode(0666).allowingToRead(OTHER));
    try (PlasmaClient own = store.connect()) {
      ObjectId id = put(own, 1000);
      assertEquals("done", child.ask("connect"));
      assertEquals("done", child.ask("get " + id));
      assertTrue(own.delete(id));
      assertEquals(1024, own.stats().used());
      child.kill();
      Eventually.equal("the memory to be free", 0L, () -> own.stats().used());
    }
  }

  @Test
  void goesOnReadingWhenTheStoreDies() {
    start(access -> access.withSocketMode(0666).allowingToRead(OTHER));
    try (PlasmaClient own = store.connect()) {
      ObjectId id = put(own, 1000);
      ObjectId later = put(own, 10);
      assertEquals("done", child.ask("connect"));
      assertEquals("done", child.ask("get " + id));
      store.process().kill();
      store = TestStore.inAnotherProcess(store.options());
      assertTrue(own.delete(id));
      // Nothing may be written over what it holds.
      try (ObjectWriter writer = own.create(ObjectId.random(), CAPACITY - 8192)) {
        writer.data().fill((byte) -1);
        writer.seal();
      }
      assertEquals("7000", child.ask("sum"));
      assertEquals("done", child.ask("get " + later));
      assertEquals(OTHER, other(own).uid());
      String answer = child.ask("delete " + later);
      assertTrue(answer.startsWith("ACCESS_DENIED this client may only read"), answer);
      long used = own.stats().used();
      assertEquals("done", child.ask("release"));
      assertEquals("done", child.ask("release"));
      assertEquals(used - 1024, own.stats().used());
    }
  }

  @Test
  void doesEverythingWhereItIsAllowedToAndFindsNobodysBytesInItsObjects() {
    start(access -> access.withSocketMode(0666).allowing(OTHER));
    try (PlasmaClient own = store.connect()) {
      int size = 1 << 20;
      ObjectId secret = put(own, size);
      assertTrue(own.delete(secret));
      assertEquals("done", child.ask("connect"));
      assertEquals("0", child.ask("fresh " + size));
      ObjectId id = ObjectId.random();
      assertEquals("done", child.ask("put " + id + " 100000"));
      try (SealedObject object = own.get(id)) {
        assertEquals(100_000, object.size());
      }
      ClientInfo other = other(own);
      assertEquals(OTHER, other.uid());
      assertFalse(other.readOnly());
      assertEquals(1, other.objects());
      assertEquals("true", child.ask("delete " + id));
    }
  }

  @Test
  void cannotUseTheTokenOfAnother() throws Exception {
    start(access -> access.withSocketMode(0666).allowing(OTHER));
    try (RawLane lane = RawLane.hello(store.socket())) {
      SessionToken token = lane.token();
      assertEquals("ACCESS_DENIED", child.ask("join " + token.first() + " " + token.second()));
      RawLane.join(store.socket(), lane).close();
    }
  }

  @Test
  void cannotShareThePagesOfAnother() {
    start(access -> access.withSocketMode(0666).allowing(OTHER));
    try (PlasmaClient own = store.connect()) {
      ObjectId token = ObjectId.random();
      try (SharedPages pages = own.sharedPages(token, 4096)) {
        assertEquals("done", child.ask("connect"));
        assertEquals(
            "ACCESS_DENIED the shared pages of this token are another user's",
            child.ask("share " + token));
        assertEquals("done", child.ask("share " + ObjectId.random()));
        assertEquals(4096, pages.size());
      }
    }
  }

  private void start(UnaryOperator<StoreAccess> access) {
    StoreOptions options = TestStore.options(folder, CAPACITY);
    options = options.withAccess(access.apply(options.access()));
    store = TestStore.inAnotherProcess(options);
    child = ChildJvm.start(OtherUserMain.class, store.socket(), file);
    assertEquals("ready", child.awaitLine());
    String became = child.ask("become " + OTHER);
    Assumptions.assumeTrue(became.equals("errno=0"), "needs the right to become another user");
  }

  private static ObjectId put(PlasmaClient client, int size) {
    ObjectId id = ObjectId.random();
    try (ObjectWriter writer = client.create(id, size)) {
      writer.data().fill((byte) 7);
      writer.seal();
    }
    return id;
  }

  private static ClientInfo other(PlasmaClient client) {
    return client.clients().filter(info -> info.name().equals("other")).findFirst().orElseThrow();
  }
}
