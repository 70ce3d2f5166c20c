package io.plasmastore.cli;

import io.plasmastore.ObjectId;
import io.plasmastore.PlasmaException;
import io.plasmastore.arrow.InvalidArrowDataException;
import io.plasmastore.sort.WorkerFailedException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.util.List;
import java.util.Objects;
import org.apache.arrow.memory.OutOfMemoryException;
import org.jspecify.annotations.Nullable;

/** What a user reads when a command fails: one line with the facts. */
final class FailureReport {
  /** Environment variable that asks for the stack trace too. */
  static final String DEBUG_VARIABLE = "PLASMA_DEBUG";

  private FailureReport() {}

  /** Whether the environment asks for stack traces. */
  static boolean debugging() {
    String value = System.getenv(DEBUG_VARIABLE);
    return value != null && !value.isEmpty() && !value.equals("0");
  }

  /** The one line for a failure, without line breaks. */
  static String line(Throwable failure) {
    return text(failure).strip().replaceAll("\\s*\\R\\s*", " ");
  }

  /** The line with the names beside the ids that were made from those on the command line. */
  static String withNames(String line, List<String> args) {
    String named = line;
    for (int i = 0; i < args.size(); i++) {
      String arg = args.get(i);
      for (String before : List.of("name:", "--name=")) {
        if (arg.startsWith(before)) {
          named = withName(named, arg.substring(before.length()));
        }
      }
      if (arg.equals("--name") && i + 1 < args.size()) {
        named = withName(named, args.get(i + 1));
      }
    }
    return named;
  }

  private static String withName(String line, String name) {
    ObjectId id;
    try {
      id = ObjectId.named(name);
    } catch (IllegalArgumentException _) {
      return line; // No name of an object, and said to be none.
    }
    String shown = "id=" + id + " name=" + ProcessText.oneLine(name);
    return line.contains(shown) ? line : line.replace("id=" + id, shown);
  }

  private static String text(Throwable failure) {
    return switch (failure) {
      case CommandFailure e -> message(e);
      case PlasmaException e -> message(e);
      case InvalidArrowDataException e -> message(e);
      case WorkerFailedException e -> message(e);
      case UnsupportedOperationException e when e.getMessage() != null -> message(e);
      case ClosedByInterruptException _ -> "interrupted";
      case NoSuchFileException e -> "no such file: file=" + e.getFile();
      case AccessDeniedException e -> "access denied: file=" + e.getFile();
      case FileSystemException e ->
          (e.getReason() == null ? e.getClass().getSimpleName() : e.getReason())
              + ": file="
              + e.getFile();
      case UncheckedIOException e -> text(Objects.requireNonNull(e.getCause()));
      case IOException e when e.getMessage() != null -> message(e);
      case OutOfMemoryError e -> "not enough memory for this JVM: reason=" + e.getMessage();
      case OutOfMemoryException e -> "not enough memory for this JVM: reason=" + e.getMessage();
      case InterruptedException _ -> "interrupted";
      default ->
          "unexpected failure: reason="
              + failure
              + "; set "
              + DEBUG_VARIABLE
              + "=1 to see where it comes from";
    };
  }

  private static String message(Throwable failure) {
    @Nullable String message = failure.getMessage();
    return message == null ? failure.getClass().getSimpleName() : message;
  }
}
