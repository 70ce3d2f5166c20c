package io.plasmastore.bench.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import io.plasmastore.bench.measure.Measurement;
import org.junit.jupiter.api.Test;

class GoalTest {
  private static final Row ROW = Row.of("get", new Measurement("get", 90, 200, 80, 1, 10, 0));

  @Test
  void isMetByAMedianAtTheLimit() {
    assertEquals(true, ROW.withGoal(Goal.medianAtMost(90)).isMet());
    assertEquals(false, ROW.withGoal(Goal.medianAtMost(89)).isMet());
  }

  @Test
  void isMetByARatioOnTheRightSide() {
    Row row = ROW.withRatio(1.2);
    assertEquals(true, row.withGoal(Goal.ratioAtMost(1.5)).isMet());
    assertEquals(false, row.withGoal(Goal.ratioAtMost(1.1)).isMet());
    assertEquals(true, row.withGoal(Goal.ratioAtLeast(0.8)).isMet());
    assertEquals(false, row.withGoal(Goal.ratioAtLeast(50)).isMet());
  }

  @Test
  void isNotMetByARowWithoutARatio() {
    assertEquals(false, ROW.withGoal(Goal.ratioAtLeast(1)).isMet());
  }

  @Test
  void leavesARowWithoutOneOpen() {
    assertNull(ROW.isMet());
  }

  @Test
  void saysItsLimit() {
    assertEquals("≤ 5 µs", Goal.medianAtMost(5_000).text(Unit.TIME));
    assertEquals("≤ 200 B", Goal.medianAtMost(200).text(Unit.BYTES));
    assertEquals("≥ 50 ×", Goal.ratioAtLeast(50).text(Unit.TIME));
    assertEquals("≤ 1.50 ×", Goal.ratioAtMost(1.5).text(Unit.TIME));
  }
}
