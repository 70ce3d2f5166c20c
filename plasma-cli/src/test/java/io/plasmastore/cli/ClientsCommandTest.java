package io.plasmastore.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.plasmastore.ClientOptions;
import io.plasmastore.ObjectId;
import io.plasmastore.PlasmaClient;
import io.plasmastore.SealedObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ClientsCommandTest {
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
  void showsWhoHoldsHowMuch() throws IOException {
    ObjectId id = ObjectId.named("x");
    store.client().createAndSeal(id, new byte[2048]);
    ClientOptions options = ClientOptions.of(Path.of(store.socket())).withName("a\nreader");
    try (PlasmaClient reader = PlasmaClient.connect(options);
        SealedObject first = reader.get(id);
        SealedObject second = reader.get(id);
        var writer = reader.create(ObjectId.random(), 100)) {
      assertEquals(first.size(), second.size());
      List<String> lines = store.run("clients").done().lines();
      assertEquals(4, lines.size(), lines.toString());
      long pid = ProcessHandle.current().pid();
      assertTrue(
          lines
              .get(2)
              .matches(" *" + pid + " +\\d+ +a reader +\\d+s +2 +2\\.0 KiB +128 B +1  java .*"),
          lines.get(2));
      JsonNode json =
          new ObjectMapper().readTree(store.run("clients", "--json").done().out()).get(1);
      assertEquals(pid, json.get("pid").asLong());
      assertEquals(
          (int) Files.getAttribute(Path.of("/proc/self"), "unix:uid"), json.get("uid").asInt());
      assertEquals("a\nreader", json.get("name").asText());
      assertEquals(2, json.get("pins").asLong());
      assertEquals(2048, json.get("pinnedBytes").asLong());
      assertEquals(128, json.get("usedBytes").asLong());
      assertEquals(1, json.get("writing").asInt());
      assertTrue(json.get("lanes").asInt() > 0);
      assertTrue(json.get("command").asText().contains("java"));
      assertEquals(100, writer.size());
    }
  }
}
