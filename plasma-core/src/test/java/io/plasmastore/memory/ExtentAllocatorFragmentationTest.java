package io.plasmastore.memory;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.plasmastore.memory.AllocatorChurn.Victim;
import org.junit.jupiter.api.Test;

/** How much of a heap is usable after a long time of coming and going, without moving objects. */
class ExtentAllocatorFragmentationTest {
  private static final int ALLOCATIONS = 200_000;

  @Test
  void keeps95PercentInUseWhenObjectsDieAtRandom() {
    AllocatorChurn churn = churn(64L << 10, 256L << 20, Victim.RANDOM);
    churn.run(ALLOCATIONS, 0.95);
    assertTrue(churn.fragmentationFailures() < 0.001, churn::toString);
    churn.run(ALLOCATIONS, 1.0);
    assertTrue(churn.meanOccupancy() >= 0.95, churn::toString);
  }

  @Test
  void keeps97PercentInUseWhenSmallObjectsDieAtRandom() {
    AllocatorChurn churn = churn(4L << 10, 16L << 20, Victim.RANDOM);
    churn.run(ALLOCATIONS, 1.0);
    assertTrue(churn.meanOccupancy() >= 0.97, churn::toString);
  }

  @Test
  void keeps98PercentInUseWhenTheOldestOfObjectsUpTo64MiBDie() {
    AllocatorChurn churn = churn(64L << 20, 16L << 30, Victim.OLDEST);
    churn.run(ALLOCATIONS, 0.95);
    assertEquals(0, churn.fragmentationFailures(), churn::toString);
    churn.run(ALLOCATIONS, 1.0);
    assertTrue(churn.meanOccupancy() >= 0.98, churn::toString);
  }

  private static AllocatorChurn churn(long maxSize, long capacity, Victim victim) {
    AllocatorChurn churn = new AllocatorChurn(capacity, maxSize, victim, new AllocatorTrace());
    churn.run(ALLOCATIONS, 1.0);
    return churn;
  }
}
