package io.plasmastore.store;

import io.plasmastore.ErrorCode;
import io.plasmastore.PlasmaException;
import java.io.IOException;
import java.net.ConnectException;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFilePermissions;
import java.nio.file.attribute.UserPrincipalNotFoundException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.function.Consumer;

/** The place of a store's socket: free of a dead store's, never of anything else. */
final class SocketPath {
  private static final int FILE_TYPE_MASK = 0170000;
  private static final int SOCKET_TYPE = 0140000;

  private SocketPath() {}

  /**
   * Makes the folder of a socket, and those above it, where they are missing.
   *
   * @param made is given each folder that was made, also when the next one can't be
   * @throws PlasmaException ACCESS_DENIED if that can't be done
   */
  static void makeFolder(Path path, Consumer<Path> made) {
    Deque<Path> missing = new ArrayDeque<>();
    for (Path folder = path.getParent();
        folder != null && !Files.exists(folder);
        folder = folder.getParent()) {
      missing.push(folder);
    }
    try {
      for (Path folder : missing) {
        if (makeOne(folder)) {
          made.accept(folder);
        }
      }
    } catch (IOException e) {
      throw unusable(path, e);
    }
  }

  private static boolean makeOne(Path folder) throws IOException {
    try {
      Files.createDirectory(
          folder,
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
      return true;
    } catch (FileAlreadyExistsException e) {
      if (Files.isDirectory(folder)) {
        return false; // Another store came first.
      }
      throw e;
    }
  }

  /**
   * Makes sure that a socket can be bound in its folder: a socket that nobody serves is removed.
   *
   * @throws PlasmaException ACCESS_DENIED if a store serves there already, or something else lies
   *     there
   */
  static void clear(Path path) {
    try {
      if (!Files.exists(path, LinkOption.NOFOLLOW_LINKS)) {
        return;
      }
      int mode = (int) Files.getAttribute(path, "unix:mode", LinkOption.NOFOLLOW_LINKS);
      if ((mode & FILE_TYPE_MASK) != SOCKET_TYPE) {
        throw new PlasmaException(
            ErrorCode.ACCESS_DENIED,
            "something that is not a socket lies at the socket path: path=" + path);
      }
      if (answers(path)) {
        throw new PlasmaException(
            ErrorCode.ACCESS_DENIED, "another store serves this socket: path=" + path);
      }
      Files.delete(path);
    } catch (IOException e) {
      throw unusable(path, e);
    }
  }

  /**
   * Lets those at a socket who may be there. Until then its owner alone is let in, or nobody: what
   * the process's umask left.
   *
   * @throws PlasmaException ACCESS_DENIED if the group doesn't exist or is none of this process's
   */
  static void admit(Path path, StoreAccess access) {
    try {
      Files.setAttribute(path, "unix:mode", StoreAccess.OWNER_ONLY);
      String group = access.group();
      if (group != null) {
        PosixFileAttributeView view =
            Files.getFileAttributeView(path, PosixFileAttributeView.class);
        view.setGroup(
            path.getFileSystem().getUserPrincipalLookupService().lookupPrincipalByGroupName(group));
      }
      Files.setAttribute(path, "unix:mode", access.socketMode());
    } catch (UserPrincipalNotFoundException e) {
      throw new PlasmaException(
          ErrorCode.ACCESS_DENIED, "no such group: group=" + access.group(), e);
    } catch (IOException e) {
      throw unusable(path, e);
    }
  }

  /** The error of a path where no socket can be. */
  static PlasmaException unusable(Path path, Throwable reason) {
    return new PlasmaException(
        ErrorCode.ACCESS_DENIED,
        "socket path can't be used: path=" + path + " reason=" + reason,
        reason);
  }

  private static boolean answers(Path path) throws IOException {
    try (SocketChannel peer = SocketChannel.open(UnixDomainSocketAddress.of(path))) {
      return peer.isConnected();
    } catch (ConnectException e) {
      return false;
    }
  }
}
