package io.plasmastore;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.plasmastore.store.StoreOptions;
import io.plasmastore.testing.TestStore;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An id remembers where its object was found last; what it remembers may no longer be true. */
class LastSlotTest {
  private static final int CAPACITY = 1 << 20;

  @TempDir private Path folder;

  @Test
  void anIdIsFoundWhereItWasFoundLast() throws Exception {
    try (TestStore store = TestStore.embedded(folder, CAPACITY);
        PlasmaClient client = PlasmaClient.connect(store.socket())) {
      ObjectId id = put(client, 1);
      assertEquals(ObjectId.NOWHERE, id.lastSlot());
      assertEquals(1, read(client, id));
      int slot = id.lastSlot();
      assertNotEquals(ObjectId.NOWHERE, slot);
      assertEquals(1, read(client, id));
      assertEquals(slot, id.lastSlot());
    }
  }

  @Test
  void anIdWhoseDeletedObjectIsStillHeldIsFoundInItsNewSlotWithoutAsking() throws Exception {
    try (TestStore store = TestStore.embedded(folder, CAPACITY);
        PlasmaClient client = PlasmaClient.connect(store.socket())) {
      ObjectId id = put(client, 1);
      try (SealedObject held = client.get(id)) {
        int before = id.lastSlot();
        assertTrue(client.delete(id));
        client.createAndSeal(id, new byte[] {2});
        long asked = asked(client);
        assertEquals(2, read(client, id));
        assertNotEquals(before, id.lastSlot());
        assertEquals(asked, asked(client));
        assertEquals(1, held.data().get(JAVA_BYTE, 0));
      }
    }
  }

  @Test
  void anIdWhoseSlotIsAnothersNowIsNotThere() throws Exception {
    try (TestStore store = TestStore.embedded(folder, CAPACITY);
        PlasmaClient client = PlasmaClient.connect(store.socket())) {
      ObjectId id = put(client, 1);
      assertEquals(1, read(client, id));
      assertTrue(client.delete(id));
      assertNull(client.getIfPresent(id));
      ObjectId next = put(client, 2);
      assertEquals(2, read(client, next));
      assertEquals(id.lastSlot(), next.lastSlot());
      assertNull(client.getIfPresent(id));
      assertEquals(2, read(client, next));
    }
  }

  @Test
  void anIdFoundInALargeStoreIsLookedForInASmallOne() throws Exception {
    StoreOptions small =
        StoreOptions.of(folder.resolve("small.sock"), CAPACITY).withMaxObjects(100);
    try (TestStore largeStore = TestStore.embedded(folder, CAPACITY);
        TestStore smallStore = TestStore.embedded(small);
        PlasmaClient large = PlasmaClient.connect(largeStore.socket());
        PlasmaClient other = PlasmaClient.connect(smallStore.socket())) {
      ObjectId id = ObjectId.random();
      // Above all that the small index has room for.
      for (int i = 0; i < 200; i++) {
        var unused = put(large, 0);
      }
      large.createAndSeal(id, new byte[] {1});
      assertEquals(1, read(large, id));
      assertTrue(id.lastSlot() >= 200);
      assertNull(other.getIfPresent(id));
      other.createAndSeal(id, new byte[] {2});
      assertEquals(2, read(other, id));
      assertEquals(1, read(large, id));
      assertEquals(2, read(other, id));
    }
  }

  @Test
  void aGetByAnIdFoundElsewhereTakesNoMemoryOfTheIndex() throws Exception {
    StoreOptions other = StoreOptions.of(folder.resolve("other.sock"), CAPACITY);
    try (TestStore first = TestStore.embedded(folder, CAPACITY);
        TestStore second = TestStore.embedded(other);
        PlasmaClient there = PlasmaClient.connect(first.socket());
        PlasmaClient here = PlasmaClient.connect(second.socket())) {
      ObjectId id = ObjectId.random();
      for (int i = 0; i < 5_000; i++) {
        var unused = put(there, 0);
      }
      there.createAndSeal(id, new byte[] {1});
      assertEquals(1, read(there, id));
      assertEquals(3, read(here, put(here, 3)));
      String blocks = blocks(second.directory());
      // Slots and pins that far up have no pages yet, and a full mount could give them none.
      assertNull(here.getIfPresent(id));
      assertEquals(blocks, blocks(second.directory()));
    }
  }

  @Test
  void anIdRemembersNothingOfAStoreThatHasStopped() throws Exception {
    TestStore store = TestStore.embedded(folder, CAPACITY);
    try (PlasmaClient client = PlasmaClient.connect(store.socket())) {
      ObjectId id = put(client, 1);
      assertEquals(1, read(client, id));
      store.close();
      PlasmaException e = assertThrows(PlasmaException.class, () -> client.get(id));
      assertEquals(ErrorCode.STORE_GONE, e.code());
    }
  }

  @Test
  void anIdRemembersNothingOfAClientThatWasClosed() throws Exception {
    try (TestStore store = TestStore.embedded(folder, CAPACITY)) {
      PlasmaClient client = PlasmaClient.connect(store.socket());
      ObjectId id = put(client, 1);
      SealedObject held = client.get(id);
      assertThrows(IllegalStateException.class, client::close);
      PlasmaException e = assertThrows(PlasmaException.class, () -> client.get(id));
      assertEquals(ErrorCode.CLIENT_CLOSED, e.code());
      assertEquals(1, held.data().get(JAVA_BYTE, 0));
      held.close();
      e = assertThrows(PlasmaException.class, () -> client.get(id));
      assertEquals(ErrorCode.CLIENT_CLOSED, e.code());
    }
  }

  private static ObjectId put(PlasmaClient client, int value) {
    ObjectId id = ObjectId.random();
    client.createAndSeal(id, new byte[] {(byte) value});
    return id;
  }

  private static int read(PlasmaClient client, ObjectId id) {
    try (SealedObject object = client.get(id)) {
      return object.data().get(JAVA_BYTE, 0);
    }
  }

  private static long asked(PlasmaClient client) {
    return client.stats().counters().get("gets_asked");
  }

  /** How much memory the store's files take. */
  private static String blocks(Path directory) throws Exception {
    Process du = new ProcessBuilder("du", "-k", directory.toString()).start();
    return new String(du.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
  }
}
