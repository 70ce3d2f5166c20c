package io.plasmastore.cli;

import io.plasmastore.ClientOptions;
import io.plasmastore.PlasmaClient;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** A store that is asked through its socket, or whose files are read: one of the two. */
final class StoreChoice {
  @Option(
      names = {"-s", "--socket"},
      paramLabel = "SOCKET",
      description =
          "The store's socket. Default: $PLASMA_SOCKET, else plasma.sock in $XDG_RUNTIME_DIR, else"
              + " /tmp/plasma-USER/plasma.sock.")
  private @Nullable Path socket;

  @Option(
      names = {"-d", "--dir"},
      paramLabel = "DIR",
      description = "The folder with the store's files; the store need not run.")
  private @Nullable Path directory;

  /** The folder, if the user chose one. */
  @Nullable Path directory() {
    return directory == null ? null : directory.toAbsolutePath().normalize();
  }

  /** Connects through the socket; the caller closes the client. */
  PlasmaClient connect(String command) {
    Path path = socket == null ? ClientOptions.defaultSocket() : socket;
    return PlasmaClient.connect(ClientOptions.of(path).withName("plasma " + command));
  }
}
