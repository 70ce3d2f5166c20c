package io.plasmastore.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.plasmastore.ObjectId;
import io.plasmastore.ObjectWriter;
import io.plasmastore.SealedObject;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StatCommandTest {
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
  void writesJson() throws IOException {
    JsonNode empty = json();
    assertEquals(TestStore.CAPACITY, empty.get("capacity").asLong());
    assertEquals(0, empty.get("used").asLong());
    assertEquals(TestStore.CAPACITY, empty.get("free").asLong());
    assertEquals(TestStore.CAPACITY, empty.get("largestFree").asLong());
    assertEquals(0, empty.get("objects").asLong());
    assertEquals(2, empty.get("clients").asLong());
    store.client().createAndSeal(ObjectId.named("x"), new byte[1000]);
    JsonNode one = json();
    assertEquals(1024, one.get("used").asLong());
    assertEquals(TestStore.CAPACITY - 1024, one.get("free").asLong());
    assertTrue(one.get("committed").asLong() >= 1024);
    assertEquals(1, one.get("objects").asLong());
    assertEquals(1, one.get("counters").get("creates").asLong());
    store.run("rm", "name:x").done();
    assertEquals(0, json().get("used").asLong());
  }

  @Test
  void showsATable() {
    store.client().createAndSeal(ObjectId.named("x"), new byte[1000]);
    List<String> lines = store.run("stat").done().lines();
    assertTrue(lines.getFirst().matches("capacity +67,108,864 +64 MiB"), lines.getFirst());
    assertTrue(lines.get(1).matches("used +1,024 +1\\.0 KiB"), lines.get(1));
    assertTrue(lines.stream().anyMatch(line -> line.matches("creates +1")), lines.toString());
  }

  @Test
  void tellsWhatEachClientHas() throws IOException {
    store.client().createAndSeal(ObjectId.named("x"), new byte[1000]);
    try (ObjectWriter writer = store.client().create(ObjectId.named("y"), 500);
        SealedObject held = store.client().get(ObjectId.named("x"))) {
      JsonNode clients = json().get("byClient");
      assertEquals(2, clients.size());
      JsonNode first = clients.get(0);
      assertEquals(1, first.get("pins").asLong());
      assertEquals(held.size(), first.get("pinnedBytes").asLong());
      assertEquals(1, first.get("writing").asLong());
      assertEquals(writer.size(), first.get("writingBytes").asLong());
      assertEquals(2, first.get("objects").asLong());
      assertEquals(1536, first.get("usedBytes").asLong());
      assertEquals(0, first.get("quota").asLong());
      assertEquals(ProcessHandle.current().pid(), first.get("pid").asLong());
      assertEquals("plasma stat", clients.get(1).get("name").asText());
      List<String> lines = store.run("stat").done().lines();
      assertTrue(lines.get(lines.size() - 3).startsWith("CLIENT  NAME"), lines.toString());
      assertTrue(
          lines.get(lines.size() - 2).matches(" +1 .* 1 +1000 B +500 B +2 +1\\.5 KiB"),
          lines.toString());
    }
  }

  private JsonNode json() throws IOException {
    return new ObjectMapper().readTree(store.run("stat", "--json").done().out());
  }
}
