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
    assertEquals(SortedLongs.NONE, keys.floor(7));
    assertEquals(SortedLongs.NONE, keys.ceiling(7));
    assertFalse(keys.remove(7));
  }

  @Test
  void comparesUnsigned() {
    keys.add(-2);
    keys.add(1);

    assertEquals(-2, keys.last());
    assertEquals(1, keys.floor(Long.MAX_VALUE));
    assertEquals(-2, keys.ceiling(2));
    assertEquals(1, keys.ceiling(0));
  }

  @Test
  void findsNeighboursAcrossLeaves() {
    for (long key = 2; key <= 20_000; key += 2) {
      keys.add(key);
    }
    for (long key = 3; key < 20_000; key += 2) {
      assertEquals(key - 1, keys.floor(key));
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
      follow(seed, seed % 2 == 0 ? 5_000 : Long.MAX_VALUE);
    }
  }

  private static void follow(long seed, long range) {
    Random random = new Random(seed);
    SortedLongs keys = new SortedLongs();
    NavigableSet<Long> model = new TreeSet<>(Long::compareUnsigned);
    int grow = 80;
    for (int step = 0; step < 100_000; step++) {
      if (step % 10_000 == 0) {
        grow = grow == 80 ? 15 : 80;
      }
      String where = "seed=" + seed + " step=" + step;
      long key = random.nextLong(1, range) * (random.nextBoolean() ? 1 : -1);
      if (key == -1) {
        continue;
      }
      if (random.nextInt(100) < grow) {
        if (model.add(key)) {
          keys.add(key);
        }
      } else {
        Long near = model.ceiling(key);
        if (near != null) {
          if (random.nextInt(3) == 0) {
            replace(keys, model, near, random);
          } else {
            model.remove(near);
            assertTrue(keys.remove(near), where);
          }
        }
        assertEquals(model.remove(key), keys.remove(key), where);
      }
      assertEquals(model.size(), keys.size(), where);
      assertEquals(orNone(model.isEmpty() ? null : model.last()), keys.last(), where);
      assertEquals(orNone(model.floor(key)), keys.floor(key), where);
      assertEquals(orNone(model.ceiling(key)), keys.ceiling(key), where);
    }
  }

  /** Moves a key up or down, as far as the next key allows. */
  private static void replace(SortedLongs keys, NavigableSet<Long> model, long key, Random random) {
    boolean up = random.nextBoolean();
    Long next = up ? model.higher(key) : model.lower(key);
    long with = next == null ? key : up ? next - 1 : next + 1;
    if (with != 0 && with != -1 && with != key) {
      keys.replace(key, with);
      model.remove(key);
      model.add(with);
    }
  }

  private static long orNone(Long key) {
    return key == null ? SortedLongs.NONE : key;
  }
}
