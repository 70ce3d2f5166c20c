package io.plasmastore.sort;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.plasmastore.ErrorCode;
import io.plasmastore.PlasmaException;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Tasks and workers without a store. */
class WorkerPoolTest {
  private final Set<FakeWorker> open = Collections.newSetFromMap(new ConcurrentHashMap<>());

  /** Does with a task whatever the test says. */
  private final class FakeWorker implements Worker {
    private final Work work;

    FakeWorker(Work work) {
      this.work = work;
      open.add(this);
    }

    @Override
    public List<Long> run(SortTask task) throws WorkerDiedException, InterruptedException {
      return work.run(task);
    }

    @Override
    public void close() {
      open.remove(this);
    }
  }

  /** What a worker does. */
  private interface Work {
    List<Long> run(SortTask task) throws WorkerDiedException, InterruptedException;
  }

  @Test
  void doesEachTaskOnce() throws InterruptedException {
    AtomicInteger told = new AtomicInteger();
    try (WorkerPool pool = pool(3, task -> List.of(task.rows()))) {
      List<WorkerPool.Done> done = pool.run(tasks(100), _ -> told.incrementAndGet());
      Set<Long> answers = new HashSet<>();
      done.forEach(each -> answers.add(each.answer().getFirst()));
      assertEquals(100, answers.size());
      assertEquals(100, told.get());
      assertEquals(0, pool.retries());
    }
    assertEquals(Set.of(), open);
  }

  @Test
  void givesATaskWhoseWorkerDiedToAnother() throws InterruptedException {
    Work work =
        task -> {
          if (task.rows() % 10 == 3 && task.attempt() == 0) {
            throw new WorkerDiedException("killed");
          }
          return List.of((long) task.attempt());
        };
    try (WorkerPool pool = pool(3, work)) {
      List<WorkerPool.Done> done = pool.run(tasks(50), _ -> {});
      assertEquals(50, done.size());
      assertEquals(5, done.stream().filter(each -> each.answer().getFirst() == 1).count());
      assertEquals(5, pool.retries());
    }
    assertEquals(Set.of(), open);
  }

  @Test
  void givesUpATaskOfWhichWorkersDieAgainAndAgain() throws InterruptedException {
    Work work =
        task -> {
          if (task.rows() == 7) {
            throw new WorkerDiedException("killed");
          }
          return List.of();
        };
    try (WorkerPool pool = pool(2, work)) {
      List<SortTask> tasks = tasks(20);
      WorkerFailedException failure =
          assertThrows(WorkerFailedException.class, () -> pool.run(tasks, _ -> {}));
      assertEquals("workers die of a task: attempts=3 last=[killed]", failure.getMessage());
    }
    assertEquals(Set.of(), open);
  }

  @Test
  void startsAnotherWhereAWorkerDiesAsItStarts() throws InterruptedException {
    AtomicInteger starts = new AtomicInteger();
    Work work = task -> List.of(task.rows());
    WorkerPool.Starter dying =
        () -> {
          if (starts.incrementAndGet() <= 2) {
            throw new WorkerDiedException("killed");
          }
          return new FakeWorker(work);
        };
    try (WorkerPool pool = new WorkerPool(1, dying)) {
      pool.start();
      assertEquals(5, pool.run(tasks(5), _ -> {}).size());
      assertEquals(3, starts.get());
    }
    assertEquals(Set.of(), open);
  }

  @Test
  void givesUpWhereWorkersDieAsTheyStart() {
    AtomicInteger starts = new AtomicInteger();
    WorkerPool.Starter dying =
        () -> {
          starts.incrementAndGet();
          throw new WorkerDiedException("killed");
        };
    try (WorkerPool pool = new WorkerPool(1, dying)) {
      WorkerFailedException failure = assertThrows(WorkerFailedException.class, pool::start);
      assertEquals("a worker could not be started: killed", failure.getMessage());
      assertEquals(3, starts.get());
    }
  }

  @Test
  void endsTheOtherTasksWhenOneFails() throws InterruptedException {
    PlasmaException failure = new PlasmaException(ErrorCode.LIMIT_EXCEEDED, "too long");
    CountDownLatch begun = new CountDownLatch(1);
    Work work =
        task -> {
          if (task.rows() == 0) {
            begun.await();
            throw failure;
          }
          begun.countDown();
          // Until it is interrupted.
          new CountDownLatch(1).await();
          return List.of();
        };
    try (WorkerPool pool = pool(2, work)) {
      List<SortTask> tasks = tasks(5);
      assertSame(failure, assertThrows(PlasmaException.class, () -> pool.run(tasks, _ -> {})));
    }
    assertEquals(Set.of(), open);
  }

  @Test
  void doesATaskAloneThatMetAFullStoreBesideOthers() throws InterruptedException {
    AtomicInteger atWork = new AtomicInteger();
    Work work =
        task -> {
          int others = atWork.getAndIncrement();
          try {
            if (task.rows() % 7 == 0 && (others > 0 || task.attempt() == 0)) {
              throw new PlasmaException(ErrorCode.STORE_FULL, "full");
            }
            return List.of((long) task.attempt());
          } finally {
            atWork.decrementAndGet();
          }
        };
    try (WorkerPool pool = new WorkerPool(3, () -> new FakeWorker(work))) {
      pool.start();
      List<WorkerPool.Done> done = pool.run(tasks(70), _ -> {});
      assertEquals(70, done.size());
      assertEquals(10, pool.yields());
      assertEquals(0, pool.retries());
      List<SortTask> full = List.of(new SortTask.Merge(0, 7, List.of(), 5));
      Work always =
          _ -> {
            throw new PlasmaException(ErrorCode.STORE_FULL, "full");
          };
      try (WorkerPool hopeless = new WorkerPool(2, () -> new FakeWorker(always))) {
        hopeless.start();
        assertThrows(PlasmaException.class, () -> hopeless.run(full, _ -> {}));
      }
    }
    assertEquals(Set.of(), open);
  }

  private WorkerPool pool(int size, Work work) throws InterruptedException {
    WorkerPool pool = new WorkerPool(size, () -> new FakeWorker(work));
    pool.start();
    assertEquals(size, open.size());
    return pool;
  }

  /** Tasks of 0, 1, 2, … rows. */
  private static List<SortTask> tasks(int count) {
    return IntStream.range(0, count)
        .<SortTask>mapToObj(i -> new SortTask.Merge(i, i, List.of(), 0))
        .toList();
  }
}
