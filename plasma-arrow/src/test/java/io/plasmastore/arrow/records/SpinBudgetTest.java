package io.plasmastore.arrow.records;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class SpinBudgetTest {
  private static final long MILLI = 1_000_000;

  private final long start = System.nanoTime();

  @Test
  void nobodyLooksWhileMoreAreAtWorkThanHalfOfTheProcessors() {
    SpinBudget budget = new SpinBudget(5);
    int first = budget.join();
    int second = budget.join();
    int third = budget.join();
    assertTrue(budget.mayLook(first, start));
    assertTrue(budget.mayLook(second, start));
    assertFalse(budget.mayLook(third, start));
    assertFalse(budget.mayLook(first, start + MILLI / 2));
    // The other two have not been heard of since.
    assertTrue(budget.mayLook(first, start + MILLI));
    assertTrue(budget.mayLook(first, start + 10 * MILLI));
  }

  @Test
  void withTwoProcessorsOneLooks() {
    SpinBudget budget = new SpinBudget(2);
    int first = budget.join();
    int second = budget.join();
    assertTrue(budget.mayLook(first, start));
    assertFalse(budget.mayLook(second, start));
    assertTrue(budget.mayLook(second, start + 2 * MILLI));
  }
}
