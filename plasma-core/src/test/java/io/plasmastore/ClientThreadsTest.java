package io.plasmastore;

import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import io.plasmastore.testing.Eventually;
import io.plasmastore.testing.TestStore;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.FutureTask;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Isolated;

/** Many threads on one client: who waits, who interrupts, who closes, and what they may read. */
@Isolated
class ClientThreadsTest {
  private static final int CONNECTIONS = 30;

  @TempDir private Path folder;
  private TestStore store;
  private PlasmaClient client;

  @BeforeEach
  void launch() {
    store = TestStore.embedded(folder, 8 << 20);
    client = store.connect();
  }

  @AfterEach
  void close() {
    client.close();
    store.close();
  }

  @Test
  void aThreadThatWaitsHoldsUpNoOtherAndEndsWithTheClient() throws Exception {
    PlasmaClient mine = store.connect();
    List<CompletableFuture<ErrorCode>> waits = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      waits.add(codeOf(() -> mine.get(ObjectId.random(), PlasmaClient.FOREVER)));
    }
    awaitGetsAsked(20);
    ObjectId id = ObjectId.random();
    mine.createAndSeal(id, new byte[10]);
    mine.get(id).close();
    assertTrue(mine.contains(id));
    assertTrue(mine.delete(id));
    assertEquals(0, mine.list().count());
    assertTrue(waits.stream().noneMatch(CompletableFuture::isDone));

    mine.close();
    for (CompletableFuture<ErrorCode> wait : waits) {
      assertEquals(ErrorCode.CLIENT_CLOSED, wait.join());
    }
    Eventually.equal("the client to be gone", 1L, () -> client.stats().clients());
  }

  @Test
  void aCreateThatIsRefusedLeavesThatOfAnotherThreadAlone() throws Exception {
    ObjectOptions patient = ObjectOptions.DEFAULT.withTimeout(Duration.ofSeconds(30));
    for (int i = 0; i < 1_000; i++) {
      ObjectId id = ObjectId.random();
      Callable<Boolean> createAndSeal =
          () -> {
            try (ObjectWriter writer = client.create(id, 10, patient)) {
              writer.seal();
              return true;
            } catch (PlasmaException e) {
              assertEquals(ErrorCode.OBJECT_EXISTS, e.code());
              return false;
            }
          };
      FutureTask<Boolean> other = new FutureTask<>(createAndSeal);
      Thread.ofPlatform().start(other);
      assertTrue(createAndSeal.call() ^ other.get());
      assertTrue(client.delete(id));
    }
  }

  @Test
  void anInterruptEndsAWaitAndNothingElse() throws Exception {
    ObjectId other = ObjectId.random();
    CompletableFuture<ErrorCode> undisturbed =
        codeOf(() -> client.get(other, PlasmaClient.FOREVER));
    ObjectId there = ObjectId.random();
    client.createAndSeal(there, new byte[1]);
    awaitGetsAsked(1);
    for (Thread.Builder builder : List.of(Thread.ofPlatform(), Thread.ofVirtual())) {
      AtomicReference<Throwable> thrown = new AtomicReference<>();
      AtomicBoolean stillInterrupted = new AtomicBoolean(true);
      long asked = getsAsked();
      Thread waiter =
          builder.start(
              () -> {
                thrown.set(
                    assertThrows(
                        InterruptedException.class,
                        () ->
                            client.getAll(
                                List.of(there, ObjectId.random()), PlasmaClient.FOREVER)));
                stillInterrupted.set(Thread.currentThread().isInterrupted());
                client.get(there).close();
                client.createAndSeal(ObjectId.random(), new byte[1]);
              });
      Eventually.holds("the get to be asked", () -> getsAsked() > asked);
      waiter.interrupt();
      waiter.join();
      assertTrue(thrown.get() instanceof InterruptedException);
      assertFalse(stillInterrupted.get());
      assertEquals(0, client.list().mapToLong(ObjectInfo::pins).sum());
    }
    assertFalse(undisturbed.isDone());
    client.createAndSeal(other, new byte[1]);
    assertEquals(null, undisturbed.join());
  }

  @Test
  void anInterruptBeforeACallEndsItOnlyIfItMustWait() throws Exception {
    ObjectId there = ObjectId.random();
    Thread.currentThread().interrupt();
    client.createAndSeal(there, new byte[1]);
    client.get(there, PlasmaClient.FOREVER).close();
    client.getAll(List.of(there), PlasmaClient.FOREVER).getFirst().close();
    assertTrue(Thread.currentThread().isInterrupted());
    assertThrows(
        InterruptedException.class, () -> client.get(ObjectId.random(), PlasmaClient.FOREVER));
    assertFalse(Thread.currentThread().isInterrupted());
    client.get(there).close();
    assertTrue(client.delete(there));
  }

  @Test
  void getAndReleaseAllocateTheObjectAlone() {
    ObjectId id = ObjectId.random();
    client.createAndSeal(id, new byte[100]);
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    long least = Long.MAX_VALUE;
    for (int round = 0; round < 20; round++) {
      long before = threads.getCurrentThreadAllocatedBytes();
      for (int i = 0; i < 1000; i++) {
        client.get(id).close();
      }
      least = Math.min(least, threads.getCurrentThreadAllocatedBytes() - before);
    }
    long each = least / 1000;
    assertTrue(each <= 96, () -> "bytes=" + each);
  }

  @Test
  void noReaderEverSeesAnotherObjectsBytes() throws Exception {
    long seed = Long.getLong("plasma.test.seed", System.nanoTime());
    List<ObjectId> ids = Stream.generate(ObjectId::random).limit(3).toList();
    AtomicBoolean stop = new AtomicBoolean();
    AtomicLong reads = new AtomicLong();
    AtomicLong deletes = new AtomicLong();
    AtomicReference<Throwable> failure = new AtomicReference<>();
    try (PlasmaClient second = store.connect()) {
      List<Thread> threads = new ArrayList<>();
      for (int i = 0; i < 6; i++) {
        PlasmaClient mine = i % 2 == 0 ? client : second;
        Random random = new Random(seed + i);
        boolean reader = i < 4;
        threads.add(
            Thread.ofPlatform()
                .start(
                    () -> {
                      try {
                        while (!stop.get() && failure.get() == null) {
                          ObjectId id = ids.get(random.nextInt(ids.size()));
                          if (reader) {
                            reads.addAndGet(read(mine, id, random));
                          } else if (random.nextBoolean()) {
                            write(mine, id, random);
                          } else if (deleted(mine, id)) {
                            deletes.incrementAndGet();
                          }
                        }
                      } catch (RuntimeException | Error e) {
                        failure.set(e);
                      }
                    }));
      }
      Eventually.holds(
          "5,000 deletes and reads",
          () -> failure.get() != null || (deletes.get() > 5_000 && reads.get() > 5_000));
      stop.set(true);
      for (Thread thread : threads) {
        thread.join();
      }
    }
    if (failure.get() != null) {
      throw new AssertionError("seed=" + seed, failure.get());
    }
    for (ObjectId id : ids) {
      var unused = client.delete(id);
    }
    assertEquals(0, client.stats().used());
    assertEquals(0, client.stats().objects());
  }

  private static int read(PlasmaClient client, ObjectId id, Random random) {
    SealedObject object = client.getIfPresent(id);
    if (object == null) {
      return 0;
    }
    try (object) {
      MemorySegment data = object.data();
      long first = data.get(JAVA_LONG, 0);
      for (int round = random.nextInt(3); round >= 0; round--) {
        for (long at = 0; at < data.byteSize(); at += Long.BYTES) {
          assertEquals(first, data.get(JAVA_LONG, at));
        }
      }
      assertEquals(id.hash64() >>> 32, first >>> 32);
      assertEquals(
          data.byteSize(),
          object.metadata().get(java.lang.foreign.ValueLayout.JAVA_INT_UNALIGNED, 0));
    }
    return 1;
  }

  private static void write(PlasmaClient client, ObjectId id, Random random) {
    // Of different sizes, so that a slot's next object lies elsewhere than its last.
    long size = Long.BYTES * (1L + random.nextInt(200));
    long pattern = (id.hash64() >>> 32 << 32) | (random.nextInt() & 0xFFFF_FFFFL);
    MemorySegment metadata = MemorySegment.ofArray(new byte[4]);
    metadata.set(java.lang.foreign.ValueLayout.JAVA_INT_UNALIGNED, 0, (int) size);
    try (ObjectWriter writer =
        client.create(id, size, metadata.toArray(java.lang.foreign.ValueLayout.JAVA_BYTE))) {
      for (long at = 0; at < size; at += Long.BYTES) {
        writer.data().set(JAVA_LONG, at, pattern);
      }
      writer.seal();
    } catch (PlasmaException e) {
      assertEquals(ErrorCode.OBJECT_EXISTS, e.code());
    }
  }

  private static boolean deleted(PlasmaClient client, ObjectId id) {
    try {
      return client.delete(id);
    } catch (PlasmaException e) {
      assertEquals(ErrorCode.OBJECT_NOT_SEALED, e.code());
      return false;
    }
  }

  @Test
  void aCloseThatRacesEveryCallEndsThemCleanly() throws Exception {
    ObjectId id = ObjectId.random();
    client.createAndSeal(id, new byte[64]);
    ObjectId vanishing = ObjectId.random();
    AtomicReference<Throwable> failure = new AtomicReference<>();
    for (int round = 0; round < CONNECTIONS && failure.get() == null; round++) {
      PlasmaClient mine = store.connect();
      AtomicLong calls = new AtomicLong();
      List<Callable<?>> actions =
          List.of(
              () -> {
                mine.get(id).close();
                return null;
              },
              () -> {
                try (SealedObject one = mine.get(id);
                    SealedObject two = mine.get(id)) {
                  return one.size() + two.size();
                }
              },
              () -> mine.contains(id) || mine.stats().used() > 0,
              () -> {
                try (ObjectWriter writer = mine.create(ObjectId.random(), 10)) {
                  if (writer.isOpen()) {
                    writer.seal();
                  }
                  return client.delete(writer.id());
                }
              },
              () -> {
                try (SealedObject object = mine.getIfPresent(vanishing)) {
                  return object;
                }
              },
              () -> {
                client.createAndSeal(vanishing, new byte[1]);
                return client.delete(vanishing);
              });
      List<Thread> threads = new ArrayList<>();
      for (Callable<?> action : actions) {
        threads.add(
            Thread.ofPlatform()
                .start(
                    () -> {
                      try {
                        while (failure.get() == null && !mine.toString().endsWith("closed]")) {
                          var unused = action.call();
                          calls.incrementAndGet();
                        }
                      } catch (PlasmaException e) {
                        if (e.code() != ErrorCode.CLIENT_CLOSED) {
                          failure.set(e);
                        }
                      } catch (Exception | Error e) {
                        failure.set(e);
                      }
                    }));
      }
      long enough = 20L + round * 10L;
      Eventually.holds("some calls", () -> calls.get() > enough || failure.get() != null);
      try {
        mine.close();
      } catch (IllegalStateException e) {
        assertTrue(e.getMessage().startsWith("client closed while objects are held"), e::toString);
      }
      for (Thread thread : threads) {
        thread.join();
      }
    }
    if (failure.get() != null) {
      throw new AssertionError(failure.get());
    }
    Eventually.equal("all clients to be gone", 1L, () -> client.stats().clients());
    var unused = client.delete(vanishing);
    for (ObjectInfo info : client.list().toList()) {
      assertTrue(client.delete(info.id()));
    }
    assertEquals(0, client.stats().used());
  }

  @Test
  void clientsLeaveNoDescriptorAndNoMapping() throws Exception {
    useAndClose();
    int descriptors = descriptors();
    long mappings = mappings();
    for (int i = 0; i < CONNECTIONS; i++) {
      useAndClose();
    }
    Eventually.equal("all clients to be gone", 1L, () -> client.stats().clients());
    Eventually.equal("as many descriptors as before", descriptors, ClientThreadsTest::descriptors);
    Eventually.equal("as many mappings as before", mappings, ClientThreadsTest::mappings);
  }

  private void useAndClose() throws Exception {
    PlasmaClient mine = store.connect();
    ObjectId id = ObjectId.random();
    CompletableFuture<ErrorCode> wait = codeOf(() -> mine.get(id, PlasmaClient.FOREVER));
    assertThrows(PlasmaException.class, () -> mine.get(id));
    assertThrows(PlasmaException.class, () -> mine.get(id, Duration.ofMillis(1)));
    Thread interrupted =
        Thread.ofPlatform()
            .start(
                () -> {
                  Thread.currentThread().interrupt();
                  assertThrows(
                      InterruptedException.class, () -> mine.get(id, PlasmaClient.FOREVER));
                });
    interrupted.join();
    ObjectId held = ObjectId.random();
    mine.createAndSeal(held, new byte[10]);
    SealedObject object = mine.get(held);
    assertThrows(IllegalStateException.class, mine::close);
    assertEquals(ErrorCode.CLIENT_CLOSED, wait.join());
    object.close();
    assertTrue(client.delete(held));
  }

  private static int descriptors() throws IOException {
    try (Stream<Path> files = Files.list(Path.of("/proc/self/fd"))) {
      return (int) files.count();
    }
  }

  private static long mappings() throws IOException {
    try (Stream<String> lines = Files.lines(Path.of("/proc/self/maps"))) {
      return lines.filter(line -> line.contains("plasma-test")).count();
    }
  }

  private long getsAsked() {
    return client.stats().counters().get("gets_asked");
  }

  private void awaitGetsAsked(long count) {
    Eventually.holds("gets to be asked", () -> getsAsked() >= count);
  }

  /** How a call ends: null if well. */
  private static CompletableFuture<ErrorCode> codeOf(Callable<SealedObject> call) {
    CompletableFuture<ErrorCode> outcome = new CompletableFuture<>();
    Thread.ofPlatform()
        .daemon()
        .start(
            () -> {
              try {
                call.call().close();
                outcome.complete(null);
              } catch (PlasmaException e) {
                outcome.complete(e.code());
              } catch (Exception e) {
                outcome.completeExceptionally(e);
              }
            });
    return outcome;
  }
}
