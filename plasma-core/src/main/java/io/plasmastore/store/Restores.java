package io.plasmastore.store;

import io.plasmastore.ObjectId;
import io.plasmastore.PlasmaException;
import io.plasmastore.memory.Counter;
import io.plasmastore.memory.IndexWriter;
import java.util.LinkedHashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Brings objects back from disk for the gets that wait for them: one at a time, in the order in
 * which they were asked for, each read once however many wait. Room is made as for a create; where
 * there is none to be had, the gets that wait for that object are told. The core's, on the event
 * loop.
 */
final class Restores {
  private final IndexWriter counters;
  private final ObjectTable objects;
  private final Spill spill;
  private final Heap heap;
  private final Requester requester;
  private final Set<ObjectId> line = new LinkedHashSet<>();
  private @Nullable SpillCopy reading;

  /** Who wants objects back. */
  interface Requester {
    /** Whether anybody still waits for an object. */
    boolean isWaitedFor(ObjectId id);

    /** An object is in memory again. */
    void restored(ObjectId id, int slot);

    /** An object can't be brought back. */
    void failed(ObjectId id, PlasmaException reason);
  }

  Restores(IndexWriter counters, ObjectTable objects, Spill spill, Heap heap, Requester requester) {
    this.counters = counters;
    this.objects = objects;
    this.spill = spill;
    this.heap = heap;
    this.requester = requester;
  }

  /** Somebody waits for an object that is on disk. */
  void want(ObjectId id) {
    // What is being read may be an object of this id that was deleted since.
    if (reading == null || !reading.id().equals(id) || !spill.copies().isSpilled(reading)) {
      line.add(id);
      proceed();
    }
  }

  /** Goes on, if nothing stands in the way: there may be room now. */
  void proceed() {
    while (reading == null && !line.isEmpty()) {
      ObjectId id = line.iterator().next();
      SpillCopy copy = spill.copies().spilled(id);
      if (copy == null || !requester.isWaitedFor(id)) {
        line.remove(id);
        continue;
      }
      try {
        if (!begin(copy)) {
          return;
        }
      } catch (PlasmaException e) {
        line.remove(id);
        requester.failed(id, e);
      }
    }
  }

  // Whether it is being read; false if room is coming.
  private boolean begin(SpillCopy copy) {
    copy.check();
    Places.Place place = objects.places().take(copy.extentSize(), true);
    if (!place.isFound()) {
      if (place.slot() == Places.NEEDS_MEMORY) {
        heap.grow();
      }
      return false;
    }
    line.remove(copy.id());
    reading = copy;
    spill.read(
        copy,
        objects.extent(place, copy.extentSize()),
        () -> done(copy, place),
        e -> failed(copy, place, e));
    return true;
  }

  private void done(SpillCopy copy, Places.Place place) {
    reading = null;
    if (spill.copies().isSpilled(copy)) {
      int slot = objects.restored(place, copy);
      counters.add(Counter.RESTORES, 1);
      requester.restored(copy.id(), slot);
    } else {
      // Deleted meanwhile; there may be another of its id by now.
      objects.places().giveBack(place, copy.extentSize());
    }
    proceed();
  }

  private void failed(SpillCopy copy, Places.Place place, PlasmaException reason) {
    reading = null;
    objects.places().giveBack(place, copy.extentSize());
    if (spill.copies().isSpilled(copy)) {
      requester.failed(copy.id(), reason);
    }
    proceed();
  }
}
