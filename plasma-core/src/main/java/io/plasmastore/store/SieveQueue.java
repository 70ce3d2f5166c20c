package io.plasmastore.store;

import java.util.Arrays;
import java.util.function.IntPredicate;

/**
 * The order in which objects are dropped to make room: SIEVE (Zhang and others, NSDI 2024). Objects
 * stand in a queue in the order in which they were sealed. A hand moves from the oldest to the
 * newest; an object that was looked at since the hand last came by is passed over and its mark
 * wiped, any other is the next victim. Unlike LRU a look moves nothing, so a get costs one byte.
 *
 * <p>A doubly linked list in arrays by slot number: 8 bytes an object, O(1) to add and to remove.
 * For one thread.
 */
final class SieveQueue {
  /** The answer of {@link #next} when nobody can be dropped. */
  static final int NOBODY = -1;

  private static final int ABSENT = -2;

  // By slot: the neighbour that came later, and the one that came earlier; NOBODY at the ends,
  // ABSENT for a slot not in the queue.
  private int[] newer = new int[0];
  private int[] older = new int[0];
  private int newest = NOBODY;
  private int oldest = NOBODY;
  private int hand = NOBODY;
  private int size;

  /** Adds a slot as the newest. */
  void add(int slot) {
    ensure(slot);
    if (newer[slot] != ABSENT) {
      throw new IllegalStateException("slot is queued already: slot=" + slot);
    }
    older[slot] = newest;
    newer[slot] = NOBODY;
    if (newest == NOBODY) {
      oldest = slot;
    } else {
      newer[newest] = slot;
    }
    newest = slot;
    size++;
  }

  /** Removes a slot, wherever it stands; does nothing if it isn't queued. */
  void remove(int slot) {
    if (slot >= newer.length || newer[slot] == ABSENT) {
      return;
    }
    int after = newer[slot];
    int before = older[slot];
    if (hand == slot) {
      hand = after;
    }
    if (before == NOBODY) {
      oldest = after;
    } else {
      newer[before] = after;
    }
    if (after == NOBODY) {
      newest = before;
    } else {
      older[after] = before;
    }
    newer[slot] = ABSENT;
    older[slot] = ABSENT;
    size--;
  }

  /**
   * The next victim, which stays in the queue; the hand moves past it. At most two rounds: in the
   * second every mark is wiped.
   *
   * @param passOver whether to spare a slot, wiping its mark
   * @return a slot, or {@link #NOBODY} if two rounds spared everyone
   */
  int next(IntPredicate passOver) {
    for (long steps = 2L * size; steps > 0; steps--) {
      int candidate = hand == NOBODY ? oldest : hand;
      hand = newer[candidate];
      if (!passOver.test(candidate)) {
        return candidate;
      }
    }
    return NOBODY;
  }

  int size() {
    return size;
  }

  private void ensure(int slot) {
    if (slot >= newer.length) {
      int from = newer.length;
      int length = Math.max(slot + 1, from + (from >> 1));
      newer = Arrays.copyOf(newer, length);
      older = Arrays.copyOf(older, length);
      Arrays.fill(newer, from, length, ABSENT);
      Arrays.fill(older, from, length, ABSENT);
    }
  }
}
