package io.plasmastore.store;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Who created the object in each slot, and which of these are still being written: here for the
 * store, and in each writer's page for a store that takes over. The core's, on the event loop.
 */
final class Creators {
  // By slot; null where that was before this store's time.
  private @Nullable Session[] creators = new Session[0];
  private int writing;

  /** Whether anything is being written. */
  boolean isWriting() {
    return writing > 0;
  }

  /** Who created a slot's object, if that was in this store's time. */
  @Nullable Session of(int slot) {
    return slot < creators.length ? creators[slot] : null;
  }

  /** A slot has an object of a client's, or none any more. */
  void set(int slot, @Nullable Session creator) {
    if (slot >= creators.length) {
      if (creator == null) {
        return;
      }
      creators = Arrays.copyOf(creators, Math.max(slot + 1, creators.length * 3 / 2));
    }
    creators[slot] = creator;
  }

  /**
   * A client is writing there. Not before the object is there: a store that takes over knows by
   * this who writes, and on nothing it would stay for ever.
   */
  void beginWrite(int slot, Session creator) {
    creator.page().beginWrite(slot);
    creator.writing().set(slot);
    writing++;
  }

  /** Nobody is writing there any more. */
  void endWrite(int slot) {
    Session creator = of(slot);
    if (creator != null && creator.writing().get(slot)) {
      creator.writing().clear(slot);
      writing--;
      if (creator.isOpen()) {
        creator.page().endWrite(slot);
      }
    }
  }
}
