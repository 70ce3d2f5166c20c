package io.plasmastore.bench.process;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.HashSet;
import java.util.Set;
import java.util.stream.Stream;

/** A folder for the sockets of a run. It goes when it is closed, or this JVM is told to end. */
public final class RunDirectory implements AutoCloseable {
  private static final String PREFIX = "plasma-bench-";

  /** So often it is looked whether somebody else has put something into a folder meanwhile. */
  private static final int ATTEMPTS = 5;

  /** What goes when this JVM ends; whoever adds to it holds its lock while he makes it. */
  private static final Set<Path> AT_EXIT = new HashSet<>();

  private static boolean ending;

  static {
    // Before there is anything to remove, so that no moment is left in which it would stay.
    Runtime.getRuntime()
        .addShutdownHook(new Thread(RunDirectory::deleteAll, "plasma-bench-folders"));
  }

  private final Path path;

  private RunDirectory(Path path) {
    this.path = path;
  }

  /** Makes a new folder; the caller closes it, which removes it. */
  public static RunDirectory create() throws IOException {
    return create(Path.of(System.getProperty("java.io.tmpdir")));
  }

  /** The same in shared memory, for what other libraries keep in files. */
  public static RunDirectory createInMemory() throws IOException {
    return create(Path.of("/dev/shm"));
  }

  private static RunDirectory create(Path parent) throws IOException {
    synchronized (AT_EXIT) {
      requireRunning();
      RunDirectory created = new RunDirectory(Files.createTempDirectory(parent, PREFIX));
      AT_EXIT.add(created.path);
      return created;
    }
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
    synchronized (AT_EXIT) {
      AT_EXIT.remove(path);
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

  /**
   * Has a folder removed, with what is in it, when this JVM ends.
   *
   * @throws IllegalStateException if it is ending
   */
  static void deleteAtExit(Path folder) {
    synchronized (AT_EXIT) {
      requireRunning();
      AT_EXIT.add(folder);
    }
  }

  private static void requireRunning() {
    if (ending) {
      throw new IllegalStateException("this JVM is on its way out");
    }
  }

  private static void deleteAll() {
    synchronized (AT_EXIT) {
      ending = true;
      AT_EXIT.forEach(RunDirectory::delete);
    }
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
