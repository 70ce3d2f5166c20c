package io.plasmastore.store;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.plasmastore.ErrorCode;
import io.plasmastore.ObjectId;
import io.plasmastore.ObjectWriter;
import io.plasmastore.PlasmaClient;
import io.plasmastore.PlasmaException;
import io.plasmastore.SealedObject;
import io.plasmastore.testing.Eventually;
import io.plasmastore.testing.SmallMount;
import io.plasmastore.testing.TestStore;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A disk that is full, by this store's doing or by others'. */
class SpillFullDiskTest {
  private static final int OBJECT = 1 << 20;
  private static final int FIT = 8;

  @TempDir Path folder;
  private SmallMount disk;
  private TestStore store;
  private PlasmaClient client;
  private final List<ObjectId> ids = new ArrayList<>();

  @BeforeEach
  void start() throws Exception {
    disk = SmallMount.mount(folder.resolve("mount"), 16L * OBJECT);
    store =
        TestStore.embedded(
            TestStore.options(folder, (long) FIT * OBJECT)
                .withSpill(disk.path().resolve("spill"), 0));
    client = store.connect();
  }

  @AfterEach
  void stop() throws Exception {
    if (disk != null) {
      client.close();
      store.close();
      disk.close();
    }
  }

  @Test
  void fillsADiskAndBringsAllOfItBack() throws Exception {
    PlasmaException full = assertThrows(PlasmaException.class, () -> putMany(100));
    assertEquals(ErrorCode.STORE_FULL, full.code());
    assertTrue(full.getMessage().contains("nothing more is spilled: "), full::getMessage);
    assertTrue(ids.size() > 16, () -> "objects=" + ids.size());
    for (int round = 0; round < 3; round++) {
      ids.forEach(this::assertRight);
    }
    assertTrue(client.deleteAll(ids).stream().allMatch(error -> error == null));
    ids.clear();
    Eventually.holds("the disk to be tried again", () -> canPut(FIT + 2));
    ids.forEach(this::assertRight);
  }

  @Test
  void goesOnWhenOthersGiveTheDiskBack() throws Exception {
    putMany(FIT + 2);
    disk.fillBut(0);
    PlasmaException full = assertThrows(PlasmaException.class, () -> putMany(FIT));
    assertEquals(ErrorCode.STORE_FULL, full.code());
    // What is in memory is served, and what is on disk as long as it can be exchanged.
    int served = 0;
    for (ObjectId id : ids) {
      try (SealedObject object = client.get(id)) {
        assertEquals(OBJECT - 4096, object.size());
        served++;
      } catch (PlasmaException e) {
        assertEquals(ErrorCode.STORE_FULL, e.code());
      }
    }
    assertTrue(served >= FIT, "served=" + served);
    disk.empty();
    Eventually.holds("the disk to be tried again", () -> canPut(1));
    ids.forEach(this::assertRight);
  }

  private boolean canPut(int count) {
    try {
      putMany(count);
      return true;
    } catch (PlasmaException e) {
      assertEquals(ErrorCode.STORE_FULL, e.code());
      return false;
    }
  }

  private void putMany(int count) {
    for (int i = 0; i < count; i++) {
      ObjectId id = ObjectId.random();
      try (ObjectWriter writer = client.create(id, OBJECT - 4096)) {
        writer.data().fill((byte) id.hashCode());
        writer.seal();
      }
      ids.add(id);
    }
  }

  private void assertRight(ObjectId id) {
    try (SealedObject object = client.get(id)) {
      assertEquals((byte) id.hashCode(), object.data().get(JAVA_BYTE, 0));
      assertEquals((byte) id.hashCode(), object.data().get(JAVA_BYTE, object.size() - 1));
    }
  }
}
