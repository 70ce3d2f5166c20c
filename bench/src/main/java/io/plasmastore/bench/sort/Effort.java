package io.plasmastore.bench.sort;

import java.util.ArrayList;
import java.util.List;

/**
 * How often something is timed.
 *
 * @param rounds that count, at most
 * @param budgetSeconds after which no other round begins
 * @param warmUpSeconds that rounds go on before one counts; a JVM compiles a sort's loops for some
 *     seconds, however few rows it sorts
 */
public record Effort(int rounds, double budgetSeconds, double warmUpSeconds) {
  /** A first round that takes longer is no warm-up any more, and counts. */
  private static final double LONG_SECONDS = 20;

  /** What the goals are stated for. */
  public static final Effort FULL = new Effort(5, 100, 5);

  /** Timed from the second round on. */
  public Effort(int rounds, double budgetSeconds) {
    this(rounds, budgetSeconds, 0);
  }

  /** The same with another number of rounds. */
  Effort withRounds(int count) {
    return new Effort(count, budgetSeconds, warmUpSeconds);
  }

  /** Something that takes time. */
  @FunctionalInterface
  public interface Round {
    /**
     * Does it.
     *
     * @param first whether it is the first time, when the result is to be checked
     * @return seconds
     */
    double run(boolean first) throws Exception;
  }

  /**
   * Times something: once or more to warm up, and then as often as it may.
   *
   * @return the seconds of each round that counts, one at least
   */
  public List<Double> time(Round round) throws Exception {
    long start = System.nanoTime();
    List<Double> seconds = new ArrayList<>();
    double first = round.run(true);
    if (first > LONG_SECONDS) {
      seconds.add(first);
    } else {
      while ((System.nanoTime() - start) / 1e9 < warmUpSeconds) {
        round.run(false);
      }
    }
    while (seconds.size() < rounds
        && (seconds.isEmpty() || (System.nanoTime() - start) / 1e9 < budgetSeconds)) {
      seconds.add(round.run(false));
    }
    return seconds;
  }
}
