package io.plasmastore.store;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
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
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * A store with a part of the memory that its objects need, against a map: thousands of random
 * steps, by one thread that knows what must be, and by many that can only know what must never be.
 */
@Timeout(180)
class SpillModelTest {
  private static final long CAPACITY = 1 << 20;
  private static final int STEPS = 4_000;
  private static final int IDS = 60;

  @TempDir Path folder;
  private final long seed = Long.getLong("plasma.test.seed", System.nanoTime());
  private final Random random = new Random(seed);
  private Path disk;
  private TestStore store;
  private PlasmaClient client;

  // The model: how large each object is, and which of them are held.
  private final Map<ObjectId, Integer> sizes = new HashMap<>();
  private final List<SealedObject> held = new ArrayList<>();

  @BeforeEach
  void start() {
    disk = folder.resolve("disk");
    store = TestStore.embedded(TestStore.options(folder, CAPACITY).withSpill(disk, 0));
    client = store.connect();
  }

  @AfterEach
  void stop() {
    client.close();
    store.close();
  }

  @Test
  void thousandsOfStepsEqualAMap() {
    try {
      for (int i = 0; i < STEPS; i++) {
        step();
        if (i % 100 == 0) {
          checkListing();
        }
      }
      held.forEach(SealedObject::close);
      for (ObjectId id : List.copyOf(sizes.keySet())) {
        try (SealedObject object = client.get(id)) {
          check(object, sizes.get(id));
        }
      }
      assertTrue(
          client.deleteAll(List.copyOf(sizes.keySet())).stream().allMatch(error -> error == null));
      checkEmpty();
      assertEquals(0, client.stats().counters().get("evictions"));
      assertEquals(0, client.stats().counters().get("spill_errors"));
      assertTrue(client.stats().counters().get("restores") > 0);
    } catch (Exception | AssertionError e) {
      held.forEach(SealedObject::close);
      throw new AssertionError("seed=" + seed, e);
    }
  }

  private void step() throws Exception {
    ObjectId id = ObjectId.named("model/" + random.nextInt(IDS));
    switch (random.nextInt(12)) {
      case 0, 1, 2 -> put(id);
      case 3, 4, 5, 6 -> get(id);
      case 7 -> delete(id);
      case 8 -> release();
      case 9 -> assertEquals(sizes.containsKey(id), client.contains(id));
      case 10 -> {
        long before = client.stats().used();
        long bytes = random.nextInt(200_000);
        long evicted = client.evict(bytes);
        // Others may still have been on their way out.
        assertTrue(client.stats().used() <= before - evicted);
      }
      default -> getAll();
    }
  }

  private void put(ObjectId id) {
    int size = random.nextInt(10) == 0 ? random.nextInt(300_000) : random.nextInt(80_000);
    boolean keep = random.nextBoolean();
    try (ObjectWriter writer = client.create(id, size, new byte[random.nextInt(100)], keep)) {
      assertFalse(sizes.containsKey(id));
      fill(id, writer.data());
      writer.seal();
      sizes.put(id, size);
    } catch (PlasmaException e) {
      if (sizes.containsKey(id)) {
        assertEquals(ErrorCode.OBJECT_EXISTS, e.code());
      } else {
        assertEquals(ErrorCode.STORE_FULL, e.code());
        assertFalse(held.isEmpty());
      }
    }
  }

  private void get(ObjectId id) {
    try {
      SealedObject object = client.getIfPresent(id);
      assertEquals(sizes.containsKey(id), object != null);
      if (object != null) {
        check(object, sizes.get(id));
        if (random.nextInt(4) == 0 && held.size() < 6) {
          held.add(object);
        } else {
          object.close();
        }
      }
    } catch (PlasmaException e) {
      assertEquals(ErrorCode.STORE_FULL, e.code());
      assertFalse(held.isEmpty());
    }
  }

  private void getAll() throws Exception {
    List<ObjectId> ids = new ArrayList<>();
    for (int i = random.nextInt(6); i >= 0; i--) {
      ids.add(ObjectId.named("model/" + random.nextInt(IDS)));
    }
    try {
      List<@Nullable SealedObject> objects = client.getAll(ids, Duration.ZERO);
      for (int i = 0; i < ids.size(); i++) {
        SealedObject object = objects.get(i);
        assertEquals(sizes.containsKey(ids.get(i)), object != null);
        if (object != null) {
          check(object, sizes.get(ids.get(i)));
          object.close();
        }
      }
    } catch (PlasmaException e) {
      assertEquals(ErrorCode.STORE_FULL, e.code());
    }
  }

  private void delete(ObjectId id) {
    assertEquals(sizes.remove(id) != null, client.delete(id));
  }

  private void release() {
    if (!held.isEmpty()) {
      SealedObject object = held.remove(random.nextInt(held.size()));
      check(object, (int) object.size());
      object.close();
    }
  }

  private void checkListing() {
    Map<ObjectId, ObjectInfo> listed =
        client
            .list()
            .filter(info -> info.state() != ObjectState.RETIRING)
            .collect(Collectors.toMap(ObjectInfo::id, info -> info));
    assertEquals(sizes.keySet(), listed.keySet());
    listed.forEach(
        (id, info) -> {
          assertEquals((long) sizes.get(id), info.size());
          assertEquals(ObjectId.named(info.id().name().orElseThrow()), id);
          assertNotNull(info.sealedAt());
        });
  }

  private void checkEmpty() throws Exception {
    Eventually.equal("memory to be free", 0L, () -> client.stats().used());
    assertEquals(0, client.stats().objects());
    assertEquals(0, client.stats().spillUsed());
    assertEquals(0, client.list().count());
    try (Stream<Path> files = Files.list(disk)) {
      assertEquals(List.of("lock"), files.map(file -> file.getFileName().toString()).toList());
    }
  }

  @Test
  void manyThreadsNeverSeeAnythingWrong() throws Exception {
    List<CompletableFuture<Void>> threads = new ArrayList<>();
    for (int thread = 0; thread < 6; thread++) {
      int number = thread;
      threads.add(
          CompletableFuture.runAsync(
              () -> {
                try (PlasmaClient mine = store.connect()) {
                  Random own = new Random(seed + number);
                  for (int i = 0; i < 700; i++) {
                    disturb(mine, own);
                  }
                }
              },
              command -> Thread.ofPlatform().start(command)));
    }
    for (CompletableFuture<Void> thread : threads) {
      try {
        thread.get(120, TimeUnit.SECONDS);
      } catch (java.util.concurrent.ExecutionException e) {
        throw new AssertionError("seed=" + seed, e);
      }
    }
    List<ObjectId> left =
        client
            .list()
            .filter(info -> info.state() != ObjectState.RETIRING)
            .map(ObjectInfo::id)
            .toList();
    for (ObjectId id : left) {
      try (SealedObject object = client.get(id)) {
        check(object, (int) object.size());
      }
    }
    assertEquals(0, client.stats().counters().get("evictions"));
    assertEquals(0, client.stats().counters().get("spill_errors"));
    assertTrue(client.deleteAll(left).stream().allMatch(error -> error == null));
    checkEmpty();
  }

  private void disturb(PlasmaClient mine, Random own) {
    ObjectId id = ObjectId.named("chaos/" + own.nextInt(IDS));
    try {
      switch (own.nextInt(10)) {
        case 0, 1, 2 -> {
          ObjectOptions options =
              ObjectOptions.DEFAULT
                  .withKeep(own.nextBoolean())
                  .withTimeout(own.nextBoolean() ? Duration.ZERO : Duration.ofMillis(50));
          try (ObjectWriter writer = mine.create(id, own.nextInt(80_000), options)) {
            fill(id, writer.data());
            writer.seal();
          }
        }
        case 3, 4, 5 -> {
          try (SealedObject object = mine.getIfPresent(id)) {
            if (object != null) {
              check(object, (int) object.size());
            }
          }
        }
        case 6 -> {
          try (SealedObject object = mine.get(id, Duration.ofMillis(own.nextInt(20)))) {
            check(object, (int) object.size());
          }
        }
        case 7 -> {
          boolean ignored = mine.delete(id);
        }
        case 8 -> assertTrue(mine.evict(own.nextInt(300_000)) >= 0);
        default -> {
          List<ObjectId> ids = new ArrayList<>();
          for (int i = 0; i < 4; i++) {
            ids.add(ObjectId.named("chaos/" + own.nextInt(IDS)));
          }
          for (SealedObject object : mine.getAll(ids, Duration.ZERO)) {
            if (object != null) {
              check(object, (int) object.size());
              object.close();
            }
          }
        }
      }
    } catch (PlasmaException e) {
      assertTrue(
          List.of(
                  ErrorCode.STORE_FULL,
                  ErrorCode.OBJECT_EXISTS,
                  ErrorCode.OBJECT_NOT_SEALED,
                  ErrorCode.TIMED_OUT)
              .contains(e.code()),
          e::toString);
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  // Looking at each eighth byte is cheap enough for many.
  private static void fill(ObjectId id, MemorySegment data) {
    for (long i = 0; i < data.byteSize(); i++) {
      data.set(JAVA_BYTE, i, byteOf(id, i, data.byteSize()));
    }
  }

  private static void check(SealedObject object, int size) {
    assertEquals(size, object.size());
    MemorySegment data = object.data();
    long start = size == 0 ? 0 : ThreadLocalRandom.current().nextInt(8);
    for (long i = start; i < size; i += 8) {
      if (data.get(JAVA_BYTE, i) != byteOf(object.id(), i, size)) {
        throw new AssertionError("wrong byte: id=" + object.id() + " at=" + i + " of=" + size);
      }
    }
  }

  private static byte byteOf(ObjectId id, long at, long size) {
    return (byte) (((id.hashCode() + at * 31 + size) * 0x9E3779B9L) >>> 16);
  }
}
