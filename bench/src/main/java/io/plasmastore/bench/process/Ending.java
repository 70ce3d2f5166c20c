package io.plasmastore.bench.process;

import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Whether this JVM is on its way out since it was told so. What fails then, because others end too,
 * is nobody's concern: Ctrl-C goes to all processes of a terminal at once, and who reads from
 * another that heard it first sees a connection that was reset. So nothing is said of a failure
 * that the end explains, and the exit code is that of the signal, 130 or 143.
 */
public final class Ending {
  /**
   * What a command that was interrupted gives back. The JVM's own exit code has been set by then.
   */
  private static final int INTERRUPTED = 130;

  /** The signal may come a little later than what it has done elsewhere. */
  private static final long PATIENCE_MILLIS = 1_000;

  private static final CountDownLatch BEGUN = new CountDownLatch(1);

  static {
    Runtime.getRuntime().addShutdownHook(new Thread(BEGUN::countDown, "plasma-bench-ending"));
  }

  private Ending() {}

  /**
   * Runs a command. If it fails while this JVM ends, that is not told.
   *
   * @param command gives its exit code
   * @return that exit code
   */
  public static int quietly(Callable<Integer> command) throws Exception {
    try {
      return command.call();
    } catch (Exception e) {
      if (explains()) {
        return INTERRUPTED;
      }
      throw e;
    }
  }

  /** In a child, first of all: says nothing of a thread that fails while this JVM ends. */
  public static void silenceThreads() {
    Thread.setDefaultUncaughtExceptionHandler(
        (thread, failure) -> {
          if (!explains()) {
            System.err.print("Exception in thread \"" + thread.getName() + "\" ");
            failure.printStackTrace();
          }
        });
  }

  /** Whether this JVM ends, or begins to within a moment. */
  private static boolean explains() {
    try {
      return BEGUN.await(PATIENCE_MILLIS, TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return BEGUN.getCount() == 0;
    }
  }
}
