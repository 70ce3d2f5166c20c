package io.plasmastore.store;

import java.util.function.LongSupplier;

/**
 * How much of the disk spilled objects take and may take. The core's, on the event loop.
 *
 * <p>Room for two objects of the largest size is left to those that must leave memory while another
 * comes back: a store whose memory and disk are both full could bring nothing back without.
 */
final class SpillBudget {
  /** How long nothing is written after the disk refused something. */
  static final long PAUSE_MILLIS = 1_000;

  private final long limit;
  private final LongSupplier clockMillis;
  private long used;
  private long reserved;
  private long largest;
  private long pausedUntil;
  private long exchangePausedUntil;
  private String refusal = "";

  /**
   * A budget of which nothing is taken.
   *
   * @param limit bytes, in whole blocks of the disk; 0 for no limit
   */
  SpillBudget(long limit, LongSupplier clockMillis) {
    this.limit = limit;
    this.clockMillis = clockMillis;
  }

  /**
   * Asks for room on the disk.
   *
   * @param exchange whether it is for an object that leaves so that another can come back
   * @return whether it is reserved now
   */
  boolean reserve(long bytes, boolean exchange) {
    largest = Math.max(largest, bytes);
    if (isPaused(exchange)) {
      return false;
    }
    if (limit > 0 && used + reserved + bytes > limit - leftFree(exchange)) {
      refusal =
          "the limit is reached: wanted=%d taken=%d limit=%d leftFree=%d"
              .formatted(bytes, used + reserved, limit, leftFree(exchange));
      return false;
    }
    reserved += bytes;
    refusal = "";
    return true;
  }

  /** Bytes of the disk that a write must leave to others. */
  long leftFree(boolean exchange) {
    return exchange ? 0 : 2 * largest;
  }

  /** The disk refused what was asked: nothing that takes more of it is tried for a while. */
  void pause(String reason, boolean exchange) {
    pausedUntil = clockMillis.getAsLong() + PAUSE_MILLIS;
    if (exchange) {
      exchangePausedUntil = pausedUntil;
    }
    refusal = reason;
  }

  boolean isPaused(boolean exchange) {
    return clockMillis.getAsLong() < (exchange ? exchangePausedUntil : pausedUntil);
  }

  /** A write has ended. */
  void unreserve(long bytes) {
    reserved -= bytes;
  }

  /** Something lies on the disk. */
  void take(long bytes) {
    used += bytes;
    largest = Math.max(largest, bytes);
  }

  /** Something was removed, or is removed before anything else is written. */
  void giveBack(long bytes) {
    used -= bytes;
  }

  /** Bytes that lie on the disk. */
  long used() {
    return used;
  }

  /** For the text of an error: why nothing more is written, with the numbers, if that is so. */
  String describe() {
    if (refusal.isEmpty()) {
      return "";
    }
    return " spillUsed=%d%s; nothing more is spilled: %s"
        .formatted(used, limit > 0 ? " spillLimit=" + limit : "", refusal);
  }
}
