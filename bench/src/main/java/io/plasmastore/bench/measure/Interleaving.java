package io.plasmastore.bench.measure;

import java.time.Duration;
import java.util.List;

/**
 * Times several probes in turns, A B C A B C …, so that whatever else the machine does meets all of
 * them: what is compared was measured in the same seconds. On the calling thread.
 */
public final class Interleaving {
  /** Of a run, each with a median of its own; a slow probe gets one round in each. */
  private static final int PARTS = 5;

  private final List<Recorder> recorders;

  private Interleaving(List<Probe> probes) {
    this.recorders = probes.stream().map(Recorder::new).toList();
  }

  /**
   * Measures.
   *
   * @param probes what, in the order of their turns
   * @param warmup how long to run before it counts
   * @param duration how long to measure, all of them together
   * @return a measurement for each probe
   * @throws Exception what a probe threw
   */
  public static List<Measurement> measure(List<Probe> probes, Duration warmup, Duration duration)
      throws Exception {
    Interleaving interleaving = new Interleaving(probes);
    interleaving.run(warmup);
    interleaving.recorders.forEach(Recorder::reset);
    interleaving.run(duration);
    return interleaving.recorders.stream().map(Recorder::measurement).toList();
  }

  /**
   * Measures what is too slow for a time to be given, and warm already.
   *
   * @param probes what, in the order of their turns
   * @param rounds how many turns each has
   * @return a measurement for each probe
   * @throws Exception what a probe threw
   */
  public static List<Measurement> measure(List<Probe> probes, int rounds) throws Exception {
    Interleaving interleaving = new Interleaving(probes);
    for (int round = 0; round < rounds; round++) {
      for (Recorder recorder : interleaving.recorders) {
        recorder.round();
        recorder.endPart();
      }
    }
    return interleaving.recorders.stream().map(Recorder::measurement).toList();
  }

  private void run(Duration duration) throws Exception {
    long start = System.nanoTime();
    for (int part = 1; part <= PARTS; part++) {
      long end = duration.toNanos() * part / PARTS;
      do {
        for (Recorder recorder : recorders) {
          recorder.round();
        }
      } while (System.nanoTime() - start < end);
      recorders.forEach(Recorder::endPart);
    }
  }
}
