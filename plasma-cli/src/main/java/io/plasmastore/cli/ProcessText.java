package io.plasmastore.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** What the machine says of a process. */
final class ProcessText {
  private static final int SHOWN = 60;

  private ProcessText() {}

  /** Its command with all arguments, or null if that can't be seen. */
  static @Nullable String command(long pid) {
    return ProcessHandle.of(pid).flatMap(process -> process.info().commandLine()).orElse(null);
  }

  /** Its command on one line, shortened; {@code -} if that can't be seen. */
  static String shortCommand(long pid) {
    String command = command(pid);
    return command == null ? "-" : shortened(oneLine(command));
  }

  /** Whose it is, or null if that can't be seen. */
  static @Nullable Integer uid(long pid) {
    try {
      return (Integer) Files.getAttribute(Path.of("/proc", Long.toString(pid)), "unix:uid");
    } catch (IOException e) {
      return null;
    }
  }

  /** Text that others wrote, in full, but on one line. */
  static String oneLine(String text) {
    return text.replaceAll("\\p{Cntrl}", " ");
  }

  // The program without its folder, and the end: where a JVM's flags are, is nothing to read.
  private static String shortened(String command) {
    int end = command.indexOf(' ');
    String program = end < 0 ? command : command.substring(0, end);
    String text = command.substring(program.lastIndexOf('/') + 1);
    int length = text.codePointCount(0, text.length());
    if (length <= SHOWN) {
      return text;
    }
    int first = Math.max(0, text.indexOf(' '));
    String start = first > SHOWN / 2 ? "" : text.substring(0, first) + " ";
    int rest = SHOWN - start.length() - 1;
    return start + "…" + text.substring(text.offsetByCodePoints(0, length - rest));
  }
}
