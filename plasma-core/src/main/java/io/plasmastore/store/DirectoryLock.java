package io.plasmastore.store;

import io.plasmastore.ErrorCode;
import io.plasmastore.PlasmaException;
import io.plasmastore.memory.DirectoryLayout;
import io.plasmastore.os.NativeCallException;
import io.plasmastore.os.Posix;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;

/**
 * The lock of a store's directory: a file that the living store keeps locked, with its process id
 * inside. The lock is the kernel's and ends with the process, so a dead store is told from a living
 * one without guessing.
 *
 * <p>It is flock(2)'s and not {@link java.nio.channels.FileLock}: that one is lost as soon as
 * anything in the process opens the file and closes it again.
 */
final class DirectoryLock implements AutoCloseable {
  static final String FILE = DirectoryLayout.LOCK;

  private final Path file;
  private final int descriptor;
  private final boolean made;

  private DirectoryLock(Path file, int descriptor, boolean made) {
    this.file = file;
    this.descriptor = descriptor;
    this.made = made;
  }

  /**
   * Locks a directory.
   *
   * @throws PlasmaException ACCESS_DENIED if another store has it locked
   * @throws IOException if the file can't be made
   */
  static DirectoryLock acquire(Path directory) throws IOException {
    Path file = directory.resolve(FILE);
    while (true) {
      boolean made = make(file);
      try {
        int descriptor = Posix.open(file, Posix.O_RDWR);
        DirectoryLock lock = new DirectoryLock(file, descriptor, made);
        if (lock.tryLock()) {
          return lock;
        }
      } catch (NoSuchFileException e) {
        // Removed by the store that ends just now: make it again.
        assert e.getFile() != null;
      } catch (NativeCallException e) {
        if (e.errno() != Posix.ENOENT) {
          throw e;
        }
      }
    }
  }

  /**
   * Gives up a directory that turned out not to be a store's: the file goes if it was made here.
   */
  void giveUp() throws IOException {
    if (made) {
      close();
    } else {
      Posix.close(descriptor);
    }
  }

  /** Removes the file, then ends the lock: what is done before is done alone in the directory. */
  @Override
  public void close() throws IOException {
    try {
      Files.deleteIfExists(file);
    } finally {
      Posix.close(descriptor);
    }
  }

  private boolean tryLock() throws IOException {
    boolean locked = false;
    try {
      if (!Posix.tryLock(descriptor)) {
        throw new PlasmaException(
            ErrorCode.ACCESS_DENIED,
            "another store serves from this directory: dir="
                + file.getParent()
                + " pid="
                + Files.readString(file).strip());
      }
      // The store that had it before may have removed the file between our open and our lock; then
      // the lock is worth nothing.
      if (Files.isSameFile(file, Path.of("/proc/self/fd/" + descriptor))) {
        Files.writeString(file, Long.toString(ProcessHandle.current().pid()));
        locked = true;
      }
      return locked;
    } finally {
      if (!locked) {
        Posix.close(descriptor);
      }
    }
  }

  private static boolean make(Path file) throws IOException {
    try {
      Files.createFile(
          file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
      return true;
    } catch (FileAlreadyExistsException e) {
      return false;
    }
  }
}
