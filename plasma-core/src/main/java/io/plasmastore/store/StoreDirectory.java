package io.plasmastore.store;

import io.plasmastore.ErrorCode;
import io.plasmastore.PlasmaException;
import io.plasmastore.memory.DirectoryLayout;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * A store's private directory: mode 0700, locked by the one store that serves from it, free of what
 * a dead store left.
 */
final class StoreDirectory implements AutoCloseable {
  static final String INDEX = DirectoryLayout.INDEX;
  static final String HEAP = DirectoryLayout.HEAP;

  static final String SEALS = DirectoryLayout.SEALS;

  /** Of the pages that their clients write. */
  static final String PAGE_PREFIX = DirectoryLayout.PAGE_PREFIX;

  /** Of the pages of guests, which the store writes. */
  static final String GUEST_PREFIX = DirectoryLayout.GUEST_PREFIX;

  private static final Logger LOG = System.getLogger(StoreDirectory.class.getName());
  private static final Pattern OURS =
      Pattern.compile("index|seals|heap-\\d+|(page|guest)-\\d+|shared");

  /** File systems that are in memory, and have files of any size. */
  private static final Set<String> IN_MEMORY = Set.of("tmpfs", "devtmpfs");

  private final Path path;
  private final DirectoryLock lock;
  private final boolean made;
  private boolean owned;

  private StoreDirectory(Path path, DirectoryLock lock, boolean made) {
    this.path = path;
    this.lock = lock;
    this.made = made;
  }

  /**
   * Makes or locks a directory. What a dead store left in it stays until {@link #clear}.
   *
   * @throws PlasmaException if another store serves from it, if it holds files that are no store's,
   *     is not in memory, or can't be used
   */
  static StoreDirectory open(Path path) {
    try {
      requireMemory(path);
      // A directory that a store made is removed with it; one that the user made and handed over
      // stays.
      boolean made = PrivateDirectory.make(path) || Files.exists(path.resolve(DirectoryLock.FILE));
      DirectoryLock lock = DirectoryLock.acquire(path);
      try {
        checkForeign(path);
      } catch (IOException | RuntimeException e) {
        lock.giveUp();
        throw e;
      }
      return new StoreDirectory(path, lock, made);
    } catch (IOException e) {
      throw unusable(path, e);
    }
  }

  /** Whether a dead store left its objects here. */
  boolean holdsStore() {
    return Files.exists(file(INDEX)) && Files.exists(file(HEAP));
  }

  /** The pages that a dead store left. */
  List<Path> pages() {
    try {
      return files(path).stream()
          .filter(
              file -> isGuestPage(file) || file.getFileName().toString().startsWith(PAGE_PREFIX))
          .toList();
    } catch (IOException e) {
      throw unusable(path, e);
    }
  }

  /** Whether a page is one of a guest. */
  static boolean isGuestPage(Path page) {
    return page.getFileName().toString().startsWith(GUEST_PREFIX);
  }

  /** Removes what a dead store left. */
  void clear() {
    try {
      removeLeftovers(path);
    } catch (IOException e) {
      throw unusable(path, e);
    }
  }

  /** From now on what lies here is this store's, and goes with it. */
  void own() {
    owned = true;
  }

  /** What lies here stays when this store ends. */
  void disown() {
    owned = false;
  }

  Path file(String name) {
    return path.resolve(name);
  }

  /**
   * Refuses what the mount can't hold.
   *
   * @param wanted bytes that the store promises
   * @throws PlasmaException STORE_FULL with both numbers and the way out
   */
  void checkRoom(long wanted) {
    long usable = usableSpace();
    if (usable < wanted) {
      throw new PlasmaException(
          ErrorCode.STORE_FULL,
          ("the mount of the store's directory is too small: wanted=%d free=%d dir=%s; give a smaller capacity, or a larger tmpfs"
                  + " (in Docker /dev/shm has 64 MB unless --shm-size says more)")
              .formatted(wanted, usable, path));
    }
  }

  long usableSpace() {
    try {
      return Files.getFileStore(path).getUsableSpace();
    } catch (IOException e) {
      throw new PlasmaException(
          ErrorCode.INTERNAL_ERROR, "free space can't be read: dir=" + path + " reason=" + e, e);
    }
  }

  /**
   * Removes the directory, if a store made it and nothing of others is in it, with the lock. The
   * files in it are closed, and so removed, by their owners.
   */
  @Override
  public void close() {
    if (!owned && holdsStore()) {
      // As it was found: the next store is to see by the lock's file that a store made this.
      leave();
      return;
    }
    // The lock goes last: until then no other store may think that the directory is free.
    try (lock) {
      if (owned) {
        removeLeftovers(path);
      }
    } catch (IOException e) {
      throw failure(e);
    }
    try {
      if (made) {
        Files.deleteIfExists(path);
      }
    } catch (DirectoryNotEmptyException e) {
      LOG.log(Level.INFO, "directory stays, since there is something in it: dir={0}", path);
    } catch (IOException e) {
      throw failure(e);
    }
  }

  private void leave() {
    try {
      lock.giveUp();
    } catch (IOException e) {
      throw failure(e);
    }
  }

  private PlasmaException failure(IOException reason) {
    return new PlasmaException(
        ErrorCode.INTERNAL_ERROR,
        "directory can't be removed: dir=" + path + " reason=" + reason,
        reason);
  }

  /**
   * Refuses what does not lie in memory. On a disk all would work, but be written there again and
   * again; and not every file system keeps the pages that it has promised. On a hugetlbfs files
   * have no other sizes than those of its pages.
   */
  private static void requireMemory(Path path) throws IOException {
    Path place = Files.exists(path) ? path : path.getParent();
    if (place == null || !Files.exists(place)) {
      return; // Nothing can be made there, which is said where it is tried.
    }
    String type = Files.getFileStore(place).type();
    if (!IN_MEMORY.contains(type)) {
      throw new PlasmaException(
          ErrorCode.ACCESS_DENIED,
          ("the store's directory is not on a tmpfs: type=%s dir=%s; choose one under /dev/shm, or mount a tmpfs"
                  + " for it; objects that memory has no room for go to a disk by a spill directory")
              .formatted(type, path));
    }
  }

  private static void checkForeign(Path path) throws IOException {
    try (Stream<Path> files = Files.list(path)) {
      Optional<Path> foreign =
          files.filter(file -> !isOurs(file) && !isLock(file)).sorted().findFirst();
      if (foreign.isPresent()) {
        throw new PlasmaException(
            ErrorCode.ACCESS_DENIED,
            "directory holds a file that is no store's: file=" + foreign.get());
      }
    }
  }

  private static void removeLeftovers(Path path) throws IOException {
    for (Path file : files(path)) {
      Files.deleteIfExists(file);
    }
  }

  private static List<Path> files(Path path) throws IOException {
    try (Stream<Path> files = Files.list(path)) {
      return files.filter(StoreDirectory::isOurs).toList();
    }
  }

  private static PlasmaException unusable(Path path, IOException reason) {
    return new PlasmaException(
        ErrorCode.ACCESS_DENIED,
        "directory can't be used: dir=" + path + " reason=" + PrivateDirectory.reason(reason),
        reason);
  }

  private static boolean isOurs(Path file) {
    return OURS.matcher(file.getFileName().toString()).matches();
  }

  private static boolean isLock(Path file) {
    return file.endsWith(DirectoryLock.FILE);
  }
}
