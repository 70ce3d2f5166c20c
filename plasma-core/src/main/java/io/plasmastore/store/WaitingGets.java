package io.plasmastore.store;

import io.plasmastore.ObjectId;
import io.plasmastore.PlasmaException;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
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

  /** Who waits. */
  interface Waiter {
    /** Whether it waits for objects that don't exist yet. */
    boolean isPatient();

    /** All that was missing can be got; nothing more is heard. */
    void complete();

    /** An object that was missing came back from disk. */
    void restored(int slot);

    /** An object that was missing can't be got; nothing more is heard. */
    void fail(PlasmaException reason);
  }

  /**
   * Waits for objects.
   *
   * @param missing ids not sealed yet, at least one
   * @param waiter hears how it goes; not after {@link WaitingGet#cancel}
   * @return the wait
   */
  WaitingGet add(Set<ObjectId> missing, Waiter waiter) {
    WaitingGet get = new WaitingGet(new HashSet<>(missing), waiter);
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
        get.waiter.complete();
      }
    }
    return gets.size();
  }

  /** Tells who waits for an object that it is in memory again. */
  void restored(ObjectId id, int slot) {
    waiting(id).forEach(get -> get.waiter.restored(slot));
  }

  /** Ends the waits for an object with an error. */
  void fail(ObjectId id, PlasmaException reason) {
    List<WaitingGet> gets = waiting(id);
    byId.remove(id);
    for (WaitingGet get : gets) {
      get.cancel();
      get.waiter.fail(reason);
    }
  }

  /** Ends the waits for an object of those that don't wait for one that doesn't exist. */
  void giveUp(ObjectId id) {
    for (WaitingGet get : waiting(id)) {
      if (!get.waiter.isPatient()) {
        get.remove(id);
        if (get.missing.isEmpty()) {
          get.waiter.complete();
        }
      }
    }
  }

  boolean isWaitedFor(ObjectId id) {
    return byId.containsKey(id);
  }

  private List<WaitingGet> waiting(ObjectId id) {
    SequencedSet<WaitingGet> gets = byId.get(id);
    return gets == null ? List.of() : List.copyOf(gets);
  }

  /** How many ids are waited for. */
  int size() {
    return byId.size();
  }

  /** One get that waits. */
  final class WaitingGet {
    private final Set<ObjectId> missing;
    private final Waiter waiter;

    private WaitingGet(Set<ObjectId> missing, Waiter waiter) {
      this.missing = missing;
      this.waiter = waiter;
    }

    /** Stops waiting; does nothing when it is complete. */
    void cancel() {
      List.copyOf(missing).forEach(this::remove);
    }

    private void remove(ObjectId id) {
      missing.remove(id);
      SequencedSet<WaitingGet> gets = byId.get(id);
      if (gets != null && gets.remove(this) && gets.isEmpty()) {
        byId.remove(id);
      }
    }
  }
}
