package io.plasmastore.store;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.plasmastore.ErrorCode;
import io.plasmastore.ObjectId;
import io.plasmastore.ObjectInfo;
import io.plasmastore.ObjectOptions;
import io.plasmastore.ObjectState;
import io.plasmastore.ObjectWriter;
import io.plasmastore.PlasmaClient;
import io.plasmastore.PlasmaException;
import io.plasmastore.SealedObject;
import io.plasmastore.testing.Eventually;
import io.plasmastore.testing.TestStore;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Objects that leave memory go to disk, and come back when they are asked for. */
class SpillTest {
  private static final int OBJECT = 1 << 20;
  private static final int FIT = 8;
  private static final long CAPACITY = (long) FIT * OBJECT;

  @TempDir Path folder;
  private Path disk;
  private TestStore store;
  private PlasmaClient client;

  @BeforeEach
  void start() {
    disk = folder.resolve("disk");
    launch(0);
  }

  @AfterEach
  void stop() {
    client.close();
    store.close();
  }

  @Test
  void holdsTenTimesItsMemory() throws Exception {
    long seed = Long.getLong("plasma.test.seed", System.nanoTime());
    List<ObjectId> ids = Collections.synchronizedList(new ArrayList<>());
    inThreeThreads(
        seed,
        (thread, random) -> {
          for (int i = 0; i < 10 * FIT / 3; i++) {
            ObjectId id = ObjectId.named("object/" + thread + "/" + i);
            put(id, OBJECT / 2 + random.nextInt(OBJECT), "metadata of " + id.name().orElseThrow());
            ids.add(id);
          }
        });
    inThreeThreads(
        seed,
        (thread, random) -> {
          List<ObjectId> mine = new ArrayList<>(ids);
          Collections.shuffle(mine, random);
          for (ObjectId id : mine) {
            assertRight(id);
          }
        });
    assertEquals(0, counter("evictions"));
    assertEquals(0, counter("spill_errors"));
    assertTrue(counter("restores") > 0);
    assertTrue(client.deleteAll(ids).stream().allMatch(error -> error == null));
    assertEquals(0, client.stats().used());
    assertEquals(0, client.stats().spilledObjects());
    assertEquals(0, client.stats().spillUsed());
    assertEquals(List.of(), files());
  }

  @Test
  void knowsWhatIsOnDisk() {
    List<ObjectId> ids = fill(2 * FIT);
    Map<ObjectId, ObjectInfo> listed =
        client.list().collect(Collectors.toMap(ObjectInfo::id, Function.identity()));
    assertEquals(2 * FIT, listed.size());
    long spilled =
        listed.values().stream().filter(info -> info.state() == ObjectState.SPILLED).count();
    assertEquals(client.stats().spilledObjects(), spilled);
    assertEquals(spilled * (OBJECT - 1024), client.stats().spilledBytes());
    ObjectInfo first = listed.get(ids.getFirst());
    assertEquals(ObjectState.SPILLED, first.state());
    assertEquals("object 0", first.id().name().orElseThrow());
    assertEquals(OBJECT - 1024, first.size());
    assertTrue(first.metadataSize() > 0);
    assertTrue(client.contains(ids.getFirst()));
    assertEquals(ErrorCode.OBJECT_EXISTS, failure(() -> put(ids.getFirst(), 10, "")));
    assertEquals(List.of(), client.holders(ids.getFirst()));
    assertTrue(client.delete(ids.getFirst()));
    assertFalse(client.contains(ids.getFirst()));
    assertFalse(client.delete(ids.getFirst()));
    assertNull(client.getIfPresent(ids.getFirst()));
    put(ids.getFirst(), 10, "another");
    assertRight(ids.getFirst());
  }

  @Test
  void listsMoreThanAPageOfWhatIsOnDisk() {
    for (int i = 0; i < 1500; i++) {
      ObjectId id = ObjectId.named("small " + i);
      client.createAndSeal(id, bytes(id, 100));
    }
    client.evict(Long.MAX_VALUE);
    put(ObjectId.named("in memory"), 100, "");
    assertEquals(1500, client.stats().spilledObjects());
    assertEquals(1501, client.list().map(ObjectInfo::id).distinct().count());
    assertEquals(1501, client.list().count());
  }

  @Test
  void keepsACopyOfWhatCameBack() throws Exception {
    List<ObjectId> ids = fill(FIT);
    long bytes = client.stats().used();
    assertEquals(bytes, client.evict(Long.MAX_VALUE));
    assertEquals(0, client.stats().used());
    List<String> files = files();
    assertEquals(2 * FIT, files.size());
    ids.forEach(this::assertRight);
    assertEquals(0, client.stats().spilledObjects());
    assertEquals(files, files());
    assertEquals(FIT, counter("restores"));
    // It leaves again without being written.
    removeDisk();
    assertEquals(bytes, client.evict(Long.MAX_VALUE));
    assertEquals(0, counter("spill_errors"));
  }

  @Test
  void spillsWhatIsToBeKeptButNoBinding() throws Exception {
    ObjectId kept = ObjectId.named("kept");
    try (ObjectWriter writer = client.create(kept, 1000, ObjectOptions.DEFAULT.withKeep(true))) {
      writer.data().copyFrom(MemorySegment.ofArray(bytes(kept, 1000)));
      writer.seal();
    }
    client.bind("latest", kept);
    client.evict(Long.MAX_VALUE);
    assertEquals(1, client.stats().spilledObjects());
    assertEquals(kept, client.resolve("latest"));
    assertEquals(0, counter("restores"));
    assertRight(client.resolve("latest"));
    client.bind("latest", ObjectId.named("other"));
    assertEquals(ObjectId.named("other"), client.resolve("latest"));
  }

  @Test
  void losesNothingWhenTheDiskHasNoMoreRoom() {
    relaunch(6L * OBJECT);
    List<ObjectId> ids = new ArrayList<>();
    PlasmaException full =
        assertThrows(
            PlasmaException.class,
            () -> {
              for (int i = 0; i < 3 * FIT; i++) {
                ObjectId id = ObjectId.named("object " + i);
                put(id, OBJECT - 1024, "");
                ids.add(id);
              }
            });
    assertEquals(ErrorCode.STORE_FULL, full.code());
    assertTrue(
        full.getMessage()
            .matches(
                "store full: wanted=.* spillUsed=\\d+ spillLimit=6291456;"
                    + " nothing more is spilled: the limit is reached: wanted=\\d+ taken=\\d+"
                    + " limit=6291456 leftFree=\\d+"),
        full::getMessage);
    assertTrue(ids.size() > FIT, () -> "objects=" + ids.size());
    // All of it, again and again, though there is hardly room to turn.
    for (int round = 0; round < 3; round++) {
      Collections.shuffle(ids, new Random(round));
      ids.forEach(this::assertRight);
      assertTrue(client.stats().spillUsed() <= 6L * OBJECT);
    }
    assertTrue(client.delete(ids.removeFirst()));
    assertTrue(client.delete(ids.removeFirst()));
    put(ObjectId.named("there is room"), OBJECT - 1024, "");
  }

  @Test
  void losesNothingWhenTheDiskFails() throws Exception {
    List<ObjectId> ids = fill(FIT);
    removeDisk();
    PlasmaException full =
        assertThrows(PlasmaException.class, () -> put(ObjectId.random(), OBJECT, ""));
    assertEquals(ErrorCode.STORE_FULL, full.code());
    assertTrue(full.getMessage().contains("nothing more is spilled: "), full::getMessage);
    assertTrue(counter("spill_errors") > 0);
    ids.forEach(this::assertRight);
    Files.createDirectory(disk);
    ObjectId later = ObjectId.random();
    Eventually.holds("the disk to be tried again", () -> succeeds(() -> put(later, OBJECT, "")));
    ids.forEach(this::assertRight);
  }

  @Test
  void makesAPatientCreateWaitForTheDisk() throws Exception {
    List<ObjectId> ids = fill(FIT);
    List<SealedObject> held = new ArrayList<>();
    ids.forEach(id -> held.add(client.get(id)));
    assertEquals(ErrorCode.STORE_FULL, failure(() -> put(ObjectId.random(), OBJECT, "")));
    CompletableFuture<ObjectId> waiting =
        CompletableFuture.supplyAsync(
            () -> {
              ObjectId id = ObjectId.named("patient");
              try (ObjectWriter writer =
                  client.create(
                      id, 10, ObjectOptions.DEFAULT.withTimeout(Duration.ofSeconds(20)))) {
                writer.data().copyFrom(MemorySegment.ofArray(bytes(id, 10)));
                writer.seal();
              } catch (InterruptedException e) {
                throw new AssertionError(e);
              }
              return id;
            });
    held.removeFirst().close();
    assertRight(waiting.get(20, TimeUnit.SECONDS));
    held.forEach(SealedObject::close);
    ids.forEach(this::assertRight);
  }

  @Test
  void saysSoWhenAFileIsDamagedAndServesTheOthers() throws Exception {
    List<ObjectId> ids = fill(6);
    client.evict(Long.MAX_VALUE);
    flip(file(ids.get(0), "bin"), OBJECT / 2);
    truncate(file(ids.get(1), "bin"));
    Files.delete(file(ids.get(2), "bin"));
    Files.delete(file(ids.get(3), "record"));
    flip(file(ids.get(4), "record"), 40);
    for (ObjectId damaged : ids.subList(0, 5)) {
      PlasmaException e = assertThrows(PlasmaException.class, () -> client.get(damaged));
      assertEquals(ErrorCode.OBJECT_DAMAGED, e.code());
      assertTrue(e.getMessage().contains(damaged.toHex()), e::getMessage);
      assertTrue(client.contains(damaged));
    }
    assertEquals(ErrorCode.OBJECT_DAMAGED, failure(() -> client.getAll(ids, PlasmaClient.FOREVER)));
    assertEquals(0, client.stats().used());
    assertRight(ids.get(5));
    for (ObjectId damaged : ids.subList(0, 5)) {
      assertTrue(client.delete(damaged));
      put(damaged, 100, "");
      assertRight(damaged);
    }
    assertTrue(counter("spill_errors") >= 6);
  }

  @Test
  void endsABatchOfMoreThanFits() throws Exception {
    List<ObjectId> ids = fill(3 * FIT);
    for (Duration timeout : List.of(Duration.ZERO, PlasmaClient.FOREVER)) {
      assertEquals(ErrorCode.STORE_FULL, failure(() -> client.getAll(ids, timeout)));
    }
    List<ObjectId> some = ids.subList(0, FIT - 1);
    for (SealedObject object : client.getAll(some, Duration.ZERO)) {
      object.close();
    }
    ids.forEach(this::assertRight);
  }

  @Test
  void givesABatchAllThatItAskedFor() throws Exception {
    List<ObjectId> ids = fill(3 * FIT);
    List<ObjectId> mixed = new ArrayList<>();
    for (int i = 0; i < FIT - 2; i++) {
      mixed.add(ids.get(i * 4));
      mixed.add(ids.get(i * 4));
    }
    ObjectId missing = ObjectId.random();
    mixed.add(missing);
    List<SealedObject> got = client.getAll(mixed, Duration.ZERO);
    for (int i = 0; i < mixed.size() - 1; i++) {
      assertEquals(mixed.get(i), got.get(i).id());
      assertBytes(got.get(i));
      got.get(i).close();
    }
    assertNull(got.getLast());
    CompletableFuture<List<SealedObject>> waiting =
        CompletableFuture.supplyAsync(
            () -> {
              try {
                return client.getAll(mixed, Duration.ofSeconds(20));
              } catch (InterruptedException e) {
                throw new AssertionError(e);
              }
            });
    put(missing, 100, "");
    waiting
        .get(20, TimeUnit.SECONDS)
        .forEach(
            object -> {
              assertBytes(object);
              object.close();
            });
  }

  @Test
  void readsOnceForAllWhoWait() throws Exception {
    ObjectId id = fill(1).getFirst();
    client.evict(Long.MAX_VALUE);
    List<CompletableFuture<Void>> gets = new ArrayList<>();
    for (int i = 0; i < 8; i++) {
      gets.add(CompletableFuture.runAsync(() -> assertRight(id)));
    }
    for (CompletableFuture<Void> get : gets) {
      get.get(20, TimeUnit.SECONDS);
    }
    assertEquals(1, counter("restores"));
  }

  @Test
  void deletesWhatIsBeingWrittenOrRead() throws Exception {
    for (int round = 0; round < 30; round++) {
      List<ObjectId> ids = fill(4);
      CompletableFuture<Long> evicting =
          CompletableFuture.supplyAsync(() -> client.evict(Long.MAX_VALUE));
      assertTrue(client.delete(ids.get(round % 4)));
      evicting.get(20, TimeUnit.SECONDS);
      ObjectId read = ids.get((round + 1) % 4);
      CompletableFuture<Boolean> reading =
          CompletableFuture.supplyAsync(
              () -> {
                try (SealedObject object = client.getIfPresent(read)) {
                  if (object != null) {
                    assertBytes(object);
                  }
                  return object != null;
                }
              });
      assertTrue(client.delete(read));
      var unused = reading.get(20, TimeUnit.SECONDS);
      put(read, 100, "anew");
      assertRight(read);
      assertTrue(client.delete(read));
      assertRight(ids.get((round + 2) % 4));
      assertTrue(client.delete(ids.get((round + 2) % 4)));
      assertTrue(client.delete(ids.get((round + 3) % 4)));
      Eventually.equal("memory to be free", 0L, () -> client.stats().used());
      assertEquals(0, client.stats().objects());
      assertEquals(List.of(), files());
      assertEquals(0, client.stats().spillUsed());
    }
  }

  @Test
  void isGoneForTheOneOfManyWhoDeletedIt() throws Exception {
    ObjectId id = ObjectId.named("object 0");
    try (ExecutorService others = Executors.newFixedThreadPool(3)) {
      for (int round = 0; round < 200; round++) {
        client.createAndSeal(id, bytes(id, 100));
        client.evict(Long.MAX_VALUE);
        if (round % 2 == 0) {
          assertRight(id);
        }
        Callable<Boolean> replacing =
            () -> {
              boolean deleted = client.delete(id);
              if (deleted) {
                // Whoever is told that it is gone can count on it, whatever others still wait for.
                assertFalse(client.contains(id));
                client.createAndSeal(id, bytes(id, 100));
              }
              return deleted;
            };
        long times = 0;
        for (Future<Boolean> one : others.invokeAll(Collections.nCopies(3, replacing))) {
          times += one.get() ? 1 : 0;
        }
        assertTrue(times > 0);
        assertTrue(client.delete(id));
      }
    }
  }

  @Test
  void staysReadableWhileItIsWritten() throws Exception {
    List<ObjectId> ids = fill(FIT);
    try (SealedObject held = client.get(ids.getFirst())) {
      CompletableFuture<Long> evicting =
          CompletableFuture.supplyAsync(() -> client.evict(Long.MAX_VALUE));
      while (!evicting.isDone()) {
        ids.forEach(this::assertRight);
      }
      assertBytes(held);
    }
    ids.forEach(this::assertRight);
  }

  @Test
  void endsAGetThatIsInterruptedOrTimesOut() throws Exception {
    List<ObjectId> ids = fill(2 * FIT);
    for (int round = 0; round < 20; round++) {
      ObjectId id = ids.get(round % ids.size());
      AtomicReference<Throwable> failure = new AtomicReference<>();
      Thread reader =
          Thread.ofPlatform()
              .start(
                  () -> {
                    try (SealedObject object = client.get(id, PlasmaClient.FOREVER)) {
                      assertBytes(object);
                    } catch (InterruptedException e) {
                      assertEquals(0, client.stats().capacity() - CAPACITY);
                    } catch (Throwable e) {
                      failure.set(e);
                    }
                  });
      reader.interrupt();
      reader.join();
      assertNull(failure.get());
      try (SealedObject object = client.get(id, Duration.ofMillis(1))) {
        assertBytes(object);
      } catch (PlasmaException e) {
        assertEquals(ErrorCode.TIMED_OUT, e.code());
      }
    }
    ids.forEach(this::assertRight);
  }

  @Test
  void keepsWhatIsOnDiskThroughACleanStop() throws Exception {
    List<ObjectId> ids = fill(FIT);
    client.evict(Long.MAX_VALUE);
    assertRight(ids.getFirst());
    put(ObjectId.named("in memory alone"), 100, "");
    client.close();
    store.close();
    assertTrue(Files.notExists(disk.resolve("lock")));
    launch(0);
    assertEquals(FIT, client.stats().spilledObjects());
    ids.forEach(this::assertRight);
    assertFalse(client.contains(ObjectId.named("in memory alone")));
    assertEquals(
        "object 1",
        client
            .list()
            .filter(i -> i.id().equals(ids.get(1)))
            .findFirst()
            .orElseThrow()
            .id()
            .name()
            .orElseThrow());
    client.close();
    store.close();
    start(options(0).withFresh(true));
    assertEquals(0, client.list().count());
    assertEquals(List.of(), files());
  }

  @Test
  void leavesWhatIsNotItsOwn() throws Exception {
    ObjectId id = fill(1).getFirst();
    client.evict(Long.MAX_VALUE);
    client.close();
    store.close();
    Path foreign = disk.resolve("notes.txt");
    Files.writeString(foreign, "mine");
    Path remains = disk.resolve("0".repeat(40) + ".arrow");
    Files.writeString(remains, "a crash left this");
    Path partial = disk.resolve(id.toHex() + ".bin.partial");
    Files.writeString(partial, "and this");
    flip(file(id, "record"), 100);
    launch(0);
    assertTrue(Files.exists(foreign));
    assertFalse(Files.exists(remains));
    assertFalse(Files.exists(partial));
    PlasmaException e = assertThrows(PlasmaException.class, () -> client.get(id));
    assertEquals(ErrorCode.OBJECT_DAMAGED, e.code());
    assertTrue(client.delete(id));
    assertEquals(List.of("notes.txt"), files());
  }

  @Test
  void refusesASecondStoreAndAnOpenDirectory() throws Exception {
    Path other = folder.resolve("other");
    Files.createDirectory(other);
    StoreOptions second = TestStore.options(other, CAPACITY).withSpill(disk, 0);
    PlasmaException taken = assertThrows(PlasmaException.class, () -> PlasmaStore.launch(second));
    assertEquals(ErrorCode.ACCESS_DENIED, taken.code());
    assertTrue(taken.getMessage().contains("another store"), taken::getMessage);
    assertTrue(Files.notExists(second.directory()));
    Path open = folder.resolve("open");
    Files.createDirectory(open);
    Files.setPosixFilePermissions(open, PosixFilePermissions.fromString("rwxr-xr-x"));
    PlasmaException refused =
        assertThrows(PlasmaException.class, () -> PlasmaStore.launch(second.withSpill(open, 0)));
    assertTrue(refused.getMessage().contains("mode=755"), refused::getMessage);
    fill(1);
    client.evict(Long.MAX_VALUE);
    try (Stream<Path> files = Files.list(disk)) {
      for (Path file : files.toList()) {
        assertEquals(
            "rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(file)));
      }
    }
    assertEquals("rwx------", PosixFilePermissions.toString(Files.getPosixFilePermissions(disk)));
  }

  @Test
  void leavesAnotherVersionAsItIs() throws Exception {
    ObjectId id = fill(1).getFirst();
    client.evict(Long.MAX_VALUE);
    client.close();
    store.close();
    flip(file(id, "record"), SpillRecord.VERSION_OFFSET);
    List<String> before = files();
    PlasmaException refused =
        assertThrows(PlasmaException.class, () -> PlasmaStore.launch(options(0)));
    assertEquals(ErrorCode.VERSION_MISMATCH, refused.code());
    assertEquals(before, files());
    flip(file(id, "record"), SpillRecord.VERSION_OFFSET);
    launch(0);
    assertRight(id);
  }

  private interface Work {
    void run(int thread, Random random) throws Exception;
  }

  private static void inThreeThreads(long seed, Work work) throws Exception {
    List<CompletableFuture<Void>> threads = new ArrayList<>();
    for (int thread = 0; thread < 3; thread++) {
      int number = thread;
      threads.add(
          CompletableFuture.runAsync(
              () -> {
                try {
                  work.run(number, new Random(seed + number));
                } catch (Exception e) {
                  throw new AssertionError("seed=" + seed, e);
                }
              },
              command -> Thread.ofPlatform().start(command)));
    }
    for (CompletableFuture<Void> thread : threads) {
      thread.get(50, TimeUnit.SECONDS);
    }
  }

  private StoreOptions options(long limit) {
    return TestStore.options(folder, CAPACITY).withSpill(disk, limit);
  }

  private void launch(long limit) {
    start(options(limit));
  }

  private void start(StoreOptions options) {
    store = TestStore.embedded(options);
    client = store.connect();
  }

  private void relaunch(long limit) {
    client.close();
    store.close();
    launch(limit);
  }

  private List<ObjectId> fill(int count) {
    List<ObjectId> ids = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      ObjectId id = ObjectId.named("object " + i);
      put(id, OBJECT - 1024, "metadata " + i);
      ids.add(id);
    }
    return ids;
  }

  private void put(ObjectId id, int size, String metadata) {
    try (ObjectWriter writer =
        client.create(id, size, metadata.getBytes(java.nio.charset.StandardCharsets.UTF_8))) {
      writer.data().copyFrom(MemorySegment.ofArray(bytes(id, size)));
      writer.seal();
    }
  }

  private void assertRight(ObjectId id) {
    try (SealedObject object = client.get(id)) {
      assertBytes(object);
    }
  }

  private static void assertBytes(SealedObject object) {
    assertArrayEquals(bytes(object.id(), (int) object.size()), object.data().toArray(JAVA_BYTE));
  }

  private static byte[] bytes(ObjectId id, int size) {
    byte[] bytes = new byte[size];
    long state = id.hash64() + size;
    for (int i = 0; i < size; i++) {
      state = state * 0x5851F42D4C957F2DL + 0x14057B7EF767814FL;
      bytes[i] = (byte) (state >>> 56);
    }
    return bytes;
  }

  private static boolean succeeds(Runnable call) {
    try {
      call.run();
      return true;
    } catch (PlasmaException e) {
      return false;
    }
  }

  private interface Call {
    void run() throws Exception;
  }

  private static ErrorCode failure(Call call) {
    return assertThrows(PlasmaException.class, call::run).code();
  }

  private long counter(String name) {
    return client.stats().counters().get(name);
  }

  private Path file(ObjectId id, String extension) {
    return disk.resolve(id.toHex() + "." + extension);
  }

  private List<String> files() throws IOException {
    try (Stream<Path> files = Files.list(disk)) {
      return files
          .map(file -> file.getFileName().toString())
          .filter(name -> !name.equals("lock"))
          .sorted()
          .toList();
    }
  }

  private void removeDisk() throws IOException {
    try (Stream<Path> files = Files.list(disk)) {
      for (Path file : files.toList()) {
        Files.delete(file);
      }
    }
    Files.delete(disk);
  }

  private static void flip(Path path, long at) throws IOException {
    try (FileChannel file =
        FileChannel.open(path, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
      java.nio.ByteBuffer one = java.nio.ByteBuffer.allocate(1);
      file.read(one, at);
      one.put(0, (byte) (one.get(0) ^ 0x10)).flip();
      file.write(one, at);
    }
  }

  private static void truncate(Path path) throws IOException {
    try (FileChannel file = FileChannel.open(path, StandardOpenOption.WRITE)) {
      file.truncate(file.size() - 1);
    }
  }
}
