package io.plasmastore.memory;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.NavigableSet;
import java.util.Random;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

class SortedLongsTest {
  private final SortedLongs keys = new SortedLongs();

  @Test
  void knowsNoKeyWhenEmpty() {
    assertEquals(0, keys.size());
    assertEquals(SortedLongs.NONE, keys.last());
    assertEquals(SortedLongs.NONE, keys.lower(7));
    assertEquals(SortedLongs.NONE, keys.ceiling(7));
    assertFalse(keys.remove(7));
  }

  @Test
  void takesTheLargestKeys() {
    keys.add(Long.MAX_VALUE - 1);
    keys.add(1);

    assertEquals(Long.MAX_VALUE - 1, keys.last());
    assertEquals(1, keys.lower(Long.MAX_VALUE - 2));
    assertEquals(Long.MAX_VALUE - 1, keys.ceiling(2));
    assertEquals(1, keys.ceiling(0));
  }

  @Test
  void findsNeighboursAcrossLeaves() {
    for (long key = 2; key <= 20_000; key += 2) {
      keys.add(key);
    }
    for (long key = 3; key < 20_000; key += 2) {
      assertEquals(key - 1, keys.lower(key));
      assertEquals(key + 1, keys.ceiling(key));
    }
  }

  @Test
  void costsNoMoreThanTenBytesAKeyWhenKeysComeInOrder() {
    for (long key = 1; key <= 1_000_000; key++) {
      keys.add(key);
    }
    assertTrue(keys.heapBytes() < 10_000_000, () -> "heapBytes=" + keys.heapBytes());
  }

  @Test
  void usesTheBlocksOfRemovedKeysAgain() {
    List<Long> shuffled = new ArrayList<>();
    for (long key = 1; key <= 100_000; key++) {
      shuffled.add(key);
    }
    Random random = new Random(1);
    long afterFirstRound = 0;
    for (int round = 0; round < 10; round++) {
      Collections.shuffle(shuffled, random);
      shuffled.forEach(keys::add);
      Collections.shuffle(shuffled, random);
      shuffled.forEach(keys::remove);
      assertEquals(0, keys.size());
      if (round == 0) {
        afterFirstRound = keys.heapBytes();
      }
    }
    assertTrue(keys.heapBytes() <= afterFirstRound * 21 / 20, "heapBytes=" + keys.heapBytes());
  }

  @Test
  void equalsATreeSetOverManyRandomSteps() {
    for (long seed = 1; seed <= 8; seed++) {
      // A narrow range of keys makes neighbours, a wide one makes a tall tree.
      new Run(seed, seed % 2 == 0 ? 5_000 : Long.MAX_VALUE - 1).follow();
    }
  }

  private static final class Run {
    private static final int STEPS = 100_000;

    private final long seed;
    private final long range;
    private final Random random;
    private final SortedLongs keys = new SortedLongs();
    private final NavigableSet<Long> model = new TreeSet<>();

    Run(long seed, long range) {
      this.seed = seed;
      this.range = range;
      this.random = new Random(seed);
    }

    void follow() {
      for (int step = 0; step < STEPS; step++) {
        String where = "seed=" + seed + " step=" + step;
        long key = random.nextLong(1, range);
        step(key, step / (STEPS / 10) % 2 == 0 ? 90 : 40, where);
        assertEquals(model.size(), keys.size(), where);
        assertEquals(orNone(model.isEmpty() ? null : model.last()), keys.last(), where);
        assertEquals(orNone(model.lower(key)), keys.lower(key), where);
        assertEquals(orNone(model.ceiling(key)), keys.ceiling(key), where);
      }
    }

    private void step(long key, int additions, String where) {
      int dice = random.nextInt(100);
      if (dice < additions) {
        if (model.add(key)) {
          keys.add(key);
        }
      } else if (dice < 92) {
        assertEquals(model.remove(key), keys.remove(key), where);
        removeRun(key, random.nextInt(4), where);
      } else if (dice < 99) {
        replace(key);
      } else if (random.nextInt(4) == 0) {
        // Empties leaves, and with them the first children of inner blocks.
        removeRun(key, random.nextInt(model.size() / 4 + 1), where);
      }
    }

    private void removeRun(long from, int count, String where) {
      Long key = model.ceiling(from);
      for (int i = 0; i < count && key != null; i++) {
        model.remove(key);
        assertTrue(keys.remove(key), where);
        key = model.higher(key);
      }
    }

    /** Moves a key up or down, as far as the next key allows. */
    private void replace(long from) {
      Long key = model.ceiling(from);
      if (key != null) {
        boolean up = random.nextBoolean();
        Long next = up ? model.higher(key) : model.lower(key);
        long with = next == null ? key : up ? next - 1 : next + 1;
        if (with != key) {
          keys.replace(key, with);
          model.remove(key);
          model.add(with);
        }
      }
    }

    private static long orNone(Long key) {
      return key == null ? SortedLongs.NONE : key;
    }
  }
}
