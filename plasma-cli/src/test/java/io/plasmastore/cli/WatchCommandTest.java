package io.plasmastore.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.plasmastore.ObjectId;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WatchCommandTest {
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
  void printsWhatHappens() throws Exception {
    ObjectId id = ObjectId.named("x");
    for (boolean json : new boolean[] {false, true}) {
      String[] args = json ? new String[] {"-n", "3", "--json"} : new String[] {"-n", "3"};
      CompletableFuture<CommandRun> watching =
          CompletableFuture.supplyAsync(() -> store.run("watch", args));
      // Until it listens nothing is seen; and then it takes three notices.
      while (!watching.isDone()) {
        store.client().createAndSeal(id, new byte[2048]);
        assertTrue(store.client().delete(id));
      }
      List<String> lines = watching.get(40, TimeUnit.SECONDS).done().lines();
      assertEquals(3, lines.size());
      for (int i = 0; i < 3; i++) {
        if (json) {
          JsonNode notice = new ObjectMapper().readTree(lines.get(i));
          assertEquals(i + 1, notice.get("sequence").asInt());
          assertTrue(List.of("sealed", "deleted").contains(notice.get("kind").asText()));
          assertEquals(id.toHex(), notice.get("id").asText());
          assertEquals(2048, notice.get("size").asLong());
        } else {
          assertTrue(
              lines.get(i).matches("\\S+Z  (sealed |deleted)  " + id.toHex() + "  2\\.0 KiB"),
              lines.get(i));
        }
      }
    }
    assertTrue(CommandRun.of("watch", "-n", "0").misuse().contains("count=0"));
  }

  @Test
  void endsWhenItIsToldTo() throws Exception {
    try (CliProcess watch = CliProcess.start("watch", "-s", store.socket())) {
      CompletableFuture<Void> seen =
          CompletableFuture.runAsync(
              () -> {
                try {
                  assertTrue(watch.line().contains("  sealed "));
                } catch (java.io.IOException e) {
                  throw new java.io.UncheckedIOException(e);
                }
              });
      while (!seen.isDone()) {
        ObjectId id = ObjectId.random();
        store.client().createAndSeal(id, new byte[10]);
        Thread.sleep(10);
      }
      seen.join();
      watch.signal("TERM");
      assertEquals(0, watch.exitCode());
      assertEquals("", watch.err());
    }
  }
}
