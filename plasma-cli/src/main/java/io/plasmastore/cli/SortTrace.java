package io.plasmastore.cli;

import io.plasmastore.sort.SortPhase;
import io.plasmastore.sort.SortProgress;
import io.plasmastore.sort.SortWork;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Writes down when which phase of a sort went on, and which worker did which task when. One sort;
 * read it when that has returned.
 */
final class SortTrace implements SortProgress {
  private static final double NANOS_PER_MICRO = 1e3;

  private final List<Span> phases = new ArrayList<>();
  private final Map<Worker, List<Span>> tasks =
      new TreeMap<>(Comparator.comparingInt(Worker::number));
  private long origin;
  private long phaseStart;
  private long phaseRows;

  /**
   * Who does tasks.
   *
   * @param number of the worker, from 0
   * @param pid of its process
   */
  record Worker(int number, long pid) {
    /** Whether it is a thread of this process. */
    boolean isThread() {
      return pid == ProcessHandle.current().pid();
    }

    String name() {
      return "worker " + number + (isThread() ? "" : " (process " + pid + ")");
    }
  }

  /**
   * Something that took its time.
   *
   * @param name what it was
   * @param phase that it was part of
   * @param startMicros since the trace began
   * @param endMicros since the trace began
   * @param rows that it went through, 0 if not by rows
   */
  record Span(String name, SortPhase phase, double startMicros, double endMicros, long rows) {}

  @Override
  public synchronized void started(SortPhase phase, long rows) {
    phaseStart = System.nanoTime();
    phaseRows = rows;
    if (phases.isEmpty()) {
      origin = phaseStart;
    }
  }

  @Override
  public synchronized void worked(SortWork work) {
    tasks
        .computeIfAbsent(new Worker(work.worker(), work.pid()), worker -> new ArrayList<>())
        .add(
            new Span(
                work.task(),
                work.phase(),
                micros(work.startNanos()),
                micros(work.endNanos()),
                work.rows()));
  }

  @Override
  public synchronized void finished(SortPhase phase, Duration time) {
    double start = micros(phaseStart);
    phases.add(
        new Span(phase.label(), phase, start, start + time.toNanos() / NANOS_PER_MICRO, phaseRows));
  }

  /** The phases, in the order in which they were. */
  synchronized List<Span> phases() {
    return List.copyOf(phases);
  }

  /** What each worker did, by its number. */
  synchronized Map<Worker, List<Span>> tasks() {
    Map<Worker, List<Span>> copy = new TreeMap<>(Comparator.comparingInt(Worker::number));
    tasks.forEach((worker, spans) -> copy.put(worker, List.copyOf(spans)));
    return copy;
  }

  private double micros(long nanos) {
    return (nanos - origin) / NANOS_PER_MICRO;
  }
}
