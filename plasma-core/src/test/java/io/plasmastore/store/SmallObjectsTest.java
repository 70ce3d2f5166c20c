package io.plasmastore.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.plasmastore.NewSealedObject;
import io.plasmastore.ObjectId;
import io.plasmastore.PlasmaClient;
import io.plasmastore.testing.TestStore;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Many small objects: all of their memory comes back when they are deleted. */
class SmallObjectsTest {
  private static final int SIZE = 100;
  private static final long ROUNDED = 128;
  private static final int BATCH = 10_000;

  @TempDir private Path folder;

  @Test
  void aHundredThousandGiveAllTheirMemoryBack() throws Exception {
    putAndDelete(100_000);
  }

  @Test
  @Tag("heavy")
  @Timeout(600)
  void aMillionGiveAllTheirMemoryBack() throws Exception {
    putAndDelete(1_000_000);
  }

  private void putAndDelete(int count) throws Exception {
    // Room for these objects and for no more: a byte that did not come back would be missed.
    long capacity = count * ROUNDED + 4095 & -4096;
    StoreOptions options = TestStore.options(folder, capacity).withMaxObjects(count);
    try (TestStore store = TestStore.embedded(options);
        PlasmaClient client = store.connect()) {
      for (int round = 0; round < 3; round++) {
        for (int from = 0; from < count; from += BATCH) {
          List<NewSealedObject> batch = new ArrayList<>();
          for (int i = from; i < from + BATCH; i++) {
            batch.add(NewSealedObject.of(id(i), new byte[SIZE]));
          }
          var outcomes = client.createAndSealAll(batch, Duration.ZERO);
          assertTrue(outcomes.stream().allMatch(Objects::isNull));
        }
        assertEquals(count, client.stats().objects());
        assertEquals(count * ROUNDED, client.stats().used());
        assertEquals(0, client.stats().counters().get("evictions"));
        for (int from = 0; from < count; from += BATCH) {
          List<ObjectId> batch =
              IntStream.range(from, from + BATCH).mapToObj(SmallObjectsTest::id).toList();
          assertTrue(client.deleteAll(batch).stream().allMatch(Objects::isNull));
        }
        assertEquals(0, client.stats().objects());
        assertEquals(0, client.stats().used());
        assertEquals(capacity, client.stats().largestFree());
      }
      client.trim();
      assertEquals(0, client.stats().committed());
    }
  }

  // Without a name, which would take room too.
  private static ObjectId id(int number) {
    return ObjectId.of(ObjectId.named("small/" + number).toBytes());
  }
}
