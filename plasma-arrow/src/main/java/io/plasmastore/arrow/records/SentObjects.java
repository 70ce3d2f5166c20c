package io.plasmastore.arrow.records;

import io.plasmastore.ErrorCode;
import io.plasmastore.PlasmaClient;
import io.plasmastore.PlasmaException;
import io.plasmastore.SealedObject;
import java.util.ArrayDeque;
import java.util.Deque;

/**
 * Objects that a sender holds since they are not known to be taken, the oldest first. For one
 * thread.
 */
final class SentObjects {
  private final Deque<SealedObject> untaken = new ArrayDeque<>();

  void add(SealedObject sent) {
    untaken.add(sent);
  }

  /**
   * Lets go of what the receiver has deleted, without asking the store whether it has.
   *
   * @return how many are left
   */
  int forgetTaken() {
    // They are taken in the order in which they were sent: the first that is there ends the search.
    while (!untaken.isEmpty() && untaken.getFirst().isDeleted()) {
      untaken.removeFirst().close();
    }
    return untaken.size();
  }

  /** Deletes what nobody has taken, unless the store does so itself. */
  void delete(PlasmaClient client) {
    while (!untaken.isEmpty()) {
      try (SealedObject object = untaken.removeFirst()) {
        client.delete(object.id());
      } catch (PlasmaException e) {
        // The store is gone, or the client closed: the pins go with it, and nothing else is left.
        if (e.code() != ErrorCode.STORE_GONE && e.code() != ErrorCode.CLIENT_CLOSED) {
          throw e;
        }
      }
    }
  }
}
