package io.plasmastore.sort;

import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;

/** Takes the time of each phase and tells who listens, one call at a time. Any thread. */
final class PhaseClock {
  private final SortProgress progress;
  private final long begun = System.nanoTime();
  private final Map<SortPhase, Long> nanos = new EnumMap<>(SortPhase.class);
  private SortPhase phase = SortPhase.START;
  private long phaseBegun;
  private long rows;

  PhaseClock(SortProgress progress) {
    this.progress = progress;
  }

  /** Begins a phase that goes through so many rows, or 0 if not by rows. */
  synchronized void start(SortPhase next, long totalRows) {
    phase = next;
    rows = 0;
    phaseBegun = System.nanoTime();
    progress.started(next, totalRows);
  }

  /** Some rows more. */
  synchronized void advance(long moreRows) {
    rows += moreRows;
    progress.advanced(phase, rows);
  }

  /** A task was done, and so are its rows. */
  synchronized void worked(WorkerPool.Done done) {
    WorkerPool.Turn turn = done.turn();
    progress.worked(
        new SortWork(
            phase,
            done.task().label(),
            turn.worker(),
            turn.pid(),
            done.task().rows(),
            turn.startNanos(),
            turn.endNanos()));
    advance(done.task().rows());
  }

  /** The phase is done. */
  synchronized void finish() {
    long time = System.nanoTime() - phaseBegun;
    nanos.merge(phase, time, Long::sum);
    progress.finished(phase, Duration.ofNanos(time));
  }

  synchronized Map<SortPhase, Double> seconds() {
    Map<SortPhase, Double> seconds = new EnumMap<>(SortPhase.class);
    for (SortPhase each : SortPhase.values()) {
      seconds.put(each, nanos.getOrDefault(each, 0L) / 1e9);
    }
    return seconds;
  }

  double totalSeconds() {
    return (System.nanoTime() - begun) / 1e9;
  }
}
