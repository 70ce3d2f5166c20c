package io.plasmastore;

import java.time.Duration;

/** What a duration means as a timeout. */
final class Timeouts {
  private static final long FOR_EVER = -1;

  private Timeouts() {}

  /**
   * Milliseconds, rounded up, so that a wait never ends early; −1 for a negative duration, or one
   * past what a long can say.
   */
  static long millis(Duration timeout) {
    if (timeout.isNegative() || timeout.toSeconds() >= Long.MAX_VALUE / 1000) {
      return FOR_EVER;
    }
    return timeout.plusNanos(999_999).toMillis();
  }
}
