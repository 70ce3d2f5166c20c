package io.plasmastore.bench.process;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.stream.Stream;

/** A folder for the sockets of a run. It goes when it is closed, or this JVM is told to end. */
public final class RunDirectory implements AutoCloseable {
  private static final String PREFIX = "plasma-bench-";

  /** So often it is looked whether somebody else has put something into a folder meanwhile. */
  private static final int ATTEMPTS = 5;

  private final Path path;
  private final Thread exitHook;

  private RunDirectory(Path path) {
    this.path = path;
    this.exitHook = new Thread(() -> delete(path), "plasma-bench-folder");
    Runtime.getRuntime().addShutdownHook(exitHook);
  }

  /** Makes a new folder; the caller closes it, which removes it. */
  public static RunDirectory create() throws IOException {
    return new RunDirectory(Files.createTempDirectory(PREFIX));
  }

  /** The same in shared memory, for what other libraries keep in files. */
  public static RunDirectory createInMemory() throws IOException {
    return new RunDirectory(Files.createTempDirectory(Path.of("/dev/shm"), PREFIX));
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
    try {
      boolean unused = Runtime.getRuntime().removeShutdownHook(exitHook);
    } catch (IllegalStateException e) {
      // The JVM is on its way out, and the hook finds nothing.
      assert e.getMessage() != null;
    }
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

  /** Has a folder removed, with what is in it, when this JVM ends. */
  static void deleteAtExit(Path folder) {
    Runtime.getRuntime().addShutdownHook(new Thread(() -> delete(folder), "plasma-bench-files"));
  }

  /**
   * Removes a folder with what is in it; one that isn't there is fine, as is somebody else who
   * removes it at the same time.
   */
  static void delete(Path folder) {
    for (int attempt = 1; Files.exists(folder); attempt++) {
      try (Stream<Path> tree = Files.walk(folder)) {
        for (Path entry : tree.sorted(Comparator.reverseOrder()).toList()) {
          Files.deleteIfExists(entry);
        }
      } catch (IOException | UncheckedIOException e) {
        if (attempt == ATTEMPTS) {
          throw new IllegalStateException("can't remove what a run left: folder=" + folder, e);
        }
      }
    }
  }
}
