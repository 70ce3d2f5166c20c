package io.plasmastore.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.plasmastore.ClientInfo;
import io.plasmastore.ClientOptions;
import io.plasmastore.ErrorCode;
import io.plasmastore.NewObject;
import io.plasmastore.NewSealedObject;
import io.plasmastore.ObjectId;
import io.plasmastore.ObjectOptions;
import io.plasmastore.PlasmaClient;
import io.plasmastore.PlasmaException;
import io.plasmastore.SealedObject;
import io.plasmastore.protocol.Access;
import io.plasmastore.protocol.Reply;
import io.plasmastore.protocol.Request;
import io.plasmastore.testing.RawLane;
import io.plasmastore.testing.TestStore;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;

/** Who may do what, as far as one user alone can show it; see {@link OtherUserTest}. */
class AccessTest {
  private static final ByteBuffer NONE = ByteBuffer.allocate(0);
  private static final long CAPACITY = 4 << 20;

  @TempDir private Path folder;

  // ---- the socket

  @Test
  void theSocketIsItsOwnersAloneUnlessToldOtherwise() throws Exception {
    try (TestStore store = TestStore.embedded(folder, CAPACITY)) {
      assertEquals("rw-------", mode(store.socket()));
    }
  }

  @Test
  void theSocketGetsTheModeAndTheGroupThatAreAskedFor() throws Exception {
    String group = Files.getAttribute(Path.of("/proc/self"), "unix:gid").toString();
    StoreAccess toGroup = StoreAccess.ownUserAlone().withGroup(group);
    try (TestStore store = TestStore.embedded(options(toGroup))) {
      assertEquals("rw-rw----", mode(store.socket()));
      assertEquals(group, Files.getAttribute(store.socket(), "unix:gid").toString());
      assertEquals("rwx------", mode(store.directory()));
      try (PlasmaClient client = store.connect()) {
        assertEquals(0, client.stats().objects());
      }
    }
    try (TestStore store = TestStore.embedded(options(toGroup.withSocketMode(0666)))) {
      assertEquals("rw-rw-rw-", mode(store.socket()));
    }
  }

  @Test
  void refusesAGroupThatDoesNotExistAndLeavesNothing() {
    StoreOptions options = options(StoreAccess.ownUserAlone().withGroup("no-such-group"));
    PlasmaException refusal =
        assertThrows(PlasmaException.class, () -> PlasmaStore.launch(options));
    assertEquals("no such group: group=no-such-group", refusal.getMessage());
    assertFalse(Files.exists(options.socket()));
    assertFalse(Files.exists(options.directory()));
  }

  @Test
  void namesEveryFault() {
    StoreOptions faulty =
        options(
            StoreAccess.ownUserAlone()
                .withSocketMode(0060)
                .allowing(-1)
                .allowing(7)
                .allowingToRead(7)
                .allowingToRead(1L << 32)
                .withMaxClients(0));
    assertEquals(
        "socket mode is not 0600 to 0777: socketMode=060;"
            + " user id out of range: uid=-1 min=0 max=4294967294;"
            + " user is both allowed to write and read-only: uid=7;"
            + " user id out of range: uid=4294967296 min=0 max=4294967294;"
            + " max clients too small: maxClients=0 min=1",
        assertThrows(IllegalArgumentException.class, faulty::check).getMessage());
    assertThrows(
        IllegalArgumentException.class,
        () -> options(StoreAccess.ownUserAlone().withSocketMode(01777)).check());
  }

  // ---- users

  @Test
  void aUserIsWhatItIsListedAs() {
    Admission own = new Admission(1000, StoreAccess.ownUserAlone());
    assertEquals(Access.READ_WRITE, own.of(1000));
    assertDenied(() -> own.of(1001));
    // Root is a user like another.
    assertDenied(() -> own.of(0));

    Admission listed =
        new Admission(
            1000,
            StoreAccess.ownUserAlone().allowing(0).allowing(4_000_000_000L).allowingToRead(7));
    assertEquals(Access.READ_WRITE, listed.of(0));
    assertEquals(Access.READ_WRITE, listed.of(4_000_000_000L));
    assertEquals(Access.READ_WRITE, listed.of(1000));
    assertEquals(Access.GUEST, listed.of(7));
    assertDenied(() -> listed.of(8));

    Admission readOnly = new Admission(7, StoreAccess.ownUserAlone().allowingToRead(7));
    assertEquals(Access.GUEST, readOnly.of(7));
  }

  // ---- clients that ask to read only

  @Test
  void aClientThatAsksToReadOnlyDoesNoMore() throws Exception {
    try (TestStore store = TestStore.embedded(folder, CAPACITY);
        PlasmaClient writer = store.connect();
        PlasmaClient reader = PlasmaClient.connect(readOnly(store))) {
      ObjectId id = ObjectId.random();
      writer.createAndSeal(id, new byte[100]);
      writer.bind("latest", id);
      assertReadsAndDoesNotWrite(writer, reader, id);
      // As cheap as any other client's.
      long requests = writer.stats().counters().get("requests");
      for (int i = 0; i < 100; i++) {
        reader.get(id).close();
      }
      assertEquals(requests, writer.stats().counters().get("requests"));
      assertFalse(Files.exists(store.directory().resolve("guest-2")));
    }
  }

  @Test
  void aClientThatAsksToReadOnlyStaysOneWhenAnotherStoreTakesOver() {
    StoreOptions options = TestStore.options(folder, CAPACITY);
    TestStore first = TestStore.inAnotherProcess(options);
    ObjectId id = ObjectId.random();
    try (PlasmaClient writer = first.connect();
        PlasmaClient reader = PlasmaClient.connect(readOnly(first))) {
      writer.createAndSeal(id, new byte[100]);
      first.process().kill();
      try (TestStore second = TestStore.inAnotherProcess(options)) {
        assertDenied(() -> reader.createAndSeal(ObjectId.random(), new byte[100_000]));
        assertDenied(() -> reader.create(ObjectId.random(), 10));
        assertEquals(1, reader.stats().objects());
        assertEquals(options.socket(), second.socket());
      }
    }
  }

  // ---- guests

  @Test
  void aGuestReadsAndDoesNotWrite() throws Exception {
    StoreOptions options = TestStore.options(folder, CAPACITY);
    ObjectId id = ObjectId.random();
    TestStore first = TestStore.inAnotherProcess(options);
    PlasmaClient before = first.connect();
    before.createAndSeal(id, new byte[100]);
    before.bind("latest", id);
    first.process().kill();
    // The user who filled the store is now one who may only read.
    long uid = uid();
    try (TestStore second =
            TestStore.inAnotherProcess(
                options.withAccess(StoreAccess.ownUserAlone().allowingToRead(uid)));
        PlasmaClient watcher = second.connect();
        PlasmaClient guest = second.connect()) {
      assertReadsAndDoesNotWrite(watcher, guest, id);
      // Who could write before may not come back as if it still might.
      assertThrows(PlasmaException.class, () -> before.createAndSeal(ObjectId.random(), NO_BYTES));
      try (RawLane lane = RawLane.hello(second.socket())) {
        assertRefusesEveryChange(lane, id);
        assertPinsOnlyWhatIsThere(lane, guest, id);
      }
    } finally {
      before.close();
    }
  }

  private static final byte[] NO_BYTES = {};

  private void assertPinsOnlyWhatIsThere(RawLane lane, PlasmaClient client, ObjectId id)
      throws Exception {
    Reply.Got.Entry there =
        ((Reply.Got) lane.ask(new Request.Get(List.of(id), 0))).entries().getFirst();
    assertEquals(
        new Reply.Answer(false), lane.ask(new Request.Pin(there.slot(), there.generation() + 1)));
    assertEquals(new Reply.Answer(false), lane.ask(new Request.Pin(Integer.MAX_VALUE, 1)));
    assertEquals(
        new Reply.Answer(true), lane.ask(new Request.Pin(there.slot(), there.generation())));
    assertEquals(1, client.holders(id).size());
    // Not one pin more is taken away than there are, and none of another generation.
    lane.ask(new Request.Unpinned(there.slot(), there.generation() + 1));
    assertEquals(1, client.holders(id).size());
    for (int i = 0; i < 3; i++) {
      lane.ask(new Request.Unpinned(there.slot(), there.generation()));
      assertEquals(0, client.holders(id).size());
    }
    lane.ask(new Request.Unpinned(Integer.MAX_VALUE, 1));
  }

  private static void assertRefusesEveryChange(RawLane lane, ObjectId id) throws Exception {
    ObjectId other = ObjectId.random();
    for (Request change :
        List.of(
            new Request.Create(other, 10, NONE, null, false, 0),
            new Request.Create(other, 10, NONE, null, false, -1),
            new Request.CreateAndSeal(other, NONE, null, NONE, false, 0),
            new Request.CreateAndSealAll(
                List.of(new Request.CreateAndSealAll.Entry(other, NONE, null, NONE, false)), 0),
            new Request.CreateAll(List.of(new Request.CreateAll.Entry(other, 10, null)), false),
            new Request.Seal(0, 1),
            new Request.Abort(0, 1),
            new Request.Resize(0, 1, 10, 10, NONE, null, true),
            new Request.Delete(List.of(id)),
            new Request.Evict(1 << 20),
            new Request.Trim(),
            new Request.SharePages(other, 4096),
            new Request.DropPages(other),
            new Request.Bind("latest", other),
            new Request.Bind("latest", null))) {
      Reply.Failure refusal = assertInstanceOf(Reply.Failure.class, lane.ask(change));
      assertEquals(ErrorCode.ACCESS_DENIED, refusal.code(), change::toString);
    }
  }

  private void assertReadsAndDoesNotWrite(PlasmaClient watcher, PlasmaClient reader, ObjectId id)
      throws Exception {
    long objects = watcher.stats().objects();
    long used = watcher.stats().used();
    ObjectId other = ObjectId.random();
    for (Executable change :
        List.<Executable>of(
            () -> reader.create(other, 10),
            () -> reader.createAll(List.of(new NewObject(other, 10)), false),
            () -> reader.create(other, 10, ObjectOptions.DEFAULT),
            () -> reader.createAndSeal(other, new byte[10]),
            () -> reader.createAndSeal(other, new byte[100_000]),
            () ->
                reader.createAndSealAll(
                    List.of(NewSealedObject.of(other, new byte[1])), Duration.ZERO),
            () -> reader.delete(id),
            () -> reader.deleteAll(List.of(id)),
            () -> reader.evict(1 << 20),
            () -> reader.trim(),
            () -> reader.bind("latest", other),
            () -> reader.unbind("latest"))) {
      assertDenied(change);
    }
    assertEquals(objects, watcher.stats().objects());
    assertEquals(used, watcher.stats().used());

    assertTrue(reader.contains(id));
    assertFalse(reader.contains(other));
    assertEquals(id, reader.resolve("latest"));
    assertNull(reader.getIfPresent(other));
    reader.refresh(List.of(id, other));
    try (SealedObject first = reader.get(id);
        SealedObject second = reader.get(id, Duration.ofSeconds(1))) {
      assertEquals(100, first.data().byteSize());
      assertTrue(second.data().isReadOnly());
      assertEquals(2, watcher.holders(id).getFirst().pins());
      ClientInfo info =
          watcher
              .clients()
              .filter(each -> each.number() == watcher.holders(id).getFirst().client())
              .findFirst()
              .orElseThrow();
      assertTrue(info.readOnly());
      assertEquals(uid(), info.uid());
    }
    List<SealedObject> all = reader.getAll(List.of(id, other, id), Duration.ZERO);
    assertNull(all.get(1));
    assertEquals(2, watcher.holders(id).getFirst().pins());
    all.get(0).close();
    all.get(2).close();
    assertEquals(List.of(), watcher.holders(id));
    assertEquals(objects, reader.list().count());
  }

  private StoreOptions options(StoreAccess access) {
    return TestStore.options(folder, CAPACITY).withAccess(access);
  }

  private static ClientOptions readOnly(TestStore store) {
    return ClientOptions.of(store.socket()).withReadOnly(true);
  }

  private static void assertDenied(Executable call) {
    assertEquals(ErrorCode.ACCESS_DENIED, assertThrows(PlasmaException.class, call).code());
  }

  private static long uid() throws Exception {
    return ((Integer) Files.getAttribute(Path.of("/proc/self"), "unix:uid")).longValue();
  }

  private static String mode(Path path) throws Exception {
    return PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
  }
}
