package io.plasmastore.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.plasmastore.ObjectId;
import io.plasmastore.PlasmaClient;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.api.parallel.ResourceLock;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code plasma store} in a process of its own, and the other verbs from outside. */
@Execution(ExecutionMode.CONCURRENT)
@ResourceLock("the turn beside the others")
class StoreProcessTest {
  private static final Pattern READY =
      Pattern.compile("ready socket=(\\S+) memory=(\\d+) dir=(\\S+) pid=(\\d+)");

  @TempDir private Path folder;

  private Path directory = Path.of("/dev/shm/none");

  @AfterEach
  void leavesNothingBehind() {
    assertFalse(Files.exists(directory), directory::toString);
    assertFalse(Files.exists(socket()));
  }

  @ParameterizedTest
  @ValueSource(strings = {"TERM", "INT"})
  void stopsCleanlyWhenItIsTold(String signal) throws Exception {
    try (CliProcess store = start()) {
      assertTrue(Files.exists(directory.resolve("index")));
      // A client that stays connected does not hold up the end.
      try (CliProcess client = CliProcess.start("ls", "-s", socket().toString())) {
        assertEquals(0, client.exitCode());
      }
      store.signal(signal);
      assertEquals(0, store.exitCode());
      assertEquals("", store.rest());
      assertEquals("", store.err());
    }
  }

  @Test
  void servesTheOtherVerbs() throws Exception {
    Path arrow = sample();
    String socket = socket().toString();
    try (CliProcess store = start()) {
      String id = CommandRun.of("put", "-s", socket, arrow.toString()).done().out().strip();
      CommandRun.of("put", "-s", socket, arrow.toString(), "--name", "again").done();
      List<String> list = CommandRun.of("ls", "-s", socket).done().lines();
      assertEquals(3, list.size());
      assertTrue(list.stream().anyMatch(line -> line.startsWith(id)), list.toString());
      String head = CommandRun.of("head", "-s", socket, id, "-n", "1").done().out();
      assertTrue(head.startsWith("1,000 rows, 4 columns, 2 batches\n"), head);

      Path got = folder.resolve("got.arrow");
      CommandRun.of("get", "-s", socket, "name:again", "--out", got.toString()).done();
      assertArrayEquals(Files.readAllBytes(arrow), Files.readAllBytes(got));

      CommandRun.of("rm", "-s", socket, id, "name:again").done();
      String stat = CommandRun.of("stat", "-s", socket, "--json").done().out();
      assertTrue(stat.contains("\"used\": 0,"), stat);
      store.signal("TERM");
      assertEquals(0, store.exitCode());
    }
  }

  @Test
  void letsProcessesSpeakToIt() throws Exception {
    Path arrow = sample();
    String socket = socket().toString();
    try (CliProcess store = start()) {
      try (CliProcess put = CliProcess.start("put", "-s", socket, arrow.toString())) {
        String id = put.line();
        assertEquals(0, put.exitCode());
        assertEquals("", put.err());
        try (CliProcess get = CliProcess.start("get", "-s", socket, id, "--out", "-")) {
          String stream = get.rest();
          assertEquals(0, get.exitCode());
          assertTrue(stream.length() > 1000, stream);
        }
      }
      try (CliProcess unknown = CliProcess.start("rm", "-s", socket, ObjectId.named("x").toHex())) {
        assertEquals(1, unknown.exitCode());
        assertEquals("plasma: no such object: id=" + ObjectId.named("x") + "\n", unknown.err());
      }
      try (CliProcess misuse = CliProcess.start("rm", "-s", socket)) {
        assertEquals(2, misuse.exitCode());
      }
      store.signal("TERM");
      assertEquals(0, store.exitCode());
    }
  }

  @Test
  void takesOverWhatAKilledStoreLeft() throws Exception {
    kill();
    try (CliProcess store = start()) {
      assertEquals(2, CommandRun.of("ls", "-s", socket().toString()).done().lines().size());
      store.signal("TERM");
      assertEquals(0, store.exitCode());
    }
  }

  @Test
  void discardsWhatAKilledStoreLeftWhenItIsToStartFresh() throws Exception {
    kill();
    try (CliProcess store = start("--fresh")) {
      assertEquals(1, CommandRun.of("ls", "-s", socket().toString()).done().lines().size());
      store.signal("TERM");
      assertEquals(0, store.exitCode());
    }
  }

  @Test
  void spillsToADiskAndFindsItAgain() throws Exception {
    Path arrow = sample();
    Path disk = folder.resolve("disk");
    String[] options = {"--spill-dir", disk.toString(), "--spill-limit", "100m"};
    String socket = socket().toString();
    String id;
    try (CliProcess store = start(options)) {
      id = CommandRun.of("put", "-s", socket, arrow.toString()).done().out().strip();
      try (PlasmaClient client = PlasmaClient.connect(socket())) {
        assertTrue(client.evict(Long.MAX_VALUE) > 0);
      }
      String list = CommandRun.of("ls", "-s", socket).done().out();
      assertTrue(list.contains(" spilled "), list);
      String stat = CommandRun.of("stat", "-s", socket, "--json").done().out();
      assertTrue(stat.contains("\"spilledObjects\": 1,"), stat);
      store.signal("TERM");
      assertEquals(0, store.exitCode());
    }
    Path spilled = disk.resolve(id + ".arrow");
    try (CliProcess store = start(options)) {
      String copy = CommandRun.of("put", "-s", socket, spilled.toString()).done().out().strip();
      for (String each : List.of(id, copy)) {
        String head = CommandRun.of("head", "-s", socket, each, "-n", "1").done().out();
        assertTrue(head.startsWith("1,000 rows, 4 columns, 2 batches\n"), head);
      }
      store.signal("TERM");
      assertEquals(0, store.exitCode());
    }
    try (CliProcess misuse = CliProcess.start("store", "-s", socket, "--spill-limit", "1g")) {
      assertEquals(2, misuse.exitCode());
    }
  }

  @Test
  void servesThoseItIsToldTo() throws Exception {
    String uid = Files.getAttribute(Path.of("/proc/self"), "unix:uid").toString();
    String gid = Files.getAttribute(Path.of("/proc/self"), "unix:gid").toString();
    try (CliProcess store =
        start(
            "--group",
            gid,
            "--read-only-uid",
            uid,
            "--allow-uid",
            "4000000000",
            "--max-clients",
            "7",
            "--client-quota",
            "1m")) {
      assertEquals(0660, (int) Files.getAttribute(socket(), "unix:mode") & 0777);
      assertEquals(gid, Files.getAttribute(socket(), "unix:gid").toString());
      String stat = CommandRun.of("stat", "-s", socket().toString(), "--json").done().out();
      assertTrue(stat.contains("\"uid\": " + uid + ","), stat);
      assertTrue(stat.contains("\"readOnly\": true,"), stat);
      assertTrue(stat.contains("\"quota\": 1048576"), stat);
      CommandRun refused = CommandRun.of("put", "-s", socket().toString(), sample().toString());
      assertEquals(1, refused.code());
      assertTrue(refused.err().contains("this client may only read"), refused.err());
      store.signal("TERM");
      assertEquals(0, store.exitCode());
    }
  }

  @Test
  void saysThatAnotherServes() throws Exception {
    try (CliProcess store = start();
        CliProcess second = CliProcess.start("store", "-s", socket().toString(), "-m", "1m")) {
      assertEquals(1, second.exitCode());
      assertEquals(1, second.err().lines().count(), second.err());
      assertTrue(second.err().contains("another store serves"), second.err());
      store.signal("TERM");
      assertEquals(0, store.exitCode());
    }
  }

  @Test
  void saysThatTheMountIsTooSmall() throws Exception {
    try (CliProcess store = CliProcess.start("store", "-s", socket().toString(), "-m", "900t")) {
      assertEquals(1, store.exitCode());
      assertEquals(1, store.err().lines().count(), store.err());
      assertTrue(store.err().contains("wanted=" + (900L << 40)), store.err());
    }
  }

  @Test
  void takesAShareOfTheMachineUnlessToldOtherwise() throws Exception {
    try (CliProcess store = CliProcess.start("store", "-s", socket().toString())) {
      Matcher ready = ready(store);
      long memory = Long.parseLong(ready.group(2));
      long mount = Files.getFileStore(Path.of("/dev/shm")).getTotalSpace();
      assertTrue(memory > 0 && memory < mount, "memory=" + memory + " mount=" + mount);
      store.signal("TERM");
      assertEquals(0, store.exitCode());
    }
  }

  /** Starts a store, puts something and kills it. */
  private void kill() throws Exception {
    Path arrow = sample();
    try (CliProcess store = start()) {
      CommandRun.of("put", "-s", socket().toString(), arrow.toString()).done();
      store.signal("KILL");
      assertEquals(128 + 9, store.exitCode());
      assertTrue(Files.exists(directory));
    }
  }

  private CliProcess start(String... options) throws IOException {
    List<String> args = new ArrayList<>(List.of("store", "-s", socket().toString(), "-m", "64m"));
    args.addAll(List.of(options));
    CliProcess store = CliProcess.start(args.toArray(String[]::new));
    try {
      Matcher ready = ready(store);
      assertEquals(socket().toString(), ready.group(1));
      assertEquals(64 << 20, Long.parseLong(ready.group(2)));
      assertEquals(store.pid(), Long.parseLong(ready.group(4)));
      return store;
    } catch (Throwable e) {
      store.close();
      throw e;
    }
  }

  private Matcher ready(CliProcess store) throws IOException {
    String line = store.line();
    Matcher ready = READY.matcher(line);
    assertTrue(ready.matches(), line + store.err());
    directory = Path.of(ready.group(3));
    return ready;
  }

  private Path socket() {
    return folder.resolve("plasma.sock");
  }

  private Path sample() throws IOException {
    Path other = Files.createDirectory(folder.resolve("other"));
    try (TestStore store = new TestStore(other)) {
      return store.write(
          folder.resolve("sample.arrow"),
          List.of(
              SampleData.rows(store.allocator(), 0, 600),
              SampleData.rows(store.allocator(), 600, 400)));
    }
  }
}
