package io.plasmastore.arrow.records;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A JVM of its own that runs {@link OtherRecordProcess}; its output goes to files of a folder. */
final class OtherJvm implements AutoCloseable {
  private static final long DEADLINE_SECONDS = 50;

  private final Path folder;
  private final Process process;

  private OtherJvm(Path folder, Process process) {
    this.folder = folder;
    this.process = process;
  }

  static OtherJvm start(Path folder, String... arguments) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.add("--enable-native-access=ALL-UNNAMED");
    command.add("--sun-misc-unsafe-memory-access=allow");
    command.addAll(List.of("-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1"));
    command.addAll(List.of("-Xmx128m", "-cp", System.getProperty("java.class.path")));
    command.add(OtherRecordProcess.class.getName());
    command.addAll(List.of(arguments));
    return new OtherJvm(
        folder,
        new ProcessBuilder(command)
            .redirectOutput(folder.resolve("out").toFile())
            .redirectError(folder.resolve("err").toFile())
            .start());
  }

  /** Waits for the end, and gives what it printed. */
  String line() throws Exception {
    boolean ended = process.waitFor(DEADLINE_SECONDS, TimeUnit.SECONDS);
    String errors = Files.readString(folder.resolve("err"));
    assertTrue(ended, () -> "still running: " + errors);
    assertEquals(0, process.exitValue(), errors);
    return Files.readString(folder.resolve("out")).strip();
  }

  /** Waits until it has printed a line. */
  void awaitLine(String wanted) throws Exception {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(DEADLINE_SECONDS);
    while (!Files.readString(folder.resolve("out")).contains(wanted)) {
      String errors = Files.readString(folder.resolve("err"));
      assertTrue(process.isAlive() && System.nanoTime() < deadline, () -> "no line: " + errors);
      Thread.onSpinWait();
    }
  }

  long pid() {
    return process.pid();
  }

  /** Kills it, as {@code kill -9} does. */
  void kill() throws InterruptedException {
    process.destroyForcibly().waitFor();
  }

  /** Ends it in good order. */
  void end() throws InterruptedException {
    process.destroy();
    assertTrue(process.waitFor(DEADLINE_SECONDS, TimeUnit.SECONDS), "still running");
  }

  @Override
  public void close() {
    process.destroyForcibly().onExit().join();
  }
}
