package io.plasmastore.store;

import io.plasmastore.ErrorCode;
import io.plasmastore.PlasmaException;
import java.io.IOException;
import java.net.ConnectException;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFilePermissions;
import java.nio.file.attribute.UserPrincipalNotFoundException;

/** The place of a store's socket: free of a dead store's, never of anything else. */
final class SocketPath {
  private static final int FILE_TYPE_MASK = 0170000;
  private static final int SOCKET_TYPE = 0140000;

  private SocketPath() {}

  /**
   * Makes sure that a socket can be bound: the folder exists, and a socket that nobody serves is
   * removed.
   *
   * @throws PlasmaException ACCESS_DENIED if a store serves there already, or something else lies
   *     there
   */
  static void clear(Path path) {
    try {
      Path folder = path.getParent();
      if (folder != null && !Files.exists(folder)) {
        Files.createDirectories(
            folder,
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
      }
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
