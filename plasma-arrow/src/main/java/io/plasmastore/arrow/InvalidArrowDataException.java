package io.plasmastore.arrow;

import org.jspecify.annotations.Nullable;

/**
 * The bytes of an object are not an Arrow IPC stream that can be read safely: a length, an offset
 * or a count does not fit into the object, or a message is not what its place asks for. It is
 * thrown before any vector is handed out, and everything held on the way is released. The message
 * has the facts ({@code offset=128 size=4096 limit=1024 …}).
 *
 * <p>Data that is legal Arrow, but of a kind that this version does not read, is an {@link
 * UnsupportedOperationException} instead.
 */
public class InvalidArrowDataException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /**
   * Makes an exception without a cause.
   *
   * @param message the facts
   */
  public InvalidArrowDataException(String message) {
    this(message, null);
  }

  /**
   * Makes an exception with a cause.
   *
   * @param message the facts
   * @param cause what led to it, or null
   */
  public InvalidArrowDataException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
