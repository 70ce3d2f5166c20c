package io.plasmastore.store;

import io.plasmastore.ErrorCode;
import io.plasmastore.PlasmaException;
import io.plasmastore.memory.IndexWriter;
import io.plasmastore.memory.SlotPool;
import io.plasmastore.os.NativeCallException;
import org.jspecify.annotations.Nullable;

/**
 * Where objects find a place: a slot and an extent of the heap. Where none is free others leave, or
 * are moved together. The core's, on the event loop.
 */
final class Places {
  /** In place of a slot: more of the heap must be committed first. */
  static final int NEEDS_MEMORY = -1;

  /** In place of a slot: room is coming, as objects are on their way to disk. */
  static final int NEEDS_DISK = -2;

  private static final int NONE = -3;

  /**
   * What is free in pieces that can't be joined is added to in steps of such a part of what is
   * wanted.
   */
  private static final int EVICTIONS_PER_OBJECT = 4;

  private final IndexWriter writer;
  private final Heap heap;
  private final Sessions sessions;
  private final Spill spill;
  private final MarkedSeals marks;
  private final Evictor evictor;
  private final Mover mover;
  private final SlotPool slots;

  /** A slot and an extent that no object is in yet; or only a negative number that says why not. */
  record Place(int slot, long offset) {
    boolean isFound() {
      return slot >= 0;
    }
  }

  Places(
      IndexWriter writer,
      Heap heap,
      Sessions sessions,
      Spill spill,
      MarkedSeals marks,
      Evictor evictor,
      Mover mover) {
    this.writer = writer;
    this.heap = heap;
    this.sessions = sessions;
    this.spill = spill;
    this.marks = marks;
    this.evictor = evictor;
    this.mover = mover;
    this.slots = new SlotPool(writer.index().maxSlots());
  }

  /** The slots that objects are in. */
  SlotPool slots() {
    return slots;
  }

  /**
   * Finds a slot and an extent, having others leave if it must.
   *
   * @param size bytes of data, metadata and name
   * @param exchange whether it is for an object that comes back from disk
   * @return where; or {@link #NEEDS_MEMORY} or {@link #NEEDS_DISK} in place of the slot
   * @throws PlasmaException STORE_FULL, LIMIT_EXCEEDED
   */
  Place take(long size, boolean exchange) {
    long needed = Heap.roundUp(size);
    int slot = takeSlot(exchange);
    if (slot < 0) {
      return new Place(slot, 0);
    }
    long offset;
    try {
      sessions.commitSlots(writer.committedUpTo(slot));
      writer.prepare(slot);
      offset = needed == 0 ? 0 : takeExtent(needed, exchange);
    } catch (NativeCallException e) {
      slots.giveBack(slot);
      throw full(size, e);
    }
    if (offset >= 0) {
      return new Place(slot, offset);
    }
    slots.giveBack(slot);
    if (offset == NONE) {
      throw full(size, heap.exhaustion());
    }
    return new Place((int) offset, 0);
  }

  /** Gives back what was taken, and no object is in. */
  void giveBack(Place place, long size) {
    long needed = Heap.roundUp(size);
    if (needed > 0) {
      heap.free(place.offset(), needed);
    }
    slots.giveBack(place.slot());
  }

  /** The error of a store without room, with its numbers. */
  PlasmaException full(long wanted, @Nullable NativeCallException reason) {
    String text =
        "store full: wanted=%d free=%d largestFree=%d used=%d capacity=%d objects=%d"
                .formatted(
                    wanted,
                    heap.free(),
                    heap.largestFree(),
                    heap.used(),
                    heap.capacity(),
                    slots.taken())
            + spill.describe();
    return new PlasmaException(
        ErrorCode.STORE_FULL,
        reason == null
            ? text
            : text
                + " committed="
                + heap.committed()
                + "; the mount has no more room: "
                + reason.getMessage(),
        reason);
  }

  private int takeSlot(boolean exchange) {
    int slot = slots.take();
    if (slot < 0) {
      marks.settleAll();
      switch (evictor.evict(1, exchange)) {
        case MADE -> slot = slots.take();
        case COMING -> {
          return NEEDS_DISK;
        }
        case NONE -> {}
      }
    }
    if (slot < 0) {
      throw new PlasmaException(
          ErrorCode.LIMIT_EXCEEDED,
          "too many objects: count=" + slots.taken() + " max=" + writer.index().maxSlots());
    }
    return slot;
  }

  /**
   * An extent, or {@link #NONE}, or what it needs: {@link #NEEDS_MEMORY} where memory that was
   * never used is to be had or objects are being moved, {@link #NEEDS_DISK} where objects are
   * leaving.
   */
  private long takeExtent(long needed, boolean exchange) {
    long offset = heap.allocate(needed);
    if (offset < 0 && marks.settleAll()) {
      // What is sealed may leave, and may have given back a tail.
      offset = heap.allocate(needed);
    }
    while (offset < 0 && heap.largestFree() < needed) {
      long lacking = needed - heap.free();
      if (lacking <= 0 && (heap.canGrow() || mover.isMoving() || mover.start(needed))) {
        return NEEDS_MEMORY;
      }
      Evictor.Room room =
          lacking > 0
              ? evictor.evict(lacking, exchange)
              : evictor.evictSome(Math.ceilDiv(needed, EVICTIONS_PER_OBJECT), exchange);
      if (room != Evictor.Room.MADE) {
        return room == Evictor.Room.COMING ? NEEDS_DISK : NONE;
      }
      offset = heap.allocate(needed);
    }
    return offset < 0 ? NEEDS_MEMORY : offset;
  }
}
