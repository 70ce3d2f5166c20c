package io.plasmastore.sort;

import java.time.Duration;

/**
 * Is told how a sort gets on. It is called by different threads, but never by two at once, and
 * holds up the sort while it runs; what it throws ends the sort.
 */
public interface SortProgress {
  /** Hears nothing. */
  SortProgress NONE = new SortProgress() {};

  /**
   * A phase begins.
   *
   * @param phase which
   * @param rows that it will go through; 0 if it does not go by rows
   */
  default void started(SortPhase phase, long rows) {}

  /**
   * A phase has got on.
   *
   * @param phase which
   * @param rows that it has gone through so far
   */
  default void advanced(SortPhase phase, long rows) {}

  /**
   * A worker has done a task of the phase that goes on. Told before {@link #advanced} counts the
   * task's rows.
   *
   * @param work which, by whom, and when
   */
  default void worked(SortWork work) {}

  /**
   * A phase is done.
   *
   * @param phase which
   * @param time since it began
   */
  default void finished(SortPhase phase, Duration time) {}
}
