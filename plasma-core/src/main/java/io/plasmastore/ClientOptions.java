package io.plasmastore;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/**
 * How a client connects.
 *
 * @param socket path of the store's Unix socket
 * @param name what listings show this client as, at most 255 bytes of UTF-8
 * @param readOnly whether to do no more than read: nothing of the store can be changed through such
 *     a client, and no object is mapped for writing in its process
 */
public record ClientOptions(Path socket, String name, boolean readOnly) {
  /** Environment variable that names the socket where no path is given. */
  public static final String SOCKET_VARIABLE = "PLASMA_SOCKET";

  private static final int MAX_NAME_SIZE = 255;

  /** Checks the name's length. */
  public ClientOptions {
    int size = name.getBytes(StandardCharsets.UTF_8).length;
    if (size > MAX_NAME_SIZE) {
      throw new IllegalArgumentException(
          "client name too long: size=" + size + " max=" + MAX_NAME_SIZE);
    }
  }

  /**
   * Options for a socket, with the program's main class as the name.
   *
   * @param socket path of the store's Unix socket
   * @return the options
   */
  public static ClientOptions of(Path socket) {
    return new ClientOptions(socket, programName(), false);
  }

  /**
   * The same with another name.
   *
   * @param name what listings show this client as
   * @return the options
   */
  public ClientOptions withName(String name) {
    return new ClientOptions(socket, name, readOnly);
  }

  /**
   * The same, to read only or to write too.
   *
   * @param readOnly whether to do no more than read
   * @return the options
   */
  public ClientOptions withReadOnly(boolean readOnly) {
    return new ClientOptions(socket, name, readOnly);
  }

  /**
   * The socket of this user's store where none is named: {@code $PLASMA_SOCKET}, else {@code
   * plasma.sock} in {@code $XDG_RUNTIME_DIR}, else {@code /tmp/plasma-USER/plasma.sock}.
   *
   * @return the path; nothing need exist there
   */
  public static Path defaultSocket() {
    String named = System.getenv(SOCKET_VARIABLE);
    if (named != null && !named.isEmpty()) {
      return Path.of(named);
    }
    String runtime = System.getenv("XDG_RUNTIME_DIR");
    if (runtime != null && !runtime.isEmpty()) {
      return Path.of(runtime, "plasma.sock");
    }
    return Path.of("/tmp", "plasma-" + System.getProperty("user.name"), "plasma.sock");
  }

  private static String programName() {
    String command = System.getProperty("sun.java.command", "java");
    String program = command.split(" ", 2)[0];
    return program.length() > MAX_NAME_SIZE ? program.substring(0, MAX_NAME_SIZE) : program;
  }
}
