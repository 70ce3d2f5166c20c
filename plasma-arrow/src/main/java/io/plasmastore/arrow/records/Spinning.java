package io.plasmastore.arrow.records;

import java.time.Duration;
import java.util.function.BooleanSupplier;

/**
 * How long a receiver looks for the next message before it sleeps. To sleep and be woken costs both
 * ends some tens of microseconds; who looks for just as long first spends at most twice what would
 * have been best, and wherever the other end is quick there is no wake-up at all.
 *
 * <p>Where the sender is on the same core it can't send while this looks. Then this gives way
 * before each look (sched_yield(2)), and two ends that do so take turns without anybody being put
 * to sleep or woken. The kernel may move one of them to a core that is idle; then they look at each
 * other from there.
 *
 * <p>Only while that works: after a look in vain there is none for many times as long, and for
 * twice that when the next one is in vain again; and so after one that found the message but had
 * its turn back late, since others want the core: who sleeps is woken before they have had enough
 * of it. So where messages come seldom, or the machine has other things to do, looks are soon too
 * few to matter. And only if the process's {@link SpinBudget} allows it. For one thread.
 */
final class Spinning {
  /** About what a wake-up costs. */
  static final Duration DEFAULT = Duration.ofNanos(50_000);

  /** How many times as long as a look in vain there is none: it is a small part of the time. */
  private static final int TIMES = 16;

  private static final long MAX_PAUSE_NANOS = 1_000_000_000L;

  private static final int LOOKS_BEFORE_CLOCK = 32;

  private final long maxNanos;
  private final SpinBudget budget;
  private final int number;

  /** There is no look before this time of {@link System#nanoTime}, since the last pause began. */
  private long until = System.nanoTime();

  private long pauseNanos;

  /**
   * Looks for so long at most.
   *
   * @param budget of all who look
   * @throws IllegalArgumentException if it is negative
   */
  Spinning(Duration max, SpinBudget budget) {
    if (max.isNegative()) {
      throw new IllegalArgumentException("a time to spin is 0 or more: spin=" + max);
    }
    this.budget = budget;
    this.number = budget.join();
    // With one processor the sender can't publish while this looks.
    this.maxNanos = Runtime.getRuntime().availableProcessors() == 1 ? 0 : max.toNanos();
  }

  /**
   * Begins a wait now: looks for a message, if that is worthwhile.
   *
   * @param message whether it is there
   * @param isOnSendersCore whether this thread keeps the sender from running: then it gives way
   *     before each look, and the sender, if it has something to do, does it at once
   * @param now of {@link System#nanoTime}
   * @return whether the message is there
   */
  @SuppressWarnings("ThreadPriorityCheck") // It is the scheduler that this is about.
  boolean look(BooleanSupplier message, BooleanSupplier isOnSendersCore, long now) {
    // Also who would not look anyway is at work.
    boolean allowed = budget.mayLook(number, now);
    if (!allowed || maxNanos == 0 || now - until < 0) {
      return false;
    }
    boolean found = false;
    long looked = now;
    while (!found && looked - now < maxNanos) {
      if (isOnSendersCore.getAsBoolean()) {
        Thread.yield();
        found = message.getAsBoolean();
      } else {
        for (int i = 0; i < LOOKS_BEFORE_CLOCK && !found; i++) {
          Thread.onSpinWait();
          found = message.getAsBoolean();
        }
        if (found) {
          return true;
        }
      }
      looked = System.nanoTime();
    }
    // Also where it came: whoever else wants the core has had it meanwhile.
    if (!found || looked - now >= maxNanos) {
      pause(looked, looked - now);
    }
    return found;
  }

  /** A look was in vain, which took so long: perhaps longer than it was to, for want of time. */
  private void pause(long now, long lostNanos) {
    boolean soon = now - until <= Math.max(pauseNanos, 2 * lostNanos);
    long wanted = Math.max(TIMES * lostNanos, soon ? 2 * pauseNanos : 0);
    pauseNanos = Math.min(wanted, MAX_PAUSE_NANOS);
    until = now + pauseNanos;
  }
}
