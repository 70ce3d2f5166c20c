package io.plasmastore;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.plasmastore.protocol.Limits;
import io.plasmastore.testing.ChildJvm;
import io.plasmastore.testing.ClientMain;
import io.plasmastore.testing.Eventually;
import io.plasmastore.testing.TestStore;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.api.parallel.ResourceLock;

/** Memory that clients share beside the objects, and who may die without anybody else noticing. */
@Execution(ExecutionMode.CONCURRENT)
@ResourceLock("the turn beside the others")
class SharedPagesTest {
  private static final long CAPACITY = 32 << 20;
  private static final int SIZE = 192 << 10;

  @TempDir private Path folder;
  private TestStore store;
  private PlasmaClient client;

  @BeforeEach
  void launch() {
    store = TestStore.inAnotherProcess(folder, CAPACITY);
    client = store.connect();
  }

  @AfterEach
  void nothingIsLeft() {
    Eventually.equal("shared pages to be gone", 0L, this::shared);
    client.close();
    store.close();
    assertFalse(Files.exists(store.directory()));
  }

  @Test
  void twoClientsSeeTheSameMemory() {
    ObjectId token = ObjectId.random();
    try (PlasmaClient other = store.connect();
        SharedPages pages = client.sharedPages(token, SIZE);
        SharedPages same = other.sharedPages(token, SIZE);
        SharedPages different = other.sharedPages(ObjectId.random(), SIZE)) {
      assertEquals(2 * SIZE, shared());
      assertEquals(token, same.token());
      MemorySegment written = pages.map(0, SIZE, true);
      assertEquals(0, sum(written));
      written.set(JAVA_BYTE, 65_537, (byte) 5);
      MemorySegment read = same.map(1 << 16, SIZE - (1 << 16), false);
      assertEquals(5, read.get(JAVA_BYTE, 1));
      assertTrue(read.isReadOnly());
      assertEquals(0, sum(different.map(0, SIZE, false)));
      assertThrows(IndexOutOfBoundsException.class, () -> pages.map(1 << 16, SIZE, false));
      // None of it counts as objects do.
      assertEquals(0, client.stats().used());
    }
  }

  @Test
  @Timeout(60)
  void whoChangesAWordWakesWhoWaitsForIt() throws Exception {
    ObjectId token = ObjectId.random();
    try (PlasmaClient other = store.connect();
        SharedPages pages = client.sharedPages(token, SIZE);
        SharedPages same = other.sharedPages(token, SIZE)) {
      MemorySegment written = pages.map(0, SIZE, true);
      SharedWord word = SharedWord.of(written, 8);
      SharedWord read = SharedWord.of(same.map(0, SIZE, false), 8);
      assertEquals(0, word.wake());
      // What has changed already, and what nobody changes in time.
      assertTrue(read.awaitWake(1, Long.MAX_VALUE));
      assertTrue(read.awaitWake(0, 1));
      CompletableFuture<Boolean> woken =
          CompletableFuture.supplyAsync(() -> read.awaitWake(0, Long.MAX_VALUE));
      while (word.wake() == 0) {
        Thread.onSpinWait();
      }
      assertTrue(woken.get());
      assertThrows(IllegalArgumentException.class, () -> read.awaitWake(0, -1));
      assertThrows(IllegalArgumentException.class, () -> SharedWord.of(written, 2));
      assertThrows(IndexOutOfBoundsException.class, () -> SharedWord.of(written, SIZE));
      assertThrows(
          IllegalArgumentException.class,
          () -> SharedWord.of(MemorySegment.ofArray(new int[2]), 0));
    }
  }

  @Test
  void whatIsClosedIsUnmappedAndForgotten() {
    ObjectId token = ObjectId.random();
    SharedPages pages = client.sharedPages(token, SIZE);
    MemorySegment mapped = pages.map(0, SIZE, true);
    pages.close();
    pages.close();
    assertThrows(IllegalStateException.class, () -> mapped.get(JAVA_BYTE, 0));
    assertThrows(IllegalStateException.class, () -> pages.map(0, SIZE, true));
    assertEquals(0, shared());
    // The token means other memory now, which may be of another size.
    client.sharedPages(token, 1).close();
  }

  @Test
  void oneClientMayAskTwiceAndTheOthersKeepItUntilTheyClose() {
    ObjectId token = ObjectId.random();
    try (PlasmaClient other = store.connect();
        SharedPages last = other.sharedPages(token, SIZE)) {
      last.map(0, SIZE, true).fill((byte) 1);
      SharedPages first = client.sharedPages(token, SIZE);
      SharedPages second = client.sharedPages(token, SIZE);
      first.close();
      assertEquals(SIZE, sum(second.map(0, SIZE, false)));
      second.close();
      assertEquals(SIZE, shared());
      try (SharedPages again = client.sharedPages(token, SIZE)) {
        assertEquals(SIZE, sum(again.map(0, SIZE, false)));
      }
    }
  }

  @Test
  void refusesWhatIsTooMuchWithTheNumbers() {
    assertThrows(IllegalArgumentException.class, () -> client.sharedPages(ObjectId.random(), 0));
    assertThrows(
        IllegalArgumentException.class,
        () -> client.sharedPages(ObjectId.random(), Limits.MAX_SHARED_SIZE + 1));
    ObjectId token = ObjectId.random();
    try (SharedPages all = client.sharedPages(token, CAPACITY / 8)) {
      assertEquals(
          "no room for shared pages: wanted=1 used=4194304 limit=4194304",
          refusal(ErrorCode.LIMIT_EXCEEDED, ObjectId.random(), 1));
      assertEquals(
          "the shared pages have another size: wanted=1 found=4194304",
          refusal(ErrorCode.OBJECT_EXISTS, token, 1));
      assertEquals(CAPACITY / 8, all.size());
    }
    List<SharedPages> many = new ArrayList<>();
    while (many.size() < Limits.MAX_SHARED_PER_CLIENT) {
      many.add(client.sharedPages(ObjectId.random(), 1));
    }
    assertTrue(
        refusal(ErrorCode.LIMIT_EXCEEDED, ObjectId.random(), 1)
            .startsWith("too many shared pages: "));
    many.forEach(SharedPages::close);
  }

  @Test
  void whatTheDeadSharedStaysWithTheLiving() {
    ObjectId token = ObjectId.random();
    try (SharedPages pages = client.sharedPages(token, SIZE)) {
      MemorySegment mapped = pages.map(0, SIZE, false);
      try (ChildJvm dying = ChildJvm.start(ClientMain.class, store.socket())) {
        assertEquals("ready", dying.awaitLine());
        assertEquals("done", dying.ask("share " + token + " " + SIZE));
        assertEquals("done", dying.ask("share " + ObjectId.random() + " " + SIZE));
        assertEquals(2 * SIZE, shared());
        dying.kill();
      }
      Eventually.equal("what it shared with nobody to be gone", (long) SIZE, this::shared);
      assertEquals(7 * SIZE, sum(mapped));
    }
  }

  @Test
  void staysMappedWhenTheStoreDiesAndTheNextOneHasNotHeardOfIt() throws Exception {
    ObjectId token = ObjectId.random();
    try (SharedPages pages = client.sharedPages(token, SIZE)) {
      MemorySegment mapped = pages.map(0, SIZE, true);
      mapped.fill((byte) 1);
      store.process().kill();
      // As a store leaves it that dies before the file has lost its name.
      Files.createFile(store.directory().resolve("shared"));
      store = TestStore.inAnotherProcess(store.options());
      assertEquals(SIZE, sum(mapped));
      try (SharedPages other = client.sharedPages(token, SIZE)) {
        assertEquals(0, sum(other.map(0, SIZE, false)));
      }
      try (Stream<Path> files = Files.list(store.directory())) {
        assertTrue(files.noneMatch(file -> file.endsWith("shared")));
      }
    }
  }

  @Test
  void mayBeClosedAfterTheClientAndAfterTheStore() {
    PlasmaClient closed = store.connect();
    SharedPages pages = closed.sharedPages(ObjectId.random(), SIZE);
    closed.close();
    pages.map(0, SIZE, true).fill((byte) 1);
    pages.close();
    SharedPages left = client.sharedPages(ObjectId.random(), SIZE);
    store.process().kill();
    left.close();
    store = TestStore.inAnotherProcess(store.options());
  }

  private String refusal(ErrorCode code, ObjectId token, long size) {
    PlasmaException e = assertThrows(PlasmaException.class, () -> client.sharedPages(token, size));
    assertEquals(code, e.code());
    return e.getMessage();
  }

  private long shared() {
    return client.stats().sharedBytes();
  }

  private static long sum(MemorySegment bytes) {
    long sum = 0;
    for (long i = 0; i < bytes.byteSize(); i++) {
      sum += bytes.get(JAVA_BYTE, i);
    }
    return sum;
  }
}
