package io.plasmastore.sort;

import java.time.Duration;

/** Waits that must come to their end although the thread is interrupted. */
final class Waiting {
  /** Waits for something, for no longer than this. */
  interface Wait {
    /** Whether it has happened. */
    boolean await(long nanos) throws InterruptedException;
  }

  private Waiting() {}

  /**
   * Waits, and leaves the thread interrupted if it was or is meanwhile.
   *
   * @return whether it has happened
   */
  static boolean uninterruptibly(Duration patience, Wait wait) {
    long deadline = System.nanoTime() + patience.toNanos();
    boolean interrupted = Thread.interrupted();
    try {
      while (true) {
        try {
          return wait.await(deadline - System.nanoTime());
        } catch (InterruptedException e) {
          interrupted = true;
        }
      }
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }
}
