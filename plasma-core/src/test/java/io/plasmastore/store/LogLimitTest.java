package io.plasmastore.store;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

class LogLimitTest {
  private static final long PERIOD = 1_000;

  private long now = Long.MAX_VALUE - 10;
  private final LogLimit limit = new LogLimit(3, PERIOD, () -> now);

  @Test
  void leavesOutWhatIsTooMuchAndSaysHowMuchThatWas() {
    for (int period = 0; period < 5; period++) {
      assertEquals(period == 0 ? 0 : 100, limit.enter());
      assertEquals(0, limit.enter());
      assertEquals(0, limit.enter());
      for (int i = 0; i < 100; i++) {
        now += PERIOD / 101;
        assertEquals(LogLimit.LEAVE_OUT, limit.enter());
      }
      now += PERIOD;
    }
  }

  @Test
  void leavesNothingOutOfALogThatIsQuiet() {
    for (int i = 0; i < 100; i++) {
      assertEquals(0, limit.enter());
      now += PERIOD / 3 + 1;
    }
  }
}
