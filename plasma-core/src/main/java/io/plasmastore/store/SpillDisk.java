package io.plasmastore.store;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.concurrent.Callable;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * The threads that wait for the disk, so that the event loop never does: one writes and removes, in
 * the order in which it was asked; the other reads, so that no get stands behind a row of writes.
 */
final class SpillDisk {
  private static final Logger LOG = System.getLogger(SpillDisk.class.getName());
  private static final long STOP_SECONDS = 30;

  private final Executor loop;
  private final ExecutorService writer = thread("plasma-spill");
  private final ExecutorService reader = thread("plasma-restore");
  private volatile boolean stopping;

  SpillDisk(Executor loop) {
    this.loop = loop;
  }

  /** Whether work under way is to end early. */
  boolean isStopping() {
    return stopping;
  }

  /**
   * Writes or removes.
   *
   * @param done hears of the result, on the event loop
   * @param failed or of the failure
   */
  <T> void write(Callable<T> work, Consumer<T> done, Consumer<Exception> failed) {
    run(writer, work, done, failed);
  }

  /** Reads; the rest as {@link #write}. */
  <T> void read(Callable<T> work, Consumer<T> done, Consumer<Exception> failed) {
    run(reader, work, done, failed);
  }

  /** Ends what is under way. Afterwards nothing touches the heap or the disk. */
  void stop() throws InterruptedException {
    stopping = true;
    // Without interrupting: what is to be removed is removed.
    writer.shutdown();
    reader.shutdown();
    boolean written = writer.awaitTermination(STOP_SECONDS, TimeUnit.SECONDS);
    boolean read = reader.awaitTermination(STOP_SECONDS, TimeUnit.SECONDS);
    if (!written || !read) {
      throw new IllegalStateException("the disk does not answer: seconds=" + STOP_SECONDS);
    }
  }

  private <T> void run(
      Executor thread, Callable<T> work, Consumer<T> done, Consumer<Exception> failed) {
    thread.execute(
        () -> {
          try {
            T result = work.call();
            tell(() -> done.accept(result));
          } catch (Exception e) {
            tell(() -> failed.accept(e));
          }
        });
  }

  private void tell(Runnable outcome) {
    try {
      loop.execute(outcome);
    } catch (RejectedExecutionException e) {
      LOG.log(Level.DEBUG, "the disk answers a store that has stopped");
    }
  }

  private static ExecutorService thread(String name) {
    return Executors.newSingleThreadExecutor(Thread.ofPlatform().name(name).daemon(true).factory());
  }
}
