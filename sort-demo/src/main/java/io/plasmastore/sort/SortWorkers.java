package io.plasmastore.sort;

import io.plasmastore.PlasmaClient;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Worker processes that are kept from one sort to the next. A process takes the better part of a
 * second to start, and as long again until its loops are compiled; this is spent once.
 *
 * <pre>{@code
 * try (SortWorkers workers = SortWorkers.start(client, 2)) {
 *   ParallelSort sort = ParallelSort.of(dataframes).processes(workers);
 *   sort.by(SortKey.of("delay")).partitions(monday).run();
 *   sort.by(SortKey.of("delay")).partitions(tuesday).run();
 * }
 * }</pre>
 *
 * <p>A sort takes the workers that are idle, starts more where there are too few, and gives back
 * those that are sound when it ends, whether it succeeds or fails. One that died is started again
 * by the next sort. Safe for any number of threads. Closing ends the idle ones; those that a sort
 * has end with it. Where this process is killed, they see the end of their input and end.
 */
public final class SortWorkers implements AutoCloseable {
  private final Path socket;
  private final int count;
  private final Deque<ProcessWorker> idle = new ArrayDeque<>();
  private boolean closed;

  private SortWorkers(Path socket, int count) {
    this.socket = socket;
    this.count = count;
  }

  /**
   * Starts workers, and returns when they are ready.
   *
   * @param client whose store they connect to
   * @param count how many, 1 to 1,024
   * @return the workers, for the caller to close
   * @throws IllegalArgumentException if the count is out of range
   * @throws WorkerFailedException if one ends before it is ready
   * @throws InterruptedException if this thread is interrupted; none is left then
   */
  public static SortWorkers start(PlasmaClient client, int count) throws InterruptedException {
    if (count < 1 || count > SortOptions.MAX_WORKERS) {
      throw new IllegalArgumentException(
          "workers out of range: workers=%d min=1 max=%d"
              .formatted(count, SortOptions.MAX_WORKERS));
    }
    SortWorkers workers = new SortWorkers(client.options().socket(), count);
    try {
      Deque<ProcessWorker> starting = new ArrayDeque<>();
      for (int i = 0; i < count; i++) {
        // As many at a time as there are processors: more would be in each other's way.
        if (starting.size() == Runtime.getRuntime().availableProcessors()) {
          starting.remove().awaitReady();
        }
        ProcessWorker worker = ProcessWorker.launch(workers.socket, workers);
        starting.add(worker);
        workers.giveBack(worker);
      }
      while (!starting.isEmpty()) {
        starting.remove().awaitReady();
      }
      return workers;
    } catch (WorkerDiedException e) {
      workers.close();
      throw new WorkerFailedException("a worker could not be started: " + e.getMessage(), e);
    } catch (Throwable e) {
      workers.close();
      throw e;
    }
  }

  /**
   * How many are kept.
   *
   * @return 1 or more
   */
  public int count() {
    return count;
  }

  /** Ends the workers that are idle, and waits for that. Idempotent. */
  @Override
  public void close() {
    List<ProcessWorker> ended;
    synchronized (this) {
      closed = true;
      ended = new ArrayList<>(idle);
      idle.clear();
    }
    Closing.all(ended.stream().<AutoCloseable>map(worker -> worker::kill).toList());
  }

  /** A worker that is ready for a sort: one that is idle, or else a new one. */
  ProcessWorker take(JobNames names) throws WorkerDiedException, InterruptedException {
    for (ProcessWorker worker = poll(); worker != null; worker = poll()) {
      try {
        return worker.begin(names);
      } catch (WorkerDiedException e) {
        // It died since its last sort, which is no failure of this one.
        worker.kill();
      }
    }
    return ProcessWorker.start(socket, this).begin(names);
  }

  private synchronized @Nullable ProcessWorker poll() {
    if (closed) {
      throw new IllegalStateException("the workers were closed: count=" + count);
    }
    return idle.poll();
  }

  /**
   * Takes back a worker that has nothing to do.
   *
   * @return false if there are enough, or none are wanted any more: it is to be ended
   */
  synchronized boolean giveBack(ProcessWorker worker) {
    return !closed && idle.size() < count && idle.offer(worker);
  }
}
