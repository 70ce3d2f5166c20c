package io.plasmastore;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Creates of this client whose answer never came, since their thread was interrupted or the store
 * died: the store may have made an object then that nobody here knows of. It is undone as soon as
 * no other create of that id is under way in this client, whose object it might be, and a store is
 * there to be told. From any thread.
 */
final class LostCreates {
  private final Pins pins;
  private final Map<ObjectId, Integer> underWay = new HashMap<>();
  private final Set<ObjectId> lost = new HashSet<>();

  LostCreates(Pins pins) {
    this.pins = pins;
  }

  /** A create is about to be asked for. */
  synchronized void begin(ObjectId id) {
    underWay.merge(id, 1, Integer::sum);
  }

  /**
   * A create has ended; what it made is known to {@link Pins} by now.
   *
   * @param answered whether the store has said what became of it
   */
  void end(ObjectId id, boolean answered) {
    synchronized (this) {
      underWay.computeIfPresent(id, (unused, count) -> count == 1 ? null : count - 1);
      if (!answered) {
        lost.add(id);
      }
      if (lost.isEmpty()) {
        return;
      }
    }
    settle();
  }

  /** Undoes what can be undone now; what can't be is tried again at the next call. */
  void settle() {
    List<ObjectId> candidates;
    synchronized (this) {
      candidates = lost.stream().filter(id -> !underWay.containsKey(id)).toList();
    }
    for (ObjectId id : candidates) {
      undo(id);
    }
  }

  // In the lock, or a create that begins meanwhile could make what is then undone.
  private synchronized void undo(ObjectId id) {
    if (!underWay.containsKey(id) && pins.abandonUnknown(id)) {
      lost.remove(id);
    }
  }
}
