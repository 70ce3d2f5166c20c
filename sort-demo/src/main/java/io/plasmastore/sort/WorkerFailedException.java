package io.plasmastore.sort;

import org.jspecify.annotations.Nullable;

/**
 * Workers could not do their part: one failed in a way that is not the store's, or died more often
 * than is tried again. The message says which task, and what the worker last said.
 */
public class WorkerFailedException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /**
   * Makes an exception.
   *
   * @param message the facts
   * @param cause what led to it, or null
   */
  public WorkerFailedException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
