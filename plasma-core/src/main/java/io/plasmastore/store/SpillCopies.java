package io.plasmastore.store;

import io.plasmastore.ObjectId;
import io.plasmastore.memory.SlotState;
import io.plasmastore.protocol.Reply;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Which objects have a copy on disk, and which of them are in memory as well. The core's, on the
 * event loop.
 */
final class SpillCopies {
  private static final int MAX_NUMBER = (1 << 30) - 1;

  private final Map<ObjectId, SpillCopy> all = new HashMap<>();
  // The oldest first.
  private final Set<ObjectId> inMemory = new LinkedHashSet<>();
  // Those on disk alone, by the number that listings go by.
  private final TreeMap<Integer, ObjectId> spilled = new TreeMap<>();
  private final Map<ObjectId, Integer> numbers = new HashMap<>();
  private int lastNumber = -1;
  private long spilledBytes;

  /** An object was written, or found on disk. */
  void add(SpillCopy copy, boolean isInMemory) {
    all.put(copy.id(), copy);
    if (isInMemory) {
      inMemory.add(copy.id());
    } else {
      enter(copy);
    }
  }

  boolean has(ObjectId id) {
    return all.containsKey(id);
  }

  /** The copy of an object that is on disk alone, or null. */
  @Nullable SpillCopy spilled(ObjectId id) {
    return numbers.containsKey(id) ? all.get(id) : null;
  }

  /**
   * Whether an object is on disk alone, with this copy: not if it was deleted since, nor if there
   * is another of its id by now.
   */
  @SuppressWarnings("ReferenceEquality") // another object of this id may be alike in all figures
  boolean isSpilled(SpillCopy copy) {
    return spilled(copy.id()) == copy;
  }

  /** An object with a copy left memory. */
  void left(ObjectId id) {
    SpillCopy copy = all.get(id);
    if (copy != null && inMemory.remove(id)) {
      enter(copy);
    }
  }

  /** An object came back to memory. */
  void came(ObjectId id) {
    leave(id);
    inMemory.add(id);
  }

  /** Forgets an object; returns its copy, or null if it had none. */
  @Nullable SpillCopy remove(ObjectId id) {
    leave(id);
    inMemory.remove(id);
    return all.remove(id);
  }

  /** The oldest copy of an object that is in memory as well, or null. */
  @Nullable ObjectId oldestInMemory() {
    Iterator<ObjectId> ids = inMemory.iterator();
    return ids.hasNext() ? ids.next() : null;
  }

  /** How many objects are on disk alone. */
  int spilledCount() {
    return spilled.size();
  }

  /** Bytes of data of the objects on disk alone. */
  long spilledBytes() {
    return spilledBytes;
  }

  /** The first number in use, from this one on, or null. */
  @Nullable Integer numberFrom(int number) {
    return spilled.ceilingKey(number);
  }

  /** One line of a listing. */
  Reply.Listed.Entry entry(Integer number) {
    ObjectId id = spilled.get(number);
    SpillCopy copy = id == null ? null : all.get(id);
    if (copy == null) {
      throw new IllegalStateException("nothing has this number: number=" + number);
    }
    return new Reply.Listed.Entry(
        copy.id(),
        copy.id().name().orElse(null),
        SlotState.SPILLED,
        copy.dataSize(),
        copy.metadataSize(),
        copy.createdMillis(),
        copy.sealedMillis(),
        0,
        0,
        copy.keep(),
        Reply.Listed.Entry.UNKNOWN_CREATOR);
  }

  private void enter(SpillCopy copy) {
    do {
      lastNumber = lastNumber == MAX_NUMBER ? 0 : lastNumber + 1;
    } while (spilled.containsKey(lastNumber));
    spilled.put(lastNumber, copy.id());
    numbers.put(copy.id(), lastNumber);
    spilledBytes += copy.dataSize();
  }

  private void leave(ObjectId id) {
    Integer number = numbers.remove(id);
    if (number != null) {
      spilled.remove(number);
      SpillCopy copy = all.get(id);
      spilledBytes -= copy == null ? 0 : copy.dataSize();
    }
  }
}
