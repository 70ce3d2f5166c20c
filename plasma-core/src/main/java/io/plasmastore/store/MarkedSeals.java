package io.plasmastore.store;

import io.plasmastore.memory.ObjectIndex;
import io.plasmastore.memory.SealMark;
import io.plasmastore.memory.SealMarks;
import java.util.List;

/**
 * The seals that writers have marked, and that the store has yet to carry out. From the mark on the
 * object is sealed: so whatever the store is asked, it looks here before it says that an object is
 * not, and before it gives up what a client was writing. The core's, on the event loop.
 */
final class MarkedSeals {
  private final ObjectIndex index;
  private final Sessions sessions;
  private final SealMarks marks;
  private final Sealer sealer;

  /** Carries a seal out. */
  interface Sealer {
    /**
     * Seals an object.
     *
     * @param slot the object's, in state CREATED
     * @param mark what its writer wrote, which may be anything
     * @return whether it was sealed by this
     */
    boolean seal(int slot, SealMark mark);
  }

  MarkedSeals(ObjectIndex index, Sessions sessions, Sealer sealer) {
    this.index = index;
    this.sessions = sessions;
    this.marks = sessions.marks();
    this.sealer = sealer;
  }

  /** Whether the object in a slot is being written and marked. */
  boolean isMarked(int slot) {
    return marks.isMarked(slot, index.word(slot));
  }

  /**
   * Carries the seal of an object out, if it is marked.
   *
   * @return whether it was
   */
  boolean settle(int slot) {
    SealMark mark = marks.at(slot, index.word(slot));
    return mark != null && sealer.seal(slot, mark);
  }

  /**
   * The same for what a client is writing: one look at its page if it has marked nothing since.
   *
   * @return whether there was anything
   */
  boolean settle(Session writer) {
    return writer.isOpen() && writer.takeMarks() && settleEach(writer);
  }

  /** The same for a client that may have died between a mark and the counting of it. */
  boolean settleEach(Session writer) {
    boolean any = false;
    // The slots as they are now: a seal wakes gets, which may come here for another.
    for (int slot : writer.writing().stream().toArray()) {
      any |= settle(slot);
    }
    return any;
  }

  /** The same for all clients. O(clients). */
  boolean settleAll() {
    boolean any = false;
    for (Session session : List.copyOf(sessions.all())) {
      any |= settle(session);
    }
    return any;
  }
}
