package io.plasmastore.store;

import java.util.function.LongSupplier;

/**
 * How often a line is logged that others can bring about: at most so many times in each period. The
 * first line of the next period says how many were left out. On the event loop.
 */
final class LogLimit {
  /** The answer of {@link #enter} for a line that is to be left out. */
  static final long LEAVE_OUT = -1;

  private final int linesPerPeriod;
  private final long periodNanos;
  private final LongSupplier clockNanos;
  private long periodStart;
  private int lines;
  private long leftOut;

  LogLimit(int linesPerPeriod, long periodNanos, LongSupplier clockNanos) {
    this.linesPerPeriod = linesPerPeriod;
    this.periodNanos = periodNanos;
    this.clockNanos = clockNanos;
    this.periodStart = clockNanos.getAsLong();
  }

  /**
   * A line is about to be logged.
   *
   * @return {@link #LEAVE_OUT}, or how many lines were left out since the last one that was logged
   */
  long enter() {
    long now = clockNanos.getAsLong();
    if (now - periodStart >= periodNanos) {
      periodStart = now;
      lines = 0;
    }
    if (lines == linesPerPeriod) {
      leftOut++;
      return LEAVE_OUT;
    }
    lines++;
    long before = leftOut;
    leftOut = 0;
    return before;
  }
}
