package io.plasmastore.store;

import io.plasmastore.ObjectId;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Gets that wait for a seal. A seal costs O(gets that wait for that id), however many others wait.
 * The core's, on the event loop.
 */
final class WaitingGets {
  private final Map<ObjectId, List<WaitingGet>> byId = new HashMap<>();

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
      byId.computeIfAbsent(id, unused -> new ArrayList<>(1)).add(get);
    }
    return get;
  }

  /** Wakes who waits for an object. */
  void wake(ObjectId id) {
    List<WaitingGet> gets = byId.remove(id);
    if (gets != null) {
      for (WaitingGet get : gets) {
        get.missing.remove(id);
        if (get.missing.isEmpty()) {
          get.complete.run();
        }
      }
    }
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
        List<WaitingGet> gets = byId.get(id);
        if (gets != null && gets.remove(this) && gets.isEmpty()) {
          byId.remove(id);
        }
      }
      missing.clear();
    }
  }
}
