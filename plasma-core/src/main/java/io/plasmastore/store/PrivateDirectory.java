package io.plasmastore.store;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;

/** A directory that nobody but its owner, this process's user, can enter. */
final class PrivateDirectory {
  private PrivateDirectory() {}

  /**
   * Makes a directory with mode 0700, or checks the one that is there.
   *
   * @return whether it was made
   * @throws IOException if it can't be made, belongs to another user or is open to others
   */
  static boolean make(Path path) throws IOException {
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
    return false;
  }

  /** What a message says of a failure here: our own words, or what the system met and where. */
  static String reason(IOException failure) {
    String said = failure.getMessage();
    return said != null && failure.getClass() == IOException.class ? said : failure.toString();
  }
}
