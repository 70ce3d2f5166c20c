package io.plasmastore.cli;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalInt;
import java.util.concurrent.TimeUnit;

/**
 * Whether a person reads standard error, and how wide their terminal is. {@link System#console}
 * tells of standard input and output alone, and the output of a command that shows how it gets on
 * may well go elsewhere.
 */
final class ErrTerminal {
  static final int DEFAULT_WIDTH = 80;

  private static final Path LINK = Path.of("/proc/self/fd/2");
  private static final long PATIENCE_SECONDS = 5;

  private ErrTerminal() {}

  /** The width of the terminal in columns; nothing if it is none. */
  static OptionalInt width() {
    try {
      Path device = Files.readSymbolicLink(LINK);
      if (!device.startsWith("/dev/pts") && !device.toString().startsWith("/dev/tty")) {
        return OptionalInt.empty();
      }
      return OptionalInt.of(width(device));
    } catch (IOException e) {
      // No /proc, or a terminal that is gone: nobody looks.
      return OptionalInt.empty();
    }
  }

  /** Asks stty(1), as it has no native call that others know. */
  private static int width(Path device) throws IOException {
    Process stty =
        new ProcessBuilder("stty", "size")
            .redirectInput(device.toFile())
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .start();
    try {
      String size =
          new String(stty.getInputStream().readAllBytes(), StandardCharsets.US_ASCII).strip();
      if (!stty.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS) || !size.matches("\\d+ \\d+")) {
        return DEFAULT_WIDTH;
      }
      int columns = Integer.parseInt(size.substring(size.indexOf(' ') + 1));
      return columns > 0 ? columns : DEFAULT_WIDTH;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return DEFAULT_WIDTH;
    } finally {
      stty.destroy();
    }
  }
}
