package io.plasmastore.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.plasmastore.ObjectId;
import io.plasmastore.PlasmaClient;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code plasma verify} on a store that runs, and on one that was killed. */
class VerifyCommandTest {
  private static final long OBJECTS_COUNTER = 1024 + 4 * 8;

  @TempDir private Path folder;

  @Test
  void findsNothingWrongWithAStoreThatRuns() {
    try (TestStore store = new TestStore(folder)) {
      store.client().createAndSeal(ObjectId.named("x"), new byte[100]);
      String ok =
          "ok: 1 object sealed, 0 being written, 0 deleted but held; 128 B; 1 table entry; 1 client"
              + " with 0 pins; store running\n";
      assertEquals(ok, store.run("verify").done().out());
      String directory = store.client().directory().toString();
      assertEquals(ok, CommandRun.of("verify", "--dir", directory).done().out());
    }
  }

  @Test
  void tellsADeadStoreFromADamagedOne() throws Exception {
    String socket = folder.resolve("plasma.sock").toString();
    Path directory;
    try (CliProcess store = CliProcess.start("store", "-s", socket, "-m", "8m")) {
      assertTrue(store.line().startsWith("ready "));
      try (PlasmaClient client = PlasmaClient.connect(Path.of(socket))) {
        client.createAndSeal(ObjectId.named("x"), new byte[100]);
        directory = client.directory();
      }
      store.signal("KILL");
      assertEquals(128 + 9, store.exitCode());
    }
    try {
      String dir = directory.toString();
      String out = CommandRun.of("verify", "--dir", dir).done().out();
      assertTrue(out.startsWith("ok: 1 object sealed, "), out);
      assertTrue(out.endsWith("; store not running\n"), out);
      assertEquals(
          1, json(CommandRun.of("stat", "--dir", dir, "--json").done()).get("objects").asInt());
      assertTrue(CommandRun.of("verify", "-s", socket).failure().startsWith("no store answers: "));

      try (FileChannel index =
          FileChannel.open(directory.resolve("index"), StandardOpenOption.WRITE)) {
        index.write(
            ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN).putLong(-5).flip(),
            OBJECTS_COUNTER);
      }
      CommandRun damaged = CommandRun.of("verify", "--dir", dir);
      assertEquals("the store's memory is damaged: faults=1 dir=" + dir, damaged.failure());
      assertEquals("counters: objects=-5, but there are 1", damaged.lines().getFirst());
      assertTrue(damaged.lines().getLast().startsWith("damaged: "), damaged.out());
      JsonNode json = json(CommandRun.of("verify", "--dir", dir, "--json"));
      assertEquals("counters", json.get("faults").get(0).get("rule").asText());
      assertEquals(false, json.get("live").asBoolean());
    } finally {
      try (var files = Files.list(directory)) {
        for (Path file : files.toList()) {
          Files.delete(file);
        }
      }
      Files.delete(directory);
    }
  }

  @Test
  void saysThatThereIsNoStore() {
    assertEquals(
        "no files of a store can be read: dir=" + folder + " reason=",
        CommandRun.of("verify", "--dir", folder.toString()).failure().split("(?<=reason=)", 2)[0]);
  }

  private static JsonNode json(CommandRun run) throws Exception {
    return new ObjectMapper().readTree(run.out());
  }
}
