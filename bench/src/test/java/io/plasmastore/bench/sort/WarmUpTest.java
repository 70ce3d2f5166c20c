package io.plasmastore.bench.sort;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.function.IntToDoubleFunction;
import org.junit.jupiter.api.Test;

class WarmUpTest {
  private static final double LONG = 1e9;

  @Test
  void takesSoManyRoundsAtLeast() {
    assertEquals(10, rounds(10, LONG, _ -> 1));
    assertEquals(2, rounds(2, 0, _ -> 1));
  }

  @Test
  void goesOnWhileRoundsBecomeFaster() {
    // The 13th is the fastest, which is known when five more are no faster.
    assertEquals(18, rounds(10, LONG, round -> Math.max(1, 2.2 - 0.1 * round)));
  }

  @Test
  void takesNoNoticeOfRoundsThatSomebodyElseMadeSlow() {
    assertEquals(10, rounds(10, LONG, round -> round % 3 == 1 ? 1 : 1.5));
  }

  @Test
  void endsAfterTwiceAsManyWhateverTheyTake() {
    assertEquals(20, rounds(10, LONG, round -> Math.pow(0.9, round)));
  }

  @Test
  void endsWhenTimeIsUp() {
    // Two ways of 100 s at most a round: the eleventh takes them past the time, but not the ten.
    assertEquals(11, rounds(10, 50, round -> 100 * Math.pow(0.99, round)));
  }

  @Test
  void isNotOverBeforeEachWayIsWarm() {
    WarmUp warmUp = new WarmUp(2, 10, LONG);
    while (!warmUp.isOver()) {
      warmUp.took(0, 1);
      warmUp.took(1, Math.max(1, 2.2 - 0.1 * warmUp.rounds()));
    }
    assertEquals(18, warmUp.rounds());
  }

  /** How many rounds of two ways warm up that take the same. */
  private static int rounds(int least, double mostSeconds, IntToDoubleFunction seconds) {
    WarmUp warmUp = new WarmUp(2, least, mostSeconds);
    while (!warmUp.isOver()) {
      double taken = seconds.applyAsDouble(warmUp.rounds());
      warmUp.took(0, taken);
      warmUp.took(1, taken);
    }
    return warmUp.rounds();
  }
}
