package io.plasmastore.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.plasmastore.ClientOptions;
import io.plasmastore.ErrorCode;
import io.plasmastore.ObjectId;
import io.plasmastore.ObjectWriter;
import io.plasmastore.PlasmaClient;
import io.plasmastore.PlasmaException;
import io.plasmastore.SealedObject;
import io.plasmastore.testing.Filled;
import io.plasmastore.testing.SmallMount;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A mount as small as the shared memory of a container is where nobody asked for more. */
class SixtyFourMegabytesTest {
  private static final long MEGABYTE = 1 << 20;
  private static final int STEPS = 3_000;

  private final long seed = Long.getLong("plasma.test.seed", System.nanoTime());
  private final Random random = new Random(seed);

  @TempDir private Path folder;
  private SmallMount mount;

  @BeforeEach
  void mounts() throws Exception {
    mount = SmallMount.mount(folder.resolve("mount"), 64 * MEGABYTE);
  }

  @AfterEach
  void unmounts() throws Exception {
    if (mount != null) {
      mount.close();
    }
  }

  @Test
  void refusesToPromiseMoreAndSaysTheWayOut() throws Exception {
    StoreOptions options = options(128 * MEGABYTE);
    PlasmaException refused =
        assertThrows(PlasmaException.class, () -> PlasmaStore.launch(options).close());
    assertEquals(ErrorCode.STORE_FULL, refused.code());
    assertTrue(
        refused.getMessage().matches("(?s).*wanted=13\\d{7} free=6\\d{7} .*Docker.*--shm-size.*"),
        refused::getMessage);
    try (var left = Files.list(mount.path())) {
      assertEquals(0, left.count());
    }
  }

  @Test
  void keepsEveryByteWhileOthersTakeAndGiveBackWhatIsLeft() throws Exception {
    StoreOptions options = options(56 * MEGABYTE);
    try (PlasmaStore store = PlasmaStore.launch(options);
        PlasmaClient client = PlasmaClient.connect(ClientOptions.of(options.socket()))) {
      int made = 0;
      for (int step = 0; step < STEPS; step++) {
        ObjectId id = ObjectId.named("object " + random.nextInt(60));
        switch (random.nextInt(8)) {
          case 0, 1, 2, 3 -> made += put(client, id) ? 1 : 0;
          case 4 -> client.delete(id);
          case 5 -> takeAllBut(random.nextInt(4) * MEGABYTE);
          case 6 -> mount.empty();
          default -> look(client, id);
        }
      }
      assertTrue(made > STEPS / 10, "seed=" + seed + " made=" + made);
      client.list().forEach(info -> assertTrue(client.delete(info.id())));
      assertEquals(0, client.stats().used(), "seed=" + seed);
      mount.empty();
      assertTrue(store.options().capacity() >= client.trim());
    }
  }

  private StoreOptions options(long capacity) {
    return StoreOptions.of(folder.resolve("socket"), capacity)
        .withDirectory(mount.path().resolve("store"))
        .withMaxObjects(1_000);
  }

  private void takeAllBut(long rest) {
    try {
      mount.fillBut(rest);
    } catch (IOException e) {
      // The store, which commits ahead of need, was quicker: nothing is left for others.
      assertTrue(String.valueOf(e.getMessage()).contains("No space left"), e::toString);
    }
  }

  /** Puts from 64 bytes to 8 MB; false if there is such an object, or the mount is full. */
  private boolean put(PlasmaClient client, ObjectId id) {
    long size = (long) (64 * Math.exp(random.nextDouble() * Math.log(8 * MEGABYTE / 64.0)));
    try (ObjectWriter writer = client.create(id, size)) {
      Filled.fill(id, writer.data());
      writer.seal();
      return true;
    } catch (PlasmaException e) {
      assertTrue(
          e.code() == ErrorCode.OBJECT_EXISTS || e.code() == ErrorCode.STORE_FULL,
          () -> "seed=" + seed + " " + e);
      return false;
    }
  }

  private static void look(PlasmaClient client, ObjectId id) {
    try (SealedObject object = client.getIfPresent(id)) {
      if (object != null) {
        Filled.assertWhole(object);
      }
    }
  }
}
