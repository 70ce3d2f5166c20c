package io.plasmastore.bench.process;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.stream.Stream;

/** A folder for the sockets of a run. */
public final class RunDirectory implements AutoCloseable {
  private final Path path;

  private RunDirectory(Path path) {
    this.path = path;
  }

  /** Makes a new folder; the caller closes it, which removes it. */
  public static RunDirectory create() throws IOException {
    return new RunDirectory(Files.createTempDirectory("plasma-bench-"));
  }

  /** The same in shared memory, for what other libraries keep in files. */
  public static RunDirectory createInMemory() throws IOException {
    RunDirectory created =
        new RunDirectory(Files.createTempDirectory(Path.of("/dev/shm"), "plasma-bench-"));
    // It is memory that nobody else would give back when this JVM is told to end.
    Runtime.getRuntime()
        .addShutdownHook(new Thread(() -> delete(created.path), "plasma-bench-memory"));
    return created;
  }

  /** The folder. */
  public Path path() {
    return path;
  }

  /** The path of a file in it. */
  public Path file(String name) {
    return path.resolve(name);
  }

  @Override
  public void close() {
    delete(path);
  }

  /**
   * In a child: removes a socket and, if nothing else is in it, its folder at the end of the JVM.
   * That is the parent's to do, unless it was killed.
   */
  public static void removeAtExit(Path socket) {
    // The last one registered goes first.
    socket.resolveSibling(".").normalize().toFile().deleteOnExit();
    socket.toFile().deleteOnExit();
  }

  /** Removes a folder with what is in it; one that isn't there is fine. */
  static void delete(Path folder) {
    if (!Files.exists(folder)) {
      return;
    }
    try (Stream<Path> tree = Files.walk(folder)) {
      for (Path entry : tree.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(entry);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
