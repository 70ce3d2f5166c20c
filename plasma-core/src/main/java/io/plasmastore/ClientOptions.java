package io.plasmastore;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;

/**
 * How a client connects.
 *
 * @param socket path of the store's Unix socket
 * @param name what listings show this client as, at most 255 bytes of UTF-8
 * @param readOnly whether to do no more than read: nothing of the store can be changed through such
 *     a client, and no object is mapped for writing in its process
 * @param patience how long a call waits for another store to take over after one has died, and how
 *     much longer than its own time for an answer of one that may hang; from nothing to a day
 */
public record ClientOptions(Path socket, String name, boolean readOnly, Duration patience) {
  /** Environment variable that names the socket where no path is given. */
  public static final String SOCKET_VARIABLE = "PLASMA_SOCKET";

  /** As long as a store with millions of objects takes to start and to take over. */
  public static final Duration DEFAULT_PATIENCE = Duration.ofSeconds(10);

  private static final int MAX_NAME_SIZE = 255;
  private static final Duration MAX_PATIENCE = Duration.ofDays(1);

  /** Checks the name's length and the patience. */
  public ClientOptions {
    int size = name.getBytes(StandardCharsets.UTF_8).length;
    if (size > MAX_NAME_SIZE) {
      throw new IllegalArgumentException(
          "client name too long: size=" + size + " max=" + MAX_NAME_SIZE);
    }
    if (patience.isNegative() || patience.compareTo(MAX_PATIENCE) > 0) {
      throw new IllegalArgumentException(
          "patience out of range: patience=" + patience + " min=PT0S max=" + MAX_PATIENCE);
    }
  }

  /**
   * Options for a socket, with the program's main class as the name.
   *
   * @param socket path of the store's Unix socket
   * @return the options
   */
  public static ClientOptions of(Path socket) {
    return new ClientOptions(socket, programName(), false, DEFAULT_PATIENCE);
  }

  /**
   * The same with another name.
   *
   * @param name what listings show this client as
   * @return the options
   */
  public ClientOptions withName(String name) {
    return new ClientOptions(socket, name, readOnly, patience);
  }

  /**
   * The same, to read only or to write too.
   *
   * @param readOnly whether to do no more than read
   * @return the options
   */
  public ClientOptions withReadOnly(boolean readOnly) {
    return new ClientOptions(socket, name, readOnly, patience);
  }

  /**
   * The same with another patience.
   *
   * @param patience how long a call waits for a store that has died or hangs; from nothing to a day
   * @return the options
   */
  public ClientOptions withPatience(Duration patience) {
    return new ClientOptions(socket, name, readOnly, patience);
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
