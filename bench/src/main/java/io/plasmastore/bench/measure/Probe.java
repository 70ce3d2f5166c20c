package io.plasmastore.bench.measure;

/** An operation to be timed: a number of them make a sample, a number of samples a round. */
public interface Probe {
  /**
   * One operation; the loop around it belongs to the probe, so that each has compiled code of its
   * own.
   */
  @FunctionalInterface
  interface Sample {
    /** Does the operations of one sample. */
    void run() throws Exception;
  }

  /** What its measurement is called. */
  String name();

  /**
   * Operations in a sample; a sample is timed as a whole, so it should last many times the clock's
   * 30 ns.
   */
  int operations();

  /** Samples in a row before the next probe has its turn. */
  int samplesPerRound();

  /** Does the operations of one sample, under the clock. */
  void sample() throws Exception;

  /**
   * Does a sample and says how long it took: by this process's clock, unless the end of it is in
   * another process.
   *
   * @return nanoseconds
   */
  default long timedSample() throws Exception {
    long start = System.nanoTime();
    sample();
    return System.nanoTime() - start;
  }

  /** Makes things ready for a round, off the clock. */
  default void beforeRound() throws Exception {}

  /** Puts things back after a round, off the clock. */
  default void afterRound() throws Exception {}

  /**
   * A probe that needs nothing put back.
   *
   * @param name what its measurement is called
   * @param operations how many one run of the sample does
   * @param samplesPerRound samples in a row
   * @param sample what to time
   */
  static Probe of(String name, int operations, int samplesPerRound, Sample sample) {
    return new SimpleProbe(name, operations, samplesPerRound, sample);
  }

  /** A probe that needs nothing put back. */
  record SimpleProbe(String name, int operations, int samplesPerRound, Sample run)
      implements Probe {
    @Override
    public void sample() throws Exception {
      run.run();
    }
  }
}
