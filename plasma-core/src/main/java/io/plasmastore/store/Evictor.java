package io.plasmastore.store;

import io.plasmastore.memory.IndexWriter;
import io.plasmastore.memory.ObjectIndex;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntConsumer;

/**
 * Drops objects to make room: sealed ones that nobody holds and that were not put to be kept, in
 * the order of {@link SieveQueue}, and only as many as are needed. If dropping all that may be
 * dropped were not enough, nothing is dropped. The core's, on the event loop.
 */
final class Evictor {
  private final IndexWriter writer;
  private final ObjectIndex index;
  private final Sessions sessions;
  private final SieveQueue queue = new SieveQueue();

  Evictor(IndexWriter writer, Sessions sessions) {
    this.writer = writer;
    this.index = writer.index();
    this.sessions = sessions;
  }

  /** A sealed object may be dropped from now on, unless it is to be kept. */
  void add(int slot) {
    if (!index.isKept(slot)) {
      queue.add(slot);
    }
  }

  /** An object is gone, or going. */
  void remove(int slot) {
    queue.remove(slot);
  }

  /**
   * Drops objects worth so many bytes, or none.
   *
   * @param bytes of the heap, more than 0
   * @param drop what frees a hidden object
   * @return whether it could be done
   */
  boolean evict(long bytes, IntConsumer drop) {
    List<Integer> victims = new ArrayList<>();
    long found = hide(bytes, victims);
    if (found < bytes) {
      for (int slot : victims) {
        writer.show(slot);
        queue.add(slot);
      }
      return false;
    }
    victims.forEach(drop::accept);
    return true;
  }

  /**
   * Drops objects worth so many bytes, or as many as may be dropped.
   *
   * @return the bytes dropped
   */
  long evictAtMost(long bytes, IntConsumer drop) {
    List<Integer> victims = new ArrayList<>();
    long found = hide(bytes, victims);
    victims.forEach(drop::accept);
    return found;
  }

  // A victim is hidden when it is chosen, so that nobody can pin it any more, and so that it can be
  // shown again.
  private long hide(long bytes, List<Integer> victims) {
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

  private boolean spare(int slot) {
    if (sessions.takeVisit(slot) || sessions.isPinned(slot)) {
      return true;
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
