package io.plasmastore.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.plasmastore.ObjectId;
import io.plasmastore.SealedObject;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ListCommandTest {
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
  void showsNothingOfAnEmptyStore() throws IOException {
    assertEquals("ID  NAME  STATE  SIZE  ROWS  AGE  PINS\n", store.run("ls").done().out());
    assertEquals("[ ]\n", store.run("ls", "--json").done().out());
    assertEquals(0, json().size());
  }

  @Test
  void showsDataframesAndRawObjects() {
    ObjectId rows = ObjectId.named("trades/today");
    try (var root = SampleData.rows(store.allocator(), 0, 1234)) {
      store.dataframes().put(rows, root);
    }
    ObjectId raw = ObjectId.random();
    store.client().createAndSeal(raw, new byte[100]);
    List<String> lines = store.run("ls").done().lines();
    assertEquals(3, lines.size());
    assertTrue(
        lines.contains(raw.toHex() + "  -             sealed   100 B      -   0s     0"),
        lines.toString());
    String dataframe =
        lines.stream().filter(line -> line.startsWith(rows.toHex())).findFirst().orElseThrow();
    assertTrue(
        dataframe.matches(".{40}  trades/today  sealed  +[0-9.]+ KiB  1,234 +\\ds     0"),
        dataframe);
  }

  @Test
  void writesJson() throws IOException {
    ObjectId rows = ObjectId.named("a \"quoted\" name");
    try (var root = SampleData.rows(store.allocator(), 0, 10)) {
      store.dataframes().put(rows, root);
    }
    try (SealedObject held = store.client().get(rows);
        var writer = store.client().create(ObjectId.random(), 77)) {
      JsonNode list = json();
      assertEquals(2, list.size());
      JsonNode sealed = list.get(list.get(0).get("state").asText().equals("sealed") ? 0 : 1);
      assertEquals(rows.toHex(), sealed.get("id").asText());
      assertEquals("a \"quoted\" name", sealed.get("name").asText());
      assertEquals(held.size(), sealed.get("size").asLong());
      assertEquals(10, sealed.get("rows").asLong());
      assertEquals(1, sealed.get("batches").asLong());
      assertTrue(sealed.get("metadataSize").asInt() > 0);
      assertEquals(1, sealed.get("pins").asLong());
      assertEquals(1, sealed.get("holders").asLong());
      assertFalse(
          Instant.parse(sealed.get("sealedAt").asText())
              .isBefore(Instant.parse(sealed.get("createdAt").asText())));

      JsonNode created = list.get(list.get(0).get("state").asText().equals("sealed") ? 1 : 0);
      assertEquals("created", created.get("state").asText());
      assertEquals(77, created.get("size").asLong());
      assertEquals(writer.id().toHex(), created.get("id").asText());
      for (String field : List.of("name", "rows", "batches", "sealedAt")) {
        assertNotNull(created.get(field), field);
        assertTrue(created.get(field).isNull(), field);
      }
    }
  }

  @Test
  void listsMoreThanItMeasures() throws IOException {
    List<ObjectId> ids = new ArrayList<>();
    for (int i = 0; i < 2_500; i++) {
      ObjectId id = ObjectId.named("object " + i);
      store.client().createAndSeal(id, new byte[i]);
      ids.add(id);
    }
    List<String> lines = store.run("ls").done().lines();
    assertEquals(ids.size() + 1, lines.size());
    assertEquals(
        ids.stream().map(ObjectId::toHex).sorted().toList(),
        lines.stream().skip(1).map(line -> line.substring(0, 40)).sorted().toList());
    assertEquals(ids.size(), json().size());
  }

  private JsonNode json() throws IOException {
    return new ObjectMapper().readTree(store.run("ls", "--json").done().out());
  }
}
