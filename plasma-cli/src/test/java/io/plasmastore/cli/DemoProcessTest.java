package io.plasmastore.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.plasmastore.store.StoreOptions;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.api.parallel.ResourceLock;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code plasma demo} in a process of its own, with few rows, and interrupted. */
@Timeout(180)
@Execution(ExecutionMode.CONCURRENT)
@ResourceLock("the turn beside the others")
class DemoProcessTest {
  @TempDir private Path folder;

  @Test
  void showsWhatItMeasuredAndLeavesNothing() throws Exception {
    try (CliProcess demo = start("--rows", "20000")) {
      assertTrue(demo.line().startsWith("a store of "));
      Path directory = storeDirectory();
      String text = demo.rest();
      assertEquals(0, demo.exitCode(), demo.err());
      assertEquals("", demo.err());
      assertTrue(text.contains("dataframe through the store"), text);
      assertTrue(text.contains("Java serialisation of arrays"), text);
      assertTrue(text.contains("Java serialisation of objects"), text);
      assertTrue(text.contains("A sort of 10,000 rows"), text);
      assertTrue(text.contains(", verified."), text);
      assertNothingLeft(directory);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"INT", "TERM", "KILL"})
  void leavesNothingWhenItIsInterrupted(String signal) throws Exception {
    try (CliProcess demo = start("--rows", "2000000")) {
      assertTrue(demo.line().startsWith("a store of "));
      Path directory = storeDirectory();
      assertEquals("two processes start, and hand over rows", demo.line());
      demo.signal(signal);
      boolean killed = signal.equals("KILL");
      assertEquals(killed ? 128 + 9 : 1, demo.exitCode());
      assertEquals(killed ? "" : "plasma: interrupted\n", demo.err());
      assertNothingLeft(directory);
    }
  }

  @Test
  void saysThatThereAreTooFewRows() {
    assertEquals(
        "plasma demo: too few rows: rows=9 min=10", CommandRun.of("demo", "--rows", "9").misuse());
  }

  private CliProcess start(String... args) throws IOException {
    List<String> all = new ArrayList<>(List.of("demo"));
    all.addAll(List.of(args));
    return CliProcess.startWith(List.of("-Djava.io.tmpdir=" + folder), all.toArray(String[]::new));
  }

  /** Where the demo's store has its shared files. */
  private Path storeDirectory() throws Exception {
    Path socket =
        await(
            "the demo's store",
            () -> files().stream().filter(f -> f.endsWith("store.sock")).findFirst().orElse(null));
    return StoreOptions.of(socket, 1).directory();
  }

  private void assertNothingLeft(Path directory) throws Exception {
    await(
        "the end of all processes",
        () -> files().isEmpty() && !Files.exists(directory) ? folder : null);
    assertFalse(Files.exists(directory));
  }

  /** What lies in the folder, at any depth. */
  private List<Path> files() throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      return files.filter(file -> !file.equals(folder)).toList();
    } catch (UncheckedIOException _) {
      // Something went while it was listed; the next time it is gone.
      return List.of(folder);
    }
  }

  private interface Look<T> {
    T found() throws IOException;
  }

  private static <T> T await(String what, Look<T> look) throws Exception {
    long deadline = System.nanoTime() + Duration.ofSeconds(40).toNanos();
    while (System.nanoTime() < deadline) {
      T found = look.found();
      if (found != null) {
        return found;
      }
      LockSupport.parkNanos(Duration.ofMillis(10).toNanos());
    }
    throw new AssertionError("waited in vain for " + what);
  }
}
