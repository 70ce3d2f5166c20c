package io.plasmastore.sort;

/** A worker ended before it answered. Another may do its task. */
final class WorkerDiedException extends Exception {
  private static final long serialVersionUID = 1L;

  WorkerDiedException(String message) {
    super(message);
  }
}
