package io.plasmastore.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.plasmastore.ObjectId;
import io.plasmastore.SealedObject;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What makes room, and what keeps it: {@code evict}, {@code trim}, {@code refresh}, {@code put}.
 */
class RoomCommandsTest {
  private static final int SIZE = 1 << 20;

  @TempDir private Path folder;

  private TestStore store;

  @BeforeEach
  void launches() {
    store = new TestStore(folder);
  }

  @AfterEach
  void closes() {
    store.close();
  }

  @Test
  void dropsWhatNobodyHolds() throws IOException {
    fill(3);
    try (SealedObject held = store.client().get(id(0))) {
      assertEquals("dropped: 1.0 MiB", store.run("evict", "1m").done().out().strip());
      assertEquals(2, store.objects());
      JsonNode json = json(store.run("evict", "1g", "--json"));
      assertEquals(1L << 30, json.get("wanted").asLong());
      assertEquals(SIZE, json.get("evicted").asLong());
      assertTrue(store.client().contains(held.id()));
    }
    assertEquals("dropped: 0 B", store.run("evict", "0").done().out().strip());
    assertTrue(CommandRun.of("evict", "much").misuse().contains("text=much"));
    assertTrue(CommandRun.of("evict", "-1").misuse().startsWith("plasma evict: "));
  }

  @Test
  void sparesWhatWasRefreshed() {
    fill(3);
    store.run("refresh", id(0).toHex()).done();
    store.run("evict", "1m").done();
    assertTrue(store.client().contains(id(0)));
    assertFalse(store.client().contains(id(1)));
    assertEquals(
        "no such object: id=" + id(1),
        store.run("refresh", id(1).toHex(), id(2).toHex()).failure());
    store.run("evict", "1m").done();
    assertTrue(store.client().contains(id(2)));
    assertFalse(store.client().contains(id(0)));
    assertTrue(store.run("refresh", "x").misuse().contains("text=x"));
  }

  @Test
  void givesMemoryBack() throws IOException {
    while (store.client().stats().committed() < TestStore.CAPACITY) {
      // Until nothing is committed in the background any more.
      Thread.onSpinWait();
    }
    fill(40);
    for (int i = 0; i < 40; i++) {
      assertTrue(store.client().delete(id(i)));
    }
    long before = store.client().stats().committed();
    long trimmed = json(store.run("trim", "--json")).get("trimmed").asLong();
    assertTrue(trimmed > 0);
    assertEquals(before - trimmed, store.client().stats().committed());
    assertTrue(store.run("trim").done().out().matches("given back: [0-9.]+ [KMG]?i?B\n"));
  }

  @Test
  void keepsWhatIsToBeKept() throws IOException {
    Path file =
        store.write(
            folder.resolve("kept.arrow"), List.of(SampleData.rows(store.allocator(), 0, 100)));
    store.run("put", file.toString(), "--keep", "--name", "kept").done();
    store.run("put", file.toString(), "--name", "not kept").done();
    store.run("evict", "1g").done();
    assertTrue(store.client().contains(ObjectId.named("kept")));
    assertFalse(store.client().contains(ObjectId.named("not kept")));
  }

  @Test
  void waitsForRoom() throws Exception {
    Path file =
        store.write(
            folder.resolve("rows.arrow"), List.of(SampleData.rows(store.allocator(), 0, 100)));
    var writer = store.client().create(ObjectId.random(), TestStore.CAPACITY - 64);
    assertTrue(store.run("put", file.toString()).failure().contains("store full: wanted="));
    assertTrue(
        store.run("put", file.toString(), "--timeout", "100ms").failure().contains("store full"));
    CompletableFuture<CommandRun> patient =
        CompletableFuture.supplyAsync(
            () -> store.run("put", file.toString(), "--timeout", "forever", "--name", "late"));
    while (store.client().clients().noneMatch(client -> client.name().equals("plasma put"))) {
      Thread.onSpinWait();
    }
    writer.close();
    patient.get(40, TimeUnit.SECONDS).done();
    assertTrue(store.client().contains(ObjectId.named("late")));
  }

  private void fill(int count) {
    for (int i = 0; i < count; i++) {
      store.client().createAndSeal(id(i), new byte[SIZE]);
    }
  }

  private static ObjectId id(int number) {
    return ObjectId.of(java.util.Arrays.copyOf(new byte[] {(byte) number}, ObjectId.SIZE));
  }

  private static JsonNode json(CommandRun run) throws IOException {
    return new ObjectMapper().readTree(run.done().out());
  }
}
