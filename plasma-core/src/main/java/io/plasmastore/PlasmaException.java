package io.plasmastore;

import org.jspecify.annotations.Nullable;

/**
 * A failure that is not the caller's mistake: the store is full, gone, or has no such object. The
 * {@linkplain #code() code} is for programs, the message has the facts ({@code wanted=1048576
 * free=4096 …}). A caller's mistake is an {@link IllegalArgumentException} or {@link
 * IllegalStateException} instead.
 */
public class PlasmaException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final ErrorCode code;

  /**
   * Makes an exception without a cause.
   *
   * @param code what went wrong
   * @param message the facts
   */
  public PlasmaException(ErrorCode code, String message) {
    this(code, message, null);
  }

  /**
   * Makes an exception with a cause.
   *
   * @param code what went wrong
   * @param message the facts
   * @param cause what led to it, or null
   */
  public PlasmaException(ErrorCode code, String message, @Nullable Throwable cause) {
    super(message, cause);
    this.code = code;
  }

  /**
   * What went wrong.
   *
   * @return the code
   */
  public ErrorCode code() {
    return code;
  }
}
