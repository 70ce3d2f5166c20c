package io.plasmastore.testing;

import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.locks.LockSupport;

/** Waits for what another thread or process brings about: with a deadline, and saying for what. */
public final class Eventually {
  private static final Duration DEADLINE = Duration.ofSeconds(30);
  private static final long FIRST_PAUSE_NANOS = 20_000;
  private static final long LONGEST_PAUSE_NANOS = 1_000_000;

  private Eventually() {}

  /** Waits until a condition holds. */
  public static void holds(String what, Callable<Boolean> condition) {
    equal(what, true, condition);
  }

  /** Waits until something has a value. */
  public static <T> void equal(String what, T wanted, Callable<T> found) {
    long end = System.nanoTime() + DEADLINE.toNanos();
    long pause = FIRST_PAUSE_NANOS;
    T last;
    do {
      try {
        last = found.call();
      } catch (Exception e) {
        throw new AssertionError("while waiting: for=" + what, e);
      }
      if (Objects.equals(last, wanted)) {
        return;
      }
      LockSupport.parkNanos(pause);
      pause = Math.min(LONGEST_PAUSE_NANOS, pause + pause / 4);
    } while (System.nanoTime() < end);
    throw new AssertionError("waited in vain: for=" + what + " wanted=" + wanted + " is=" + last);
  }
}
