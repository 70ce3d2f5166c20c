package io.plasmastore.sort;

import io.plasmastore.ErrorCode;
import io.plasmastore.PlasmaException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorCompletionService;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.Consumer;

/**
 * The workers of a sort, each with a thread of this process that hands it one task after the other.
 * A worker that dies is replaced and its task done again. Once a method has thrown, the pool is
 * good for closing alone.
 */
final class WorkerPool implements AutoCloseable {
  /** Starts a worker. */
  interface Starter {
    /** A worker that is ready. */
    Worker start() throws WorkerDiedException, InterruptedException;
  }

  /**
   * A task that was done.
   *
   * @param task as it was at its last attempt
   * @param answer of the worker
   * @param turn who did it, and when
   */
  record Done(SortTask task, List<Long> answer, Turn turn) {}

  /**
   * A worker at a task.
   *
   * @param worker its number, from 0; one that takes a dead one's place has a new one
   * @param pid of its process
   * @param startNanos when it was handed the task, by {@link System#nanoTime}
   * @param endNanos when it had answered
   */
  record Turn(int worker, long pid, long startNanos, long endNanos) {}

  /** A task whose worker dies this often is taken for the cause; so often is a start tried. */
  static final int MAX_ATTEMPTS = 3;

  private static final Duration END_PATIENCE = Duration.ofSeconds(60);

  private final int size;
  private final Starter starter;

  /** Shared by tasks as a rule, had alone by one that met a full store. Fair, so that it comes. */
  private final ReentrantReadWriteLock room = new ReentrantReadWriteLock(true);

  private final ExecutorService threads;
  private final Queue<Worker> idle = new ConcurrentLinkedQueue<>();
  private final Map<Worker, Integer> numbers = new ConcurrentHashMap<>();
  private final AtomicInteger started = new AtomicInteger();
  private final AtomicInteger retries = new AtomicInteger();
  private final AtomicInteger yields = new AtomicInteger();
  private volatile boolean closed;

  /**
   * A pool whose workers are started later. A task that meets a full store is done again with no
   * other at the same time: what the others have open can leave its place then, or memory.
   */
  WorkerPool(int size, Starter starter) {
    this.size = size;
    this.starter = starter;
    this.threads =
        Executors.newFixedThreadPool(size, Thread.ofPlatform().daemon().name("sort-", 0).factory());
  }

  /**
   * Starts all workers, and returns when they are ready.
   *
   * @throws WorkerFailedException if one ends before it is, and the next two in its place do too
   */
  void start() throws InterruptedException {
    runInAll(() -> idle.add(startWorker()));
  }

  /**
   * Has tasks done, begun in their order.
   *
   * @param done is told of each, by several threads
   * @return the tasks done, in no order
   * @throws WorkerFailedException if the worker of one task dies again and again
   * @throws RuntimeException as a task or {@code done} threw it
   */
  List<Done> run(List<? extends SortTask> tasks, Consumer<Done> done) throws InterruptedException {
    Queue<SortTask> waiting = new ConcurrentLinkedQueue<>(tasks);
    Queue<Done> all = new ConcurrentLinkedQueue<>();
    runInAll(
        () -> {
          for (SortTask task = waiting.poll(); task != null && !closed; task = waiting.poll()) {
            Done result = run(task);
            all.add(result);
            done.accept(result);
          }
          return true;
        });
    return new ArrayList<>(all);
  }

  /** How many tasks were done again since they had met a full store. */
  int yields() {
    return yields.get();
  }

  /** How many tasks were done again. */
  int retries() {
    return retries.get();
  }

  /** Ends all workers, their tasks undone, and waits for that. Idempotent. */
  @Override
  public void close() {
    closed = true;
    threads.shutdownNow();
    boolean ended =
        Waiting.uninterruptibly(
            END_PATIENCE, nanos -> threads.awaitTermination(nanos, TimeUnit.NANOSECONDS));
    if (!ended) {
      throw new IllegalStateException(
          "a worker's task does not end: seconds=" + END_PATIENCE.toSeconds());
    }
    List<Worker> workers = new ArrayList<>();
    for (Worker worker = idle.poll(); worker != null; worker = idle.poll()) {
      workers.add(worker);
    }
    Closing.all(workers);
  }

  /** Does a task beside others, and if there is no room for that, alone. */
  private Done run(SortTask task) throws InterruptedException {
    room.readLock().lockInterruptibly();
    try {
      return runToItsEnd(task);
    } catch (PlasmaException e) {
      if (e.code() != ErrorCode.STORE_FULL) {
        throw e;
      }
    } finally {
      room.readLock().unlock();
    }
    yields.incrementAndGet();
    room.writeLock().lockInterruptibly();
    try {
      return runToItsEnd(task.again());
    } finally {
      room.writeLock().unlock();
    }
  }

  /** Takes an idle worker for one task, or for as many attempts as it needs. */
  private Done runToItsEnd(SortTask first) throws InterruptedException {
    Worker worker = idle.poll();
    SortTask task = first;
    while (true) {
      worker = worker == null ? startWorker() : worker;
      try {
        long start = System.nanoTime();
        List<Long> answer = worker.run(task);
        Turn turn =
            new Turn(
                Objects.requireNonNull(numbers.get(worker)),
                worker.pid(),
                start,
                System.nanoTime());
        idle.add(worker);
        return new Done(task, answer, turn);
      } catch (WorkerDiedException e) {
        worker.close();
        numbers.remove(worker);
        worker = null;
        if (task.attempt() + 1 == MAX_ATTEMPTS) {
          throw new WorkerFailedException(
              "workers die of a task: attempts=%d last=[%s]"
                  .formatted(MAX_ATTEMPTS, e.getMessage()),
              e);
        }
        retries.incrementAndGet();
        task = task.again();
      } catch (Throwable e) {
        idle.add(worker);
        throw e;
      }
    }
  }

  /** One that is killed before it is ready has no task to be the cause. */
  private Worker startWorker() throws InterruptedException {
    for (int attempt = 1; ; attempt++) {
      try {
        Worker worker = starter.start();
        numbers.put(worker, started.getAndIncrement());
        return worker;
      } catch (WorkerDiedException e) {
        if (attempt == MAX_ATTEMPTS || closed) {
          throw new WorkerFailedException("a worker could not be started: " + e.getMessage(), e);
        }
      }
    }
  }

  /** Does the same in each thread, until all are done or one has thrown. */
  private void runInAll(Callable<Boolean> work) throws InterruptedException {
    ExecutorCompletionService<Boolean> completions = new ExecutorCompletionService<>(threads);
    for (int i = 0; i < size; i++) {
      completions.submit(work);
    }
    for (int i = 0; i < size; i++) {
      try {
        completions.take().get();
      } catch (ExecutionException e) {
        switch (Objects.requireNonNull(e.getCause())) {
          case InterruptedException ignored ->
              throw new InterruptedException("the sort was stopped");
          case RuntimeException failure -> throw failure;
          case Error failure -> throw failure;
          default -> throw new IllegalStateException("workers throw nothing else", e);
        }
      }
    }
  }
}
