package io.plasmastore.store;

import io.plasmastore.ObjectId;
import io.plasmastore.PlasmaException;
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
          get.waiter.complete();
        }
      }
    }
  }

  /** Tells who waits for an object that it is in memory again. */
  void restored(ObjectId id, int slot) {
    byId.getOrDefault(id, List.of()).forEach(get -> get.waiter.restored(slot));
  }

  /** Ends the waits for an object with an error. */
  void fail(ObjectId id, PlasmaException reason) {
    List<WaitingGet> gets = byId.remove(id);
    if (gets != null) {
      for (WaitingGet get : gets) {
        get.missing.remove(id);
        get.cancel();
        get.waiter.fail(reason);
      }
    }
  }

  /** Ends the waits for an object of those that don't wait for one that doesn't exist. */
  void giveUp(ObjectId id) {
    for (WaitingGet get : List.copyOf(byId.getOrDefault(id, List.of()))) {
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
      List<WaitingGet> gets = byId.get(id);
      if (gets != null && gets.remove(this) && gets.isEmpty()) {
        byId.remove(id);
      }
    }
  }
}
