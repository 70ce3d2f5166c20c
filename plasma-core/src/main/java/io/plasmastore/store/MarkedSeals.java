package io.plasmastore.store;

import io.plasmastore.memory.ClientPage;
import io.plasmastore.memory.SealMark;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * The seals that clients have marked in their pages, and that the store has yet to carry out. From
 * the mark on the object is sealed: so whatever the store is asked, it looks here before it says
 * that an object is not, and when a client says so, or is gone. The core's, on the event loop.
 */
final class MarkedSeals {
  private final Sessions sessions;
  private final Sealer sealer;
  private final Set<Session> underWay = new HashSet<>();

  /** Carries a seal out. */
  interface Sealer {
    /**
     * Seals an object.
     *
     * @param writer whose mark it is
     * @param mark what the client wrote, which may be anything
     * @return whether it was sealed by this
     */
    boolean seal(Session writer, SealMark mark);
  }

  MarkedSeals(Sessions sessions, Sealer sealer) {
    this.sessions = sessions;
    this.sealer = sealer;
  }

  /**
   * Carries out the seals of a client: one look at its page if there are none.
   *
   * @return whether there was anything
   */
  boolean settle(Session writer) {
    // A seal wakes gets, which may come back here: then a mark would be given back twice, the
    // second
    // time when the client has put its next one there.
    if (!writer.isOpen() || writer.page().marked() == 0 || !underWay.add(writer)) {
      return false;
    }
    try {
      return carryOut(writer);
    } finally {
      underWay.remove(writer);
    }
  }

  private boolean carryOut(Session writer) {
    ClientPage page = writer.page();
    boolean any = false;
    for (long left = page.marked(); left != 0; left &= left - 1) {
      int number = Long.numberOfTrailingZeros(left);
      any |= sealer.seal(writer, page.markAt(number));
      // After the seal: where this store dies in between, the next one finds it sealed already.
      page.clearMark(number);
    }
    return any;
  }

  /** The same for all clients. */
  boolean settleAll() {
    boolean any = false;
    for (Session session : List.copyOf(sessions.all())) {
      any |= settle(session);
    }
    return any;
  }
}
