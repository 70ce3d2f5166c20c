package io.plasmastore.cli;

/** The command line makes no sense in a way that only the command can tell. Exit code 2. */
final class UsageException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  UsageException(String message) {
    super(message);
  }

  UsageException(IllegalArgumentException cause) {
    super(cause.getMessage(), cause);
  }
}
