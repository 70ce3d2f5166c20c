package io.plasmastore.store;

import io.plasmastore.ObjectId;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.SequencedSet;
import java.util.Set;

/**
 * Gets that wait for a seal. A seal costs O(gets that wait for that id), and the end of a wait
 * O(ids that it still waits for), however many others wait. The core's, on the event loop.
 */
final class WaitingGets {
  // In the order in which they came, with a way out that costs the same however many wait.
  private final Map<ObjectId, SequencedSet<WaitingGet>> byId = new HashMap<>();

  /**
   * Waits for objects.
   *
   * @param missing ids not sealed yet, at least one
   * @param complete to run once, when the last of them was sealed; not after {@link
   *     WaitingGet#cancel}
   * @return the wait
   */
  WaitingGet add(Set<ObjectId> missing, Runnable complete) {
    WaitingGet get = new WaitingGet(new HashSet<>(missing), complete);
    for (ObjectId id : missing) {
      byId.computeIfAbsent(id, unused -> new LinkedHashSet<>(2)).add(get);
    }
    return get;
  }

  /**
   * Wakes who waits for an object.
   *
   * @return how many gets were looked at: those that waited for this object
   */
  int wake(ObjectId id) {
    SequencedSet<WaitingGet> gets = byId.remove(id);
    if (gets == null) {
      return 0;
    }
    for (WaitingGet get : gets) {
      get.missing.remove(id);
      if (get.missing.isEmpty()) {
        get.complete.run();
      }
    }
    return gets.size();
  }

  /** How many ids are waited for. */
  int size() {
    return byId.size();
  }

  /** One get that waits. */
  final class WaitingGet {
    private final Set<ObjectId> missing;
    private final Runnable complete;

    private WaitingGet(Set<ObjectId> missing, Runnable complete) {
      this.missing = missing;
      this.complete = complete;
    }

    /** Stops waiting; does nothing when it is complete. */
    void cancel() {
      for (ObjectId id : missing) {
        SequencedSet<WaitingGet> gets = byId.get(id);
        if (gets != null && gets.remove(this) && gets.isEmpty()) {
          byId.remove(id);
        }
      }
      missing.clear();
    }
  }
}
