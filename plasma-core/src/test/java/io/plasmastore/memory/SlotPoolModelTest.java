package io.plasmastore.memory;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** The slot pool against a sorted set: always the lowest free slot. */
class SlotPoolModelTest {
  private static final int STEPS = 100_000;

  private final long seed = Long.getLong("plasma.test.seed", System.nanoTime());
  private final Random random = new Random(seed);

  @Test
  void handsOutTheLowestFreeSlot() {
    for (int capacity : new int[] {1, 2, 63, 64, 65, 127, 128, 4095, 4096, 4097, 300_000}) {
      SlotPool pool = new SlotPool(capacity);
      TreeSet<Integer> free = new TreeSet<>();
      List<Integer> taken = new ArrayList<>();
      for (int i = 0; i < capacity; i++) {
        free.add(i);
      }
      for (int i = 0; i < STEPS / 10; i++) {
        boolean filling = i / Math.max(1, 2 * Math.min(capacity, 5000)) % 2 == 0;
        if (random.nextInt(10) < (filling ? 8 : 2)) {
          Integer lowest = free.pollFirst();
          int slot = pool.take();
          assertEquals(lowest == null ? -1 : lowest, slot, () -> facts(capacity));
          if (slot >= 0) {
            taken.add(slot);
          }
        } else if (!taken.isEmpty()) {
          int slot = taken.remove(random.nextInt(taken.size()));
          pool.giveBack(slot);
          free.add(slot);
          assertThrows(IllegalStateException.class, () -> pool.giveBack(slot));
        }
        assertEquals(taken.size(), pool.taken(), () -> facts(capacity));
      }
    }
  }

  private String facts(int capacity) {
    return "seed=" + seed + " capacity=" + capacity;
  }
}
