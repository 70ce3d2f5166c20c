package io.plasmastore.memory;

import io.plasmastore.os.Posix;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;

/**
 * A file that has lost its name: memory for whoever is handed its descriptor, of zeros and
 * committed in full. It is gone when the last descriptor and the last mapping of it are, whatever
 * dies.
 */
public final class NamelessFile implements AutoCloseable {
  private final int descriptor;
  private final long size;
  private boolean closed;

  private NamelessFile(int descriptor, long size) {
    this.descriptor = descriptor;
    this.size = size;
  }

  /**
   * Makes a file.
   *
   * @param path what it is called while it is made; whatever has that name is removed
   * @param size its length in bytes, more than 0
   * @return the file, for the caller to close
   * @throws io.plasmastore.os.NativeCallException with {@link Posix#ENOSPC} if the mount is full;
   *     nothing is left of it then
   * @throws IOException if it can't be made
   */
  public static NamelessFile create(Path path, long size) throws IOException {
    // A store may have died between the next three lines; its file never had an owner.
    Files.deleteIfExists(path);
    Files.createFile(
        path, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    int descriptor;
    try {
      descriptor = Posix.open(path, Posix.O_RDWR);
    } finally {
      Files.delete(path);
    }
    try {
      Posix.allocate(descriptor, 0, size);
      return new NamelessFile(descriptor, size);
    } catch (IOException e) {
      Posix.close(descriptor);
      throw e;
    }
  }

  /**
   * The descriptor to hand out.
   *
   * @return open for reading and writing; this file closes it
   */
  public int descriptor() {
    return descriptor;
  }

  /**
   * The length of the file.
   *
   * @return its size in bytes
   */
  public long size() {
    return size;
  }

  /** Closes the descriptor, once. */
  @Override
  public void close() {
    if (!closed) {
      closed = true;
      Posix.close(descriptor);
    }
  }
}
