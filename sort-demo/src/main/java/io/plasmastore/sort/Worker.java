package io.plasmastore.sort;

import java.util.List;

/** Does tasks, one at a time, for one thread of the sort. */
interface Worker extends AutoCloseable {
  /**
   * Does a task.
   *
   * @return its answer
   * @throws WorkerDiedException if the worker cannot go on, so that the task is for another; close
   *     it
   * @throws InterruptedException if this thread is interrupted; the worker cannot go on either
   */
  List<Long> run(SortTask task) throws WorkerDiedException, InterruptedException;

  /** The process that it works in. */
  default long pid() {
    return ProcessHandle.current().pid();
  }

  /** Ends the worker, and waits for that. Idempotent. */
  @Override
  void close();
}
