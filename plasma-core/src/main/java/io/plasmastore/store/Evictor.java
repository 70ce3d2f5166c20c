package io.plasmastore.store;

import io.plasmastore.memory.IndexWriter;
import io.plasmastore.memory.ObjectIndex;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntConsumer;

/**
 * Makes room: chooses sealed objects that nobody holds, in the order of {@link SieveQueue}, and
 * only as many as are needed. If all that may be chosen were not enough, nothing is. The core's, on
 * the event loop.
 */
final class Evictor {
  private final IndexWriter writer;
  private final ObjectIndex index;
  private final Sessions sessions;
  private final Exits exits;
  private final SieveQueue queue = new SieveQueue();

  /** What came of a wish for room. */
  enum Room {
    /** It is there. */
    MADE,
    /** It will be, when objects have been written to disk or handed over. */
    COMING,
    /** There is none to be had. */
    NONE
  }

  Evictor(IndexWriter writer, Sessions sessions, Exits exits) {
    this.writer = writer;
    this.index = writer.index();
    this.sessions = sessions;
    this.exits = exits;
  }

  /** A sealed object may be chosen from now on, if it may leave at all. */
  void add(int slot) {
    if (exits.mayLeave(slot)) {
      queue.add(slot);
    }
  }

  /** An object is gone, or going. */
  void remove(int slot) {
    queue.remove(slot);
  }

  /**
   * Makes room for so many bytes of the heap.
   *
   * @param bytes more than 0
   * @param exchange whether it is for an object that comes back from disk
   */
  Room evict(long bytes, boolean exchange) {
    long lacking = bytes - exits.writingBytes();
    if (lacking <= 0) {
      return Room.COMING;
    }
    List<Integer> victims = new ArrayList<>();
    if (choose(lacking, victims) < lacking) {
      for (int slot : victims) {
        if (exits.isReady(slot)) {
          writer.show(slot);
        }
        queue.add(slot);
      }
      return exits.isRoomComing() ? Room.COMING : Room.NONE;
    }
    return clear(victims, exchange, unused -> {}) ? Room.MADE : comingOrNone();
  }

  /** The same for as many of the bytes as can be had, unless room is coming already. */
  Room evictSome(long bytes, boolean exchange) {
    if (exits.isRoomComing()) {
      return Room.COMING;
    }
    List<Integer> victims = new ArrayList<>();
    if (choose(bytes, victims) == 0) {
      return Room.NONE;
    }
    return clear(victims, exchange, unused -> {}) ? Room.MADE : comingOrNone();
  }

  /**
   * Has objects worth so many bytes leave, or as many as may.
   *
   * @param started takes the slot of each that is being written first; {@link #settle} ends it
   * @return the bytes that have left at once
   */
  long evictAtMost(long bytes, IntConsumer started) {
    List<Integer> victims = new ArrayList<>();
    var unused = choose(bytes, victims);
    long left = 0;
    for (int slot : victims) {
      left += exits.isReady(slot) ? Heap.roundUp(index.extentSize(slot)) : 0;
    }
    var _ = clear(victims, false, started);
    return left;
  }

  /**
   * A victim is not being written any more: it leaves, unless somebody has come to want it.
   *
   * @param slot in state SEALED
   * @return the bytes that have left
   */
  long settle(int slot) {
    if (!exits.isReady(slot) || spare(slot)) {
      queue.add(slot);
      return 0;
    }
    long bytes = Heap.roundUp(index.extentSize(slot));
    exits.leave(slot);
    return bytes;
  }

  /** Whether there will be room without doing anything. */
  boolean isRoomComing() {
    return exits.isRoomComing();
  }

  // A victim that can leave at once is hidden when it is chosen, so that nobody can pin it any
  // more,
  // and so that it can be shown again.
  private long choose(long bytes, List<Integer> victims) {
    long found = 0;
    while (found < bytes) {
      int slot = queue.next(this::spare);
      if (slot == SieveQueue.NOBODY) {
        break;
      }
      queue.remove(slot);
      victims.add(slot);
      found += Heap.roundUp(index.extentSize(slot));
    }
    return found;
  }

  /** Whether all victims have left; those that could not be written stay. */
  private boolean clear(List<Integer> victims, boolean exchange, IntConsumer started) {
    List<Integer> toWrite = new ArrayList<>();
    for (int slot : victims) {
      if (exits.isReady(slot)) {
        exits.leave(slot);
      } else {
        toWrite.add(slot);
      }
    }
    for (int slot : toWrite) {
      if (exits.write(slot, exchange)) {
        started.accept(slot);
      } else {
        queue.add(slot);
      }
    }
    return toWrite.isEmpty();
  }

  private Room comingOrNone() {
    return exits.isRoomComing() ? Room.COMING : Room.NONE;
  }

  private boolean spare(int slot) {
    if (sessions.takeVisit(slot) || sessions.isPinned(slot)) {
      return true;
    }
    if (!exits.isReady(slot)) {
      // It stays readable while it is written, and a store that dies meanwhile leaves it sealed.
      return false;
    }
    // Now as PinProtocol has it: whoever pinned since we looked is seen after this.
    writer.hide(slot);
    if (sessions.isPinned(slot)) {
      writer.show(slot);
      return true;
    }
    return false;
  }
}
