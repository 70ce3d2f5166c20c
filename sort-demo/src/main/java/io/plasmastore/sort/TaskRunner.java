package io.plasmastore.sort;

import io.plasmastore.ErrorCode;
import io.plasmastore.PlasmaException;
import io.plasmastore.arrow.ArrowClient;
import java.util.List;

/**
 * Does the tasks of one sort, one at a time: the same in a thread as in a process of its own.
 * Whatever it opens it closes before it answers, and a task that fails puts nothing more. One
 * thread, which may be interrupted.
 */
final class TaskRunner implements AutoCloseable {
  /** As many as an array has room for. */
  private static final long MAX_ROWS = Integer.MAX_VALUE - 8;

  /** How rows travel. */
  interface RowTasks extends AutoCloseable {
    /** Splits a slice. */
    List<Long> split(SortTask.Split task) throws InterruptedException;

    /** Merges the pieces of a bucket. */
    List<Long> merge(SortTask.Merge task) throws InterruptedException;

    /** Gives up the memory that was kept from task to task. */
    @Override
    void close();
  }

  private final RowTasks tasks;

  /**
   * Gets ready for the tasks of a sort.
   *
   * @param dataframes the store; its allocator counts what tasks read and make
   * @param names of a sort whose job is in the store
   * @param space for as long as this is open, nobody else's
   */
  TaskRunner(ArrowClient dataframes, JobNames names, SortSpace space) {
    SortJob job = SortJob.get(dataframes, names.job());
    if (!job.packed()) {
      this.tasks = new FrameTasks(dataframes, names, job, space);
    } else if (job.arrangement() == Arrangement.SORTED) {
      this.tasks = new PackedTasks(dataframes, names, job, space);
    } else {
      this.tasks = new ColumnTasks(dataframes, names, job, space);
    }
  }

  /** Does a task. */
  List<Long> run(SortTask task) throws InterruptedException {
    return switch (task) {
      case SortTask.Split split -> tasks.split(split);
      case SortTask.Merge merge -> {
        requireFits(merge);
        yield tasks.merge(merge);
      }
    };
  }

  @Override
  public void close() {
    tasks.close();
  }

  static void requireNotInterrupted() throws InterruptedException {
    if (Thread.interrupted()) {
      throw new InterruptedException("a task was interrupted");
    }
  }

  private static void requireFits(SortTask.Merge task) {
    if (task.rows() > MAX_ROWS) {
      throw new PlasmaException(
          ErrorCode.LIMIT_EXCEEDED,
          "too many rows in one bucket, make more buckets: bucket=%d rows=%d limit=%d"
              .formatted(task.bucket(), task.rows(), MAX_ROWS));
    }
  }
}
