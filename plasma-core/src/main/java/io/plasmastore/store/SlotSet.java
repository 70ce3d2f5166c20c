package io.plasmastore.store;

import java.util.HashSet;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * A few slots of maybe a million. Each call costs the same, however high the slots are: a {@link
 * java.util.BitSet} whose last bit is cleared looks through all the words below it for the one
 * before, which took most of a delete.
 */
final class SlotSet {
  private final Set<Integer> slots = new HashSet<>();

  boolean get(int slot) {
    return slots.contains(slot);
  }

  void set(int slot) {
    slots.add(slot);
  }

  void clear(int slot) {
    slots.remove(slot);
  }

  int cardinality() {
    return slots.size();
  }

  /** All of them as they are now, the lowest first; the set may change meanwhile. */
  IntStream stream() {
    return IntStream.of(slots.stream().mapToInt(Integer::intValue).sorted().toArray());
  }
}
