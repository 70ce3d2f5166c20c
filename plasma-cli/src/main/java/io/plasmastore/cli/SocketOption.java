package io.plasmastore.cli;

import io.plasmastore.ClientOptions;
import io.plasmastore.PlasmaClient;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Which store a command talks to. */
final class SocketOption {
  @Option(
      names = {"-s", "--socket"},
      paramLabel = "SOCKET",
      description =
          "The store's socket. Default: $PLASMA_SOCKET, else plasma.sock in $XDG_RUNTIME_DIR, else"
              + " /tmp/plasma-USER/plasma.sock.")
  private @Nullable Path socket;

  /** The socket that was named, else the default. */
  Path path() {
    return socket == null ? ClientOptions.defaultSocket() : socket;
  }

  /** Whether the user chose a store, by the option or the environment. */
  boolean isNamed() {
    String variable = System.getenv(ClientOptions.SOCKET_VARIABLE);
    return socket != null || (variable != null && !variable.isEmpty());
  }

  /** Connects; the caller closes the client. */
  PlasmaClient connect(String command) {
    return PlasmaClient.connect(ClientOptions.of(path()).withName("plasma " + command));
  }
}
