package io.plasmastore.arrow;

import io.plasmastore.SpareCores;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Work in steps that its caller does, with threads of a pool that take steps as they come to them.
 * Nobody waits for a thread that has not begun a step: on a busy machine the caller does all of it
 * as if there were no others. When {@link #run} ends, however it does, no thread is in a step, and
 * none will begin another.
 */
final class SharedSteps {
  /** A few threads use up what memory can do. */
  private static final int MAX_HELPERS = 3;

  /**
   * Looks at a helper that ends its step for so long: most do by then. To sleep at once is no
   * cheaper, and whoever else wants this core, however low its priority, may then have it for
   * milliseconds.
   */
  private static final long LOOK_NANOS = 300_000;

  private static final int LOOKS_BEFORE_CLOCK = 64;

  private final List<? extends Runnable> steps;
  private final Consumer<Thread> calling;
  private final Queue<Thread> helping = new ConcurrentLinkedQueue<>();
  private final AtomicInteger next = new AtomicInteger();
  // Helpers that are in a step, or about to look whether there is one left.
  private final AtomicInteger inside = new AtomicInteger();
  private final AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();
  private volatile @Nullable Thread waiting;

  private SharedSteps(List<? extends Runnable> steps, Consumer<Thread> calling) {
    this.steps = steps;
    this.calling = calling;
  }

  /**
   * Does all steps, in no order, each on one thread: this one, and others on {@link SpareCores}, as
   * many as there are. An interrupt does not end it.
   *
   * @throws RuntimeException or Error, what the first step threw that failed; steps that had not
   *     been begun then are not done
   */
  static void run(List<? extends Runnable> steps) {
    int others = Runtime.getRuntime().availableProcessors() - 1;
    SpareCores cores = SpareCores.ofProcess();
    run(steps, cores, Math.min(others, MAX_HELPERS), cores::callHere);
  }

  /**
   * The same with other helpers.
   *
   * @param executor runs a helper, at once or later, or never
   * @param helpers how many are asked at most
   */
  static void run(List<? extends Runnable> steps, Executor executor, int helpers) {
    run(steps, executor, helpers, helper -> {});
  }

  /**
   * The same.
   *
   * @param calling has a helper that does not get on use the core of this thread, which has nothing
   *     to do but wait for it
   */
  static void run(
      List<? extends Runnable> steps, Executor executor, int helpers, Consumer<Thread> calling) {
    new SharedSteps(steps, calling).share(executor, Math.min(helpers, steps.size() - 1));
  }

  private void share(Executor executor, int helpers) {
    try {
      for (int i = 0; i < helpers; i++) {
        executor.execute(this::help);
      }
      for (int step = take(); step < steps.size(); step = take()) {
        perform(step);
      }
    } finally {
      // Also where a helper could not be asked, and steps are left.
      next.set(steps.size());
      awaitHelpers();
    }
    switch (failure.get()) {
      case null -> {}
      case RuntimeException e -> throw e;
      case Error e -> throw e;
      default -> throw new AssertionError("nothing else is thrown", failure.get());
    }
  }

  private int take() {
    return next.getAndIncrement();
  }

  private void help() {
    helping.add(Thread.currentThread());
    boolean more = true;
    while (more) {
      // Before the step is taken: the caller takes all that are left, and then looks who is inside.
      // Either it sees this helper or the helper sees that nothing is left.
      inside.incrementAndGet();
      int step = take();
      more = step < steps.size();
      if (more) {
        perform(step);
      }
      inside.decrementAndGet();
      LockSupport.unpark(waiting);
    }
  }

  private void perform(int step) {
    try {
      steps.get(step).run();
    } catch (Throwable e) {
      failure.compareAndSet(null, e);
      // Nobody begins another.
      next.set(steps.size());
    }
  }

  private void awaitHelpers() {
    long since = System.nanoTime();
    while (inside.get() > 0 && System.nanoTime() - since < LOOK_NANOS) {
      for (int i = 0; i < LOOKS_BEFORE_CLOCK && inside.get() > 0; i++) {
        Thread.onSpinWait();
      }
    }
    if (inside.get() > 0) {
      // It was put aside in the middle of its step, or is slow; it may have this core.
      helping.forEach(calling);
    }
    waiting = Thread.currentThread();
    boolean interrupted = false;
    while (inside.get() > 0) {
      LockSupport.park(this);
      // Or it would not wait any more.
      interrupted |= Thread.interrupted();
    }
    waiting = null;
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
