package io.plasmastore.sort;

import io.plasmastore.arrow.ArrowClient;
import java.util.List;
import org.apache.arrow.memory.BufferAllocator;

/**
 * A worker that is the thread that asks, over the client of the sort and with an allocator of its
 * own.
 */
final class ThreadWorker implements Worker {
  private final BufferAllocator allocator;
  private final TaskRunner runner;

  ThreadWorker(ArrowClient dataframes, JobNames names) {
    this.allocator = dataframes.allocator().newChildAllocator("sort-worker", 0, Long.MAX_VALUE);
    try {
      this.runner =
          new TaskRunner(
              ArrowClient.over(dataframes.client(), allocator).keeping(), names, new SortSpace());
    } catch (Throwable e) {
      allocator.close();
      throw e;
    }
  }

  @Override
  public List<Long> run(SortTask task) throws InterruptedException {
    return runner.run(task);
  }

  @Override
  public void close() {
    try (allocator) {
      runner.close();
    }
  }
}
