package io.plasmastore.bench.sort;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * Says when sorts by some ways, which take turns, have become as fast as they will be. Loops are
 * compiled within a sort or two. What stands around them runs some hundred times a sort, and in
 * each worker process for itself: until that is compiled too, some ten to twenty sorts later, the
 * compiler takes a part of the processors.
 *
 * <p>A way is warm when the fastest of its last rounds was hardly faster than the fastest before:
 * of the fastest, as others on the machine make rounds slower and never faster.
 */
final class WarmUp {
  /** Rounds that are held against those before. */
  private static final int LAST = 5;

  /** What they may gain. */
  private static final double MARGIN = 0.02;

  /** A machine on which ways don't become warm is measured all the same. */
  private static final int TIMES_THE_LEAST = 2;

  private final int least;
  private final double mostSeconds;
  private final List<List<Double>> ways = new ArrayList<>();
  private double sum;
  private double sumOfLeast;

  /**
   * Begins.
   *
   * @param ways how many there are
   * @param least rounds; twice as many are the most
   * @param mostSeconds that the rounds may take which come after the least
   */
  WarmUp(int ways, int least, double mostSeconds) {
    this.least = least;
    this.mostSeconds = mostSeconds;
    for (int i = 0; i < ways; i++) {
      this.ways.add(new ArrayList<>());
    }
  }

  /** A round of a way took so long. */
  void took(int way, double seconds) {
    ways.get(way).add(seconds);
    sum += seconds;
    if (ways.get(way).size() <= least) {
      sumOfLeast += seconds;
    }
  }

  /** The rounds that all ways have had. */
  int rounds() {
    return ways.stream().mapToInt(List::size).min().orElse(0);
  }

  /** Whether there is to be no other round. */
  boolean isOver() {
    return rounds() >= least
        && (rounds() >= least * TIMES_THE_LEAST
            || sum - sumOfLeast >= mostSeconds
            || ways.stream().allMatch(WarmUp::isWarm));
  }

  private static boolean isWarm(List<Double> seconds) {
    int before = seconds.size() - LAST;
    return before > 0
        && Collections.min(seconds.subList(before, seconds.size()))
            >= Collections.min(seconds.subList(0, before)) * (1 - MARGIN);
  }
}
