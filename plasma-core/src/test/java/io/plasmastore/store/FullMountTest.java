package io.plasmastore.store;

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
import io.plasmastore.testing.Eventually;
import io.plasmastore.testing.Filled;
import io.plasmastore.testing.SmallMount;
import io.plasmastore.testing.TestStore;
import java.io.IOException;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A mount that others fill up: the store says so, with numbers, and goes on. */
class FullMountTest {
  private static final long MEGABYTE = 1 << 20;
  private static final long CAPACITY = 224 * MEGABYTE;
  private static final long MOUNT = 256 * MEGABYTE;
  private static final long COMMITTED_AHEAD = 128 * MEGABYTE;

  @TempDir private Path folder;
  private SmallMount mount;
  private TestStore store;
  private PlasmaClient client;

  @BeforeEach
  void launchOnASmallMount() throws Exception {
    mount = SmallMount.mount(folder.resolve("mount"), MOUNT);
    store =
        TestStore.embedded(
            StoreOptions.of(folder.resolve("socket"), CAPACITY)
                .withDirectory(mount.path().resolve("store")));
    client = store.connect();
    Eventually.equal("the commit ahead of need", COMMITTED_AHEAD, () -> client.stats().committed());
  }

  @AfterEach
  void closeAll() throws Exception {
    if (mount != null) {
      client.close();
      store.close();
      mount.close();
    }
  }

  @Test
  void failsACreateForWantOfPagesAndRecovers() throws Exception {
    try (ObjectWriter ballast = takeWhatIsCommittedAndLeave(2 * MEGABYTE)) {
      PlasmaException full =
          assertThrows(
              PlasmaException.class, () -> client.create(ObjectId.random(), 40 * MEGABYTE));
      assertEquals(ErrorCode.STORE_FULL, full.code());
      assertTrue(
          full.getMessage()
              .matches(
                  "store full: wanted=41943040 free=\\d{1,7} largestFree=\\d{1,7}"
                      + " used=134217728 capacity=234881024 objects=2 committed=13\\d{7};"
                      + " the mount has no more room: fallocate failed: .* errno=28 .*"),
          full::getMessage);

      mount.empty();
      ObjectId id = ObjectId.random();
      try (ObjectWriter writer = client.create(id, 40 * MEGABYTE)) {
        writer.data().fill((byte) 1);
        writer.seal();
      }
      assertTrue(client.delete(id));
      assertEquals(ballast.size(), client.stats().used());
    }
  }

  @Test
  void usesWhatTheMountHasLeft() throws Exception {
    try (ObjectWriter ballast = takeWhatIsCommittedAndLeave(10 * MEGABYTE)) {
      assertEquals(COMMITTED_AHEAD, ballast.size());
      // Less than a step of commit is left, but enough for this.
      ObjectId id = ObjectId.random();
      try (ObjectWriter writer = client.create(id, 6 * MEGABYTE)) {
        writer.data().fill((byte) 1);
        writer.seal();
      }
      try (SealedObject object = client.get(id)) {
        assertEquals(
            ErrorCode.STORE_FULL,
            assertThrows(
                    PlasmaException.class, () -> client.create(ObjectId.random(), 6 * MEGABYTE))
                .code());
        assertEquals(1, object.data().get(ValueLayout.JAVA_BYTE, 6 * MEGABYTE - 1));
      }
    }
  }

  @Test
  void leavesTheLastRoomToOthersUntilItIsNeeded() throws Exception {
    try (ObjectWriter ballast = takeWhatIsCommittedAndLeave(10 * MEGABYTE)) {
      assertEquals(COMMITTED_AHEAD, ballast.size());
      // The first that needs nothing more: the growth that it set off comes to nothing.
      client.createAndSeal(ObjectId.random(), new byte[0]);
      Eventually.holds("the room to be free again", () -> mount.free() > 8 * MEGABYTE);
      assertEquals(COMMITTED_AHEAD, client.stats().committed());
    }
  }

  @Test
  void failsAllWhoWaitAndSpinsForNobody() throws Exception {
    try (ObjectWriter ballast = takeWhatIsCommittedAndLeave(2 * MEGABYTE)) {
      List<Thread> threads = new ArrayList<>();
      List<ErrorCode> codes = java.util.Collections.synchronizedList(new ArrayList<>());
      for (int i = 0; i < 8; i++) {
        threads.add(
            Thread.ofPlatform()
                .start(
                    () -> {
                      PlasmaException e =
                          assertThrows(
                              PlasmaException.class,
                              () -> client.create(ObjectId.random(), 20 * MEGABYTE));
                      codes.add(e.code());
                    }));
      }
      for (Thread thread : threads) {
        thread.join();
      }
      assertEquals(java.util.Collections.nCopies(8, ErrorCode.STORE_FULL), codes);
      assertEquals(8, client.stats().counters().get("store_full"));
      assertEquals(ballast.size(), client.stats().used());
    }
  }

  @Test
  void refusesAClientWithoutRoomForItsPage() throws Exception {
    mount.fillBut(0);
    List<Path> before = files();
    PlasmaException full = assertThrows(PlasmaException.class, store::connect);
    assertEquals(ErrorCode.STORE_FULL, full.code());
    assertTrue(full.getMessage().contains("errno=28"), full::getMessage);
    assertEquals(before, files());
    assertEquals(1, client.stats().clients());
    mount.empty();
    store.connect().close();
    Eventually.equal("the client to be gone", 1L, () -> client.stats().clients());
  }

  @Test
  void refusesSharedPagesWithoutRoomForThem() throws Exception {
    mount.fillBut(MEGABYTE);
    List<Path> before = files();
    PlasmaException full =
        assertThrows(
            PlasmaException.class, () -> client.sharedPages(ObjectId.random(), 2 * MEGABYTE));
    assertEquals(ErrorCode.STORE_FULL, full.code());
    assertTrue(
        full.getMessage()
            .matches(
                "no room for shared pages: wanted=2097152 used=0 limit=29360128;"
                    + " the mount has no more room: fallocate failed: .* errno=28 .*"),
        full::getMessage);
    assertEquals(before, files());
    mount.empty();
    client.sharedPages(ObjectId.random(), 2 * MEGABYTE).close();
  }

  @Test
  void failsACreateForWantOfIndexPages() throws Exception {
    List<ObjectId> ids = new ArrayList<>();
    add(ids);
    Eventually.equal(
        "the next commit ahead of need",
        COMMITTED_AHEAD + Heap.STEP,
        () -> client.stats().committed());
    mount.fillBut(0);
    PlasmaException full =
        assertThrows(
            PlasmaException.class,
            () -> {
              while (ids.size() < 100_000) {
                add(ids);
              }
            });
    assertEquals(ErrorCode.STORE_FULL, full.code());
    assertTrue(full.getMessage().contains("wanted=8 "), full::getMessage);
    assertTrue(full.getMessage().contains("objects=" + ids.size() + " "), full::getMessage);
    assertEquals(ids.size(), client.stats().objects());
    for (ObjectId id : ids) {
      client.get(id).close();
    }
    mount.empty();
    for (int i = 0; i < 5000; i++) {
      add(ids);
    }
    for (ObjectId id : ids) {
      assertTrue(client.delete(id));
    }
    assertEquals(0, client.stats().used());
    assertEquals(0, client.stats().objects());
  }

  @Test
  void promisesNothingOfWhatWasGivenBackInTheMiddle() throws Exception {
    ObjectId middle = ObjectId.random();
    client.create(ObjectId.random(), 4 * MEGABYTE).seal();
    client.create(middle, 96 * MEGABYTE).seal();
    ObjectOptions keep = ObjectOptions.DEFAULT.withKeep(true);
    try (ObjectWriter last = client.create(ObjectId.random(), 20 * MEGABYTE, keep)) {
      last.data().fill((byte) 1);
      last.seal();
    }
    Eventually.equal("all of it to be committed", CAPACITY, () -> client.stats().committed());
    assertTrue(client.delete(middle));
    long used = client.stats().used();
    assertTrue(client.trim() >= 96 * MEGABYTE);
    mount.fillBut(2 * MEGABYTE);
    PlasmaException full =
        assertThrows(
            PlasmaException.class, () -> client.create(ObjectId.random(), 96 * MEGABYTE, keep));
    assertEquals(ErrorCode.STORE_FULL, full.code());
    assertTrue(full.getMessage().contains("errno=28"), full::getMessage);
    mount.empty();
    try (ObjectWriter writer = client.create(ObjectId.random(), 96 * MEGABYTE, keep)) {
      writer.data().fill((byte) 2);
      writer.seal();
    }
    assertEquals(used + 96 * MEGABYTE, client.stats().used());
  }

  @Test
  void movesObjectsWhereTheMountHasNoMoreRoom() throws Exception {
    ObjectOptions keep = ObjectOptions.DEFAULT.withKeep(true);
    List<ObjectId> left = new ArrayList<>();
    for (int i = 0; i < 64; i++) {
      left.add(putFilled(MEGABYTE, keep));
    }
    ObjectId middle = putFilled(100 * MEGABYTE, keep);
    left.add(putFilled(CAPACITY - 164 * MEGABYTE, keep));
    for (int i = 63; i >= 0; i -= 2) {
      assertTrue(client.delete(left.remove(i)));
    }
    assertTrue(client.delete(middle));
    assertTrue(client.trim() >= 98 * MEGABYTE);
    mount.fillBut(0);
    // Free are 32 pieces of a megabyte, and what was given back and can't be had again.
    left.add(putFilled(8 * MEGABYTE, keep));
    assertTrue(client.stats().counters().get("moves") >= 4);
    for (ObjectId id : left) {
      try (SealedObject object = client.get(id)) {
        Filled.assertWhole(object);
      }
    }
  }

  private ObjectId putFilled(long size, ObjectOptions options) throws Exception {
    ObjectId id = ObjectId.random();
    try (ObjectWriter writer = client.create(id, size, options)) {
      Filled.fill(id, writer.data());
      writer.seal();
    }
    return id;
  }

  private void add(List<ObjectId> ids) {
    ObjectId id = ObjectId.random();
    client.createAndSeal(id, new byte[8]);
    ids.add(id);
  }

  /** Afterwards a create of any size needs more of the mount, of which others left so much. */
  private ObjectWriter takeWhatIsCommittedAndLeave(long rest) throws IOException {
    client.createAndSeal(ObjectId.random(), new byte[0]);
    mount.fillBut(rest);
    return client.create(ObjectId.random(), COMMITTED_AHEAD);
  }

  private List<Path> files() throws IOException {
    try (Stream<Path> files = Files.list(store.directory())) {
      return files.sorted().toList();
    }
  }
}
