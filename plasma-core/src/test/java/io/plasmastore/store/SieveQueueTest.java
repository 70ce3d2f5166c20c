package io.plasmastore.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

class SieveQueueTest {
  private final SieveQueue queue = new SieveQueue();
  private final Set<Integer> visited = new HashSet<>();

  @Test
  void dropsTheOldestThatNobodyLookedAt() {
    for (int slot = 0; slot < 4; slot++) {
      queue.add(slot);
    }
    visited.add(0);
    assertEquals(1, evict());
    assertEquals(2, evict());
    // The hand went past 0 and wiped its mark, but looks at the newer ones first.
    assertEquals(3, evict());
    assertEquals(0, evict());
    assertEquals(SieveQueue.NOBODY, evict());
  }

  @Test
  void wipesEveryMarkBeforeItGivesUp() {
    queue.add(5);
    queue.add(9);
    visited.addAll(List.of(5, 9));
    assertEquals(5, evict());
  }

  @Test
  void findsNobodyWhereEverybodyIsSpared() {
    queue.add(1);
    queue.add(2);
    assertEquals(SieveQueue.NOBODY, queue.next(slot -> true));
    assertEquals(2, queue.size());
  }

  @Test
  void keepsTheHandOnItsPlaceWhenItsSlotLeaves() {
    for (int slot = 0; slot < 5; slot++) {
      queue.add(slot);
    }
    visited.addAll(List.of(0, 1));
    assertEquals(2, evict());
    queue.remove(3);
    assertEquals(4, evict());
  }

  @Test
  void refusesASlotTwice() {
    queue.add(1);
    assertThrows(IllegalStateException.class, () -> queue.add(1));
  }

  /** The paper's algorithm, over a plain list. */
  @Test
  void equalsThePapersAlgorithmOverAPlainList() {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    List<Integer> model = new ArrayList<>();
    int hand = 0;
    for (int step = 0; step < 100_000; step++) {
      int slot = random.nextInt(200);
      switch (random.nextInt(4)) {
        case 0 -> {
          if (!model.contains(slot)) {
            model.add(slot);
            queue.add(slot);
          }
        }
        case 1 -> {
          int at = model.indexOf(slot);
          if (at >= 0) {
            model.remove(at);
            if (at < hand) {
              hand--;
            }
            hand = wrapped(hand, model);
          }
          queue.remove(slot);
          visited.remove(slot);
        }
        case 2 -> {
          if (model.contains(slot)) {
            visited.add(slot);
          }
        }
        default -> {
          Set<Integer> marks = new HashSet<>(visited);
          int wanted = SieveQueue.NOBODY;
          while (!model.isEmpty() && wanted == SieveQueue.NOBODY) {
            if (marks.remove(model.get(hand))) {
              hand = wrapped(hand + 1, model);
            } else {
              wanted = model.remove(hand);
              hand = wrapped(hand, model);
            }
          }
          assertEquals(wanted, evict(), "seed=" + seed + " step=" + step);
          assertEquals(marks, visited, "seed=" + seed + " step=" + step);
        }
      }
      assertEquals(model.size(), queue.size());
    }
  }

  // Past the newest the hand is nowhere, and starts at the oldest when it is next asked for.
  private static int wrapped(int hand, List<Integer> model) {
    return hand >= model.size() ? 0 : hand;
  }

  private int evict() {
    int victim = queue.next(visited::remove);
    if (victim != SieveQueue.NOBODY) {
      queue.remove(victim);
    }
    return victim;
  }
}
