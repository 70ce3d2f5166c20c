package io.plasmastore.arrow;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class SharedStepsTest {
  private static final long PATIENCE_SECONDS = 30;
  private static final Executor THREADS = task -> new Thread(task, "helper").start();

  @Test
  void doesEachStepOnce() {
    for (int round = 0; round < 200; round++) {
      int count = 500;
      AtomicIntegerArray done = new AtomicIntegerArray(count);
      List<Runnable> steps = new ArrayList<>();
      for (int i = 0; i < count; i++) {
        int step = i;
        steps.add(() -> done.incrementAndGet(step));
      }
      SharedSteps.run(steps, ForkJoinPool.commonPool(), 3);
      for (int i = 0; i < count; i++) {
        assertEquals(1, done.get(i), "step " + i);
      }
    }
  }

  @Test
  void doesNothingWhereThereIsNothingToDo() {
    SharedSteps.run(List.of());
  }

  @Test
  void callsAHelperThatDoesNotEndItsStep() throws Exception {
    CountDownLatch begun = new CountDownLatch(1);
    CountDownLatch called = new CountDownLatch(1);
    AtomicReference<Thread> helper = new AtomicReference<>();
    Thread caller = Thread.currentThread();
    Runnable step =
        () -> {
          if (Thread.currentThread() == caller) {
            await(begun);
          } else {
            helper.set(Thread.currentThread());
            begun.countDown();
            await(called);
          }
        };
    SharedSteps.run(
        Collections.nCopies(2, step),
        THREADS,
        1,
        thread -> {
          assertSame(helper.get(), thread);
          called.countDown();
        });
    assertEquals(0, called.getCount());
  }

  @Test
  void doesAllStepsWhereNobodyComes() {
    List<Runnable> asked = new ArrayList<>();
    AtomicInteger done = new AtomicInteger();
    SharedSteps.run(Collections.nCopies(10, done::incrementAndGet), asked::add, 2);
    assertEquals(10, done.get());
    assertEquals(2, asked.size());
    // Those who come too late do nothing.
    asked.forEach(Runnable::run);
    assertEquals(10, done.get());
  }

  @Test
  void asksNoMoreHelpersThanThereAreSteps() {
    List<Runnable> asked = new ArrayList<>();
    SharedSteps.run(Collections.nCopies(2, () -> {}), asked::add, 3);
    assertEquals(1, asked.size());
  }

  @Test
  void waitsForAHelperThatIsInAStep() throws InterruptedException {
    Blocked blocked = new Blocked();
    blocked.start(step -> {});
    blocked.awaitWaitingCaller();
    assertFalse(blocked.ended.get());
    blocked.leave();
    assertNull(blocked.failure());
    assertEquals(Blocked.STEPS, blocked.done.get());
  }

  @Test
  void anInterruptDoesNotEndTheWait() throws InterruptedException {
    Blocked blocked = new Blocked();
    blocked.start(step -> {});
    blocked.awaitWaitingCaller();
    blocked.caller.interrupt();
    blocked.awaitWaitingCaller();
    assertFalse(blocked.ended.get());
    blocked.leave();
    assertNull(blocked.failure());
    assertTrue(blocked.interrupted.get());
  }

  @Test
  void anExceptionOfTheCallersDoesNotLeaveAHelperBehind() throws InterruptedException {
    Blocked blocked = new Blocked();
    IllegalStateException failure = new IllegalStateException("the caller's");
    blocked.start(
        step -> {
          throw failure;
        });
    blocked.awaitWaitingCaller();
    assertFalse(blocked.ended.get());
    blocked.leave();
    assertSame(failure, blocked.failure());
    // Nothing was begun after it failed, but for the step that the helper was in.
    assertEquals(1, blocked.done.get());
  }

  @Test
  void throwsWhatAHelperThrew() {
    CountDownLatch failed = new CountDownLatch(1);
    Runnable step =
        () -> {
          if (Thread.currentThread().getName().equals("helper")) {
            failed.countDown();
            throw new OutOfMemoryError("the helper's");
          }
          await(failed);
        };
    Error thrown =
        assertThrows(
            OutOfMemoryError.class,
            () -> SharedSteps.run(Collections.nCopies(100, step), THREADS, 1));
    assertEquals("the helper's", thrown.getMessage());
  }

  @Test
  void beginsNothingWhereNobodyCanBeAsked() {
    AtomicInteger done = new AtomicInteger();
    Executor refusing =
        task -> {
          throw new RejectedExecutionException("no more");
        };
    assertThrows(
        RejectedExecutionException.class,
        () -> SharedSteps.run(Collections.nCopies(9, done::incrementAndGet), refusing, 1));
    assertEquals(0, done.get());
  }

  private static void await(CountDownLatch latch) {
    try {
      assertTrue(latch.await(PATIENCE_SECONDS, TimeUnit.SECONDS), "in time");
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  /** A caller whose helper stays in its step until it is told to leave. */
  private static final class Blocked {
    static final int STEPS = 20;

    final AtomicInteger done = new AtomicInteger();
    final AtomicBoolean ended = new AtomicBoolean();
    final AtomicBoolean interrupted = new AtomicBoolean();
    private final AtomicReference<Throwable> failure = new AtomicReference<>();
    private final CountDownLatch entered = new CountDownLatch(1);
    private final CountDownLatch leaving = new CountDownLatch(1);
    private Thread caller = new Thread(() -> {});

    private interface Step {
      void run(int step);
    }

    void start(Step ofCaller) {
      List<Runnable> steps = new ArrayList<>();
      for (int i = 0; i < STEPS; i++) {
        int number = i;
        steps.add(
            () -> {
              if (Thread.currentThread().getName().equals("helper")) {
                entered.countDown();
                await(leaving);
              } else {
                await(entered);
                ofCaller.run(number);
              }
              done.incrementAndGet();
            });
      }
      caller =
          new Thread(
              () -> {
                try {
                  SharedSteps.run(steps, THREADS, 1);
                } catch (Throwable e) {
                  failure.set(e);
                }
                interrupted.set(Thread.currentThread().isInterrupted());
                ended.set(true);
              },
              "caller");
      caller.start();
    }

    /** Until the caller has done what it can, and sleeps. */
    void awaitWaitingCaller() throws InterruptedException {
      await(entered);
      long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
      while (!isWaitingForTheHelper()) {
        assertTrue(System.nanoTime() < deadline, "the caller waits: state=" + caller.getState());
        Thread.onSpinWait();
      }
    }

    private boolean isWaitingForTheHelper() {
      if (caller.getState() != Thread.State.WAITING || caller.isInterrupted()) {
        return false;
      }
      for (StackTraceElement frame : caller.getStackTrace()) {
        if (frame.getMethodName().equals("awaitHelpers")) {
          return true;
        }
      }
      return false;
    }

    void leave() throws InterruptedException {
      leaving.countDown();
      caller.join(TimeUnit.SECONDS.toMillis(PATIENCE_SECONDS));
      assertTrue(ended.get(), "the caller ends");
    }

    Throwable failure() {
      return failure.get();
    }
  }
}
