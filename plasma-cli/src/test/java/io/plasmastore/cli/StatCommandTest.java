package io.plasmastore.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.plasmastore.ObjectId;
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

  private JsonNode json() throws IOException {
    return new ObjectMapper().readTree(store.run("stat", "--json").done().out());
  }
}
