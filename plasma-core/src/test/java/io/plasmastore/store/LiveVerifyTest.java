package io.plasmastore.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.plasmastore.ErrorCode;
import io.plasmastore.NewSealedObject;
import io.plasmastore.ObjectId;
import io.plasmastore.ObjectWriter;
import io.plasmastore.PlasmaClient;
import io.plasmastore.PlasmaException;
import io.plasmastore.SealedObject;
import io.plasmastore.StoreFiles;
import io.plasmastore.VerifyReport;
import io.plasmastore.testing.Eventually;
import io.plasmastore.testing.TestStore;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Checking the files of a store that is at work, and of one that was killed at work. */
class LiveVerifyTest {
  private static final long CAPACITY = 4 << 20;
  private static final long USED_OFFSET = 1024 + 8;

  @TempDir private Path folder;

  @Test
  void findsNothingWrongWithAQuietStore() throws Exception {
    try (TestStore store = TestStore.embedded(folder, CAPACITY);
        PlasmaClient client = store.connect()) {
      client.createAndSeal(ObjectId.named("a"), new byte[100]);
      client.bind("latest", ObjectId.named("a"));
      assertEquals(store.directory(), client.directory());
      VerifyReport report = StoreFiles.verify(store.directory());
      assertEquals(List.of(), report.faults());
      assertTrue(report.live());
      assertTrue(report.countersCompared());
      assertEquals(2, report.sealed());
      assertEquals(1, report.pages());
    }
  }

  @Test
  void namesWhatIsWrongWithALivingStore() throws Exception {
    try (TestStore store = TestStore.embedded(folder, CAPACITY)) {
      Path index = store.directory().resolve("index");
      // What is committed ahead is counted then, and nothing writes the counters any more.
      Eventually.equal(
          "bytes committed", CAPACITY, () -> StoreFiles.stats(store.directory()).committed());
      write(index, USED_OFFSET, 64);
      VerifyReport report = StoreFiles.verify(store.directory());
      write(index, USED_OFFSET, 0);
      assertTrue(
          report.faults().contains(new VerifyReport.Fault("counters", "used=64, but there are 0")),
          report::toString);
      assertEquals(8, report.passes());
    }
  }

  @Test
  void raisesNoFalseAlarmUnderABusyStore() throws Exception {
    try (TestStore store = TestStore.embedded(folder, CAPACITY);
        Load load = new Load(store, 3)) {
      for (int i = 0; i < 6; i++) {
        VerifyReport report = StoreFiles.verify(store.directory());
        assertEquals(List.of(), report.faults());
        assertTrue(report.live());
      }
      load.check();
    }
  }

  @Test
  void raisesNoFalseAlarmWhereAStoreWasKilledAtWork() throws Exception {
    for (int round = 0; round < 4; round++) {
      Path here = Files.createDirectory(folder.resolve("round" + round));
      StoreOptions options = TestStore.options(here, CAPACITY);
      TestStore store = TestStore.inAnotherProcess(options);
      try (Load load = new Load(store, 2)) {
        load.awaitWork(2_000 + 777 * round);
        store.process().kill();
        VerifyReport report = StoreFiles.verify(store.directory());
        assertEquals(List.of(), report.faults(), () -> "notes=" + report.notes());
        assertFalse(report.live());
      }
      try (PlasmaStore cleanup = PlasmaStore.launch(options.withFresh(true))) {
        assertTrue(cleanup.options().fresh());
      }
    }
  }

  /** Clients that create, get, delete, bind and drop at random, until they are told to stop. */
  private static final class Load implements AutoCloseable {
    private final AtomicBoolean stop = new AtomicBoolean();
    private final AtomicReference<Throwable> failure = new AtomicReference<>();
    private final AtomicLong steps = new AtomicLong();
    private final List<Thread> threads = new ArrayList<>();
    private final List<PlasmaClient> clients = new ArrayList<>();

    private Load(TestStore store, int count) {
      for (int i = 0; i < count; i++) {
        long seed = 42L + i;
        PlasmaClient client = store.connect();
        clients.add(client);
        threads.add(Thread.ofPlatform().start(() -> run(client, new Random(seed))));
      }
    }

    private void run(PlasmaClient client, Random random) {
      try {
        while (!stop.get()) {
          try {
            step(client, random);
          } catch (PlasmaException e) {
            // Another client was quicker, the store is full, or it was killed.
            if (e.code() == ErrorCode.STORE_GONE || e.code() == ErrorCode.CLIENT_CLOSED) {
              return;
            }
          }
          steps.incrementAndGet();
        }
      } catch (InterruptedException | RuntimeException e) {
        failure.set(e);
      }
    }

    private static void step(PlasmaClient client, Random random) throws InterruptedException {
      ObjectId id = ObjectId.named("object " + random.nextInt(300));
      switch (random.nextInt(8)) {
        case 0, 1 -> client.createAndSeal(id, new byte[random.nextInt(20_000)]);
        case 2 -> {
          try (ObjectWriter writer = client.create(id, random.nextInt(50_000))) {
            if (random.nextBoolean()) {
              writer.seal();
            }
          }
        }
        case 3 -> {
          try (SealedObject object = client.getIfPresent(id)) {
            if (object != null && random.nextBoolean()) {
              client.delete(id);
            }
          }
        }
        case 4 -> client.delete(id);
        case 5 -> client.bind("name " + random.nextInt(5), id);
        case 6 -> client.evict(random.nextInt(100_000));
        default -> {
          List<NewSealedObject> many = new ArrayList<>();
          for (int i = 0; i < 50; i++) {
            many.add(
                NewSealedObject.of(ObjectId.named("small " + random.nextInt(500)), new byte[80]));
          }
          client.createAndSealAll(many, Duration.ZERO);
        }
      }
    }

    private void awaitWork(long wanted) {
      long deadline = System.nanoTime() + Duration.ofSeconds(40).toNanos();
      while (steps.get() < wanted) {
        check();
        if (System.nanoTime() > deadline) {
          throw new AssertionError("waited in vain: for=" + wanted + " found=" + steps.get());
        }
        Thread.onSpinWait();
      }
    }

    private void check() {
      if (failure.get() != null) {
        throw new AssertionError("a client failed", failure.get());
      }
    }

    @Override
    public void close() {
      stop.set(true);
      // Or a thread would wait for another store to come.
      for (PlasmaClient client : clients) {
        try {
          client.close();
        } catch (IllegalStateException e) {
          assertTrue(e.getMessage().contains("closed while objects are held"), e::toString);
        }
      }
      for (Thread thread : threads) {
        join(thread);
      }
    }
  }

  private static void join(Thread thread) {
    try {
      thread.join(40_000);
    } catch (InterruptedException e) {
      throw new AssertionError("interrupted while a client ends", e);
    }
  }

  private static void write(Path file, long offset, long value) throws Exception {
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
      channel.write(
          ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN).putLong(value).flip(), offset);
    }
  }
}
