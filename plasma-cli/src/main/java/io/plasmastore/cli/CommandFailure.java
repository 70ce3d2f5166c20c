package io.plasmastore.cli;

import org.jspecify.annotations.Nullable;

/** A command can't do what was asked; the message is the line that the user sees. Exit code 1. */
final class CommandFailure extends RuntimeException {
  private static final long serialVersionUID = 1L;

  CommandFailure(String message) {
    this(message, null);
  }

  CommandFailure(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
