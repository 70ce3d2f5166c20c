package io.plasmastore.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.plasmastore.bench.process.ChildProcess;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;

/** A run of the bench that is told to end in the middle. */
@Timeout(240)
class InterruptedRunTest {
  private static final Pattern SHARED = Pattern.compile("/dev/shm/([^/\\s]+)");
  private static final long PATIENCE_SECONDS = 60;
  private static final Map<String, Integer> EXIT_CODES = Map.of("INT", 128 + 2, "TERM", 128 + 15);

  @TempDir Path folder;

  /**
   * Signals, and what has just been said when they come: while processes start, while a store is
   * being filled that is to be killed, while clients work, while pairs of processes of peers start.
   * They come to the command alone, or to all its processes at once, as from a terminal.
   */
  @ParameterizedTest
  @CsvSource({
    "INT, one, get-hot, 1 of 1",
    "TERM, one, adoption, 1 of 1",
    "TERM, all, scaling-objects, '10,000 objects'",
    "INT, all, scaling-clients, 2 clients",
    "TERM, all, dataframe-peers, 1 of 1"
  })
  void endsWithoutAWordAndLeavesNothingBehind(
      String signal, String whom, String scenario, String said) throws Exception {
    Process bench = start(scenario);
    List<ProcessHandle> children = List.of();
    try {
      awaitLine(bench, said);
      children = bench.descendants().toList();
      Set<String> shared = new TreeSet<>();
      for (ProcessHandle child : children) {
        shared.addAll(sharedBy(child.pid()));
      }
      String target = (whom.equals("all") ? "-" : "") + bench.pid();
      int killed = new ProcessBuilder("kill", "-" + signal, "--", target).start().waitFor();
      assertEquals(0, killed);
      CompletableFuture<List<String>> words =
          CompletableFuture.supplyAsync(() -> bench.inputReader().lines().toList());
      assertTrue(bench.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS), "still runs: " + scenario);
      assertEquals(EXIT_CODES.get(signal), bench.exitValue());
      assertEquals(
          List.of(),
          words.get(PATIENCE_SECONDS, TimeUnit.SECONDS).stream()
              .filter(line -> !line.startsWith("plasma bench:") || line.contains("can't"))
              .toList());
      for (ProcessHandle child : children) {
        var unused = child.onExit().get(PATIENCE_SECONDS, TimeUnit.SECONDS);
      }
      assertEquals(List.of(), left(shared));
    } finally {
      bench.destroyForcibly();
      children.forEach(ProcessHandle::destroyForcibly);
    }
  }

  /** With a folder of its own for temporary files, so that what it leaves is known. */
  private Process start(String scenario) throws IOException {
    List<String> command = new ArrayList<>();
    // A group of processes that the test is not in.
    command.add("setsid");
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(ChildProcess.flags());
    command.add("-Djava.io.tmpdir=" + folder);
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), Bench.class.getName()));
    command.addAll(List.of("--quick", "--only", scenario));
    return new ProcessBuilder(command)
        .redirectErrorStream(true)
        .redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()))
        .start();
  }

  // The reader stays open: a process whose output nobody takes would end by that.
  @SuppressWarnings("resource")
  private static void awaitLine(Process bench, String said) throws IOException {
    BufferedReader output = bench.inputReader();
    List<String> lines = new ArrayList<>();
    for (String line = output.readLine(); line != null; line = output.readLine()) {
      lines.add(line);
      if (line.contains(said)) {
        return;
      }
    }
    throw new IOException("it ended before it said that: wanted=" + said + " said=" + lines);
  }

  /** Names in shared memory that a process has mapped or open. */
  private static Set<String> sharedBy(long pid) throws IOException {
    Set<String> names = new TreeSet<>();
    Path maps = Path.of("/proc", Long.toString(pid), "maps");
    try (Stream<String> lines = Files.lines(maps)) {
      lines.forEach(
          line -> {
            Matcher matcher = SHARED.matcher(line);
            if (matcher.find()) {
              names.add(matcher.group(1));
            }
          });
    } catch (IOException | java.io.UncheckedIOException e) {
      // It has ended since, and what it had is looked for by the others.
      assert e.getMessage() != null;
    }
    return names;
  }

  private List<String> left(Set<String> shared) throws IOException {
    List<String> left = new ArrayList<>();
    for (String name : shared) {
      if (Files.exists(Path.of("/dev/shm", name))) {
        left.add("/dev/shm/" + name);
      }
    }
    try (Stream<Path> files = Files.list(folder)) {
      files.map(Path::toString).forEach(left::add);
    }
    return left;
  }

  /** The command as a program. */
  static final class Bench {
    private Bench() {}

    public static void main(String[] args) {
      System.exit(new CommandLine(new BenchCommand()).execute(args));
    }
  }
}
