package io.plasmastore.arrow.records;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class SpinningTest {
  private static final Duration LONG = Duration.ofSeconds(20);
  private static final long SECOND = 1_000_000_000;

  private final SpinBudget budget = new SpinBudget(4);

  @BeforeEach
  void needsASecondProcessor() {
    Assumptions.assumeTrue(Runtime.getRuntime().availableProcessors() > 1);
  }

  @Test
  void looksUntilTheMessageIsThere() {
    Spinning spinning = new Spinning(LONG, budget);
    for (int round = 0; round < 3; round++) {
      AtomicInteger looks = new AtomicInteger();
      assertTrue(
          spinning.look(() -> looks.incrementAndGet() == 100, () -> false, System.nanoTime()));
      assertEquals(100, looks.get());
    }
  }

  @Test
  void looksNoLongerThanItIsTold() {
    assertFalse(
        new Spinning(Duration.ofNanos(1), budget)
            .look(() -> false, () -> false, System.nanoTime()));
  }

  @Test
  void neverLooksWhereItIsToldSo() {
    Spinning spinning = new Spinning(Duration.ZERO, budget);
    assertFalse(looks(spinning, System.nanoTime()));
    assertThrows(IllegalArgumentException.class, () -> new Spinning(Duration.ofNanos(-1), budget));
  }

  @Test
  void doesNotLookForAWhileAfterALookInVainAndThenAgain() {
    Spinning spinning = new Spinning(Duration.ofMillis(1), budget);
    long start = System.nanoTime();
    assertFalse(spinning.look(() -> false, () -> false, start));
    // It took a millisecond at least, and so there is none for sixteen.
    assertFalse(looks(spinning, start + 16_000_000));
    // A second at most: there may be somebody quick again.
    assertTrue(looks(spinning, start + 60 * SECOND));
  }

  @Test
  void doesNotGiveWayForAWhileIfItsTurnCameBackLate() {
    for (boolean onSendersCore : new boolean[] {true, false}) {
      Spinning spinning = new Spinning(Duration.ofMillis(1), budget);
      long start = System.nanoTime();
      BooleanSupplier late = () -> isPast(start + 2_000_000);
      assertTrue(spinning.look(late, () -> onSendersCore, start));
      assertEquals(!onSendersCore, looks(spinning, start + 16_000_000));
      assertTrue(looks(spinning, start + 60 * SECOND));
    }
  }

  /** True, as soon as it is so late. */
  private static boolean isPast(long time) {
    while (System.nanoTime() - time < 0) {
      Thread.onSpinWait();
    }
    return true;
  }

  @Test
  void asksWhetherOthersAreAtWork() {
    Spinning first = new Spinning(LONG, new SpinBudget(2));
    assertTrue(looks(first, System.nanoTime()));
    SpinBudget crowded = new SpinBudget(2);
    Spinning second = new Spinning(LONG, crowded);
    long now = System.nanoTime() + SECOND;
    boolean unused = crowded.mayLook(crowded.join(), now);
    assertFalse(looks(second, now));
  }

  private static boolean looks(Spinning spinning, long now) {
    return spinning.look(() -> true, () -> false, now);
  }
}
