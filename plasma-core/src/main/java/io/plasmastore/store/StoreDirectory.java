package io.plasmastore.store;

import io.plasmastore.ErrorCode;
import io.plasmastore.PlasmaException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A store's private directory: mode 0700, locked by the one store that serves from it, free of what
 * a dead store left. The lock is the kernel's and ends with the process, so a dead store is told
 * from a living one without guessing.
 */
final class StoreDirectory implements AutoCloseable {
  static final String INDEX = "index";
  static final String HEAP = "heap-0";
  static final String PAGE_PREFIX = "page-";

  private static final String LOCK = "lock";
  private static final Pattern OURS = Pattern.compile("index|heap-\\d+|page-\\d+");

  private final Path path;
  private final FileChannel lockFile;
  private final boolean made;

  private StoreDirectory(Path path, FileChannel lockFile, boolean made) {
    this.path = path;
    this.lockFile = lockFile;
    this.made = made;
  }

  /**
   * Makes or takes over a directory.
   *
   * @throws PlasmaException if another store serves from it, if it holds files that are no store's,
   *     or can't be used
   */
  static StoreDirectory open(Path path) {
    try {
      boolean made = make(path);
      FileChannel lockFile = lock(path);
      try {
        removeLeftovers(path);
      } catch (IOException | RuntimeException e) {
        lockFile.close();
        throw e;
      }
      return new StoreDirectory(path, lockFile, made);
    } catch (IOException e) {
      throw new PlasmaException(
          ErrorCode.ACCESS_DENIED, "directory can't be used: dir=" + path + " reason=" + e, e);
    }
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
   * Removes the directory, if it was made here, with the lock. The files in it are closed, and so
   * removed, by their owners.
   */
  @Override
  public void close() {
    try {
      // The lock goes last: until then no other store may think that the directory is free.
      removeLeftovers(path);
      Files.deleteIfExists(file(LOCK));
      if (made) {
        Files.deleteIfExists(path);
      }
      lockFile.close();
    } catch (IOException e) {
      throw new PlasmaException(
          ErrorCode.INTERNAL_ERROR, "directory can't be removed: dir=" + path + " reason=" + e, e);
    }
  }

  private static boolean make(Path path) throws IOException {
    if (!Files.exists(path, LinkOption.NOFOLLOW_LINKS)) {
      Files.createDirectory(
          path, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
      return true;
    }
    if (!Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS)) {
      throw new IOException("not a directory");
    }
    Object mode = Files.getAttribute(path, "unix:mode", LinkOption.NOFOLLOW_LINKS);
    Object owner = Files.getAttribute(path, "unix:uid", LinkOption.NOFOLLOW_LINKS);
    if (!owner.equals(Files.getAttribute(Path.of("/proc/self"), "unix:uid"))) {
      throw new IOException("belongs to another user: uid=" + owner);
    }
    if (((int) mode & 0077) != 0) {
      throw new IOException("open to others: mode=%o wanted=700".formatted((int) mode & 0777));
    }
    return isOurs(path);
  }

  // A directory that a store made is removed with it; one that the user made and handed over stays.
  private static boolean isOurs(Path path) {
    return Files.exists(path.resolve(LOCK));
  }

  private static FileChannel lock(Path path) throws IOException {
    while (true) {
      FileChannel file =
          FileChannel.open(
              path.resolve(LOCK),
              StandardOpenOption.CREATE,
              StandardOpenOption.READ,
              StandardOpenOption.WRITE);
      @Nullable FileLock lock = null;
      try {
        lock = file.tryLock();
      } catch (OverlappingFileLockException e) {
        // Another store of this JVM has it: the same answer as below.
      }
      if (lock == null) {
        String owner = Files.readString(path.resolve(LOCK)).strip();
        file.close();
        throw new PlasmaException(
            ErrorCode.ACCESS_DENIED,
            "another store serves from this directory: dir=" + path + " pid=" + owner);
      }
      String pid = Long.toString(ProcessHandle.current().pid());
      file.truncate(0);
      file.write(ByteBuffer.wrap(pid.getBytes(StandardCharsets.UTF_8)));
      // The store that had it before may have removed the file between our open and our lock; then
      // the lock is worth nothing.
      if (Files.exists(path.resolve(LOCK)) && Files.readString(path.resolve(LOCK)).equals(pid)) {
        return file;
      }
      file.close();
    }
  }

  private static void removeLeftovers(Path path) throws IOException {
    List<Path> ours = new ArrayList<>();
    try (Stream<Path> files = Files.list(path)) {
      for (Path file : (Iterable<Path>) files::iterator) {
        String name = file.getFileName().toString();
        if (OURS.matcher(name).matches()) {
          ours.add(file);
        } else if (!name.equals(LOCK)) {
          throw new PlasmaException(
              ErrorCode.ACCESS_DENIED, "directory holds a file that is no store's: file=" + file);
        }
      }
    }
    for (Path file : ours) {
      Files.delete(file);
    }
  }
}
