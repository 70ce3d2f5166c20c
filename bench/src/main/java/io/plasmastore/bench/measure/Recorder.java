package io.plasmastore.bench.measure;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import org.HdrHistogram.Histogram;

/** Times the samples of one probe, and counts what they allocate. */
final class Recorder {
  /** The histogram counts whole numbers, and an operation may take few nanoseconds. */
  private static final int PICOS_PER_NANO = 1000;

  /** A quarter of an hour for one operation. */
  private static final long MAX_PICOS = 900L * 1_000_000_000 * PICOS_PER_NANO;

  private static final int DIGITS = 3;
  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

  private final Probe probe;
  private final Histogram picos = new Histogram(MAX_PICOS, DIGITS);
  private final Histogram part = new Histogram(MAX_PICOS, DIGITS);
  private long allocatedBytes;
  private double low = Double.MAX_VALUE;
  private double high;

  Recorder(Probe probe) {
    this.probe = probe;
  }

  /** Lets the probe make ready, takes the samples of one round, and lets it put things back. */
  void round() throws Exception {
    probe.beforeRound();
    long allocatedBefore = THREADS.getCurrentThreadAllocatedBytes();
    for (int i = 0; i < probe.samplesPerRound(); i++) {
      record(probe.timedSample());
    }
    allocatedBytes += THREADS.getCurrentThreadAllocatedBytes() - allocatedBefore;
    probe.afterRound();
  }

  /** Adds the time of one sample. */
  void record(long nanos) {
    part.recordValue(Math.min(MAX_PICOS, nanos * PICOS_PER_NANO / probe.operations()));
  }

  /** Ends a part of the run: medians of parts show how steady they are. */
  void endPart() {
    double median = nanos(part.getValueAtPercentile(50));
    low = Math.min(low, median);
    high = Math.max(high, median);
    picos.add(part);
    part.reset();
  }

  /** Forgets what was recorded so far. */
  void reset() {
    picos.reset();
    part.reset();
    allocatedBytes = 0;
    low = Double.MAX_VALUE;
    high = 0;
  }

  /** What the run was, whose last part this ends. */
  Measurement measurement() {
    if (part.getTotalCount() > 0) {
      endPart();
    }
    long samples = picos.getTotalCount();
    return new Measurement(
        probe.name(),
        nanos(picos.getValueAtPercentile(50)),
        nanos(picos.getValueAtPercentile(99)),
        nanos(picos.getMinValue()),
        probe.operations(),
        samples,
        samples == 0 ? 0 : (double) allocatedBytes / samples / probe.operations(),
        low,
        high);
  }

  private static double nanos(long picos) {
    return (double) picos / PICOS_PER_NANO;
  }
}
