package io.plasmastore.store;

import io.plasmastore.ErrorCode;
import io.plasmastore.PlasmaException;
import io.plasmastore.protocol.Access;
import io.plasmastore.protocol.Limits;
import java.util.HashMap;
import java.util.Map;

/**
 * The door: what a user may do, by the id that the kernel tells, and how many lanes of each user
 * stand in it that have not said who they are. On the event loop.
 */
final class Admission {
  private final long ownUid;
  private final StoreAccess rules;
  // By user, so that nobody can block the door for others.
  private final Map<Long, Integer> inHandshake = new HashMap<>();

  Admission(long ownUid, StoreAccess rules) {
    this.ownUid = ownUid;
    this.rules = rules;
  }

  /**
   * What a user may do.
   *
   * @throws PlasmaException ACCESS_DENIED if it is not admitted at all
   */
  Access of(long uid) {
    if (rules.readOnlyUids().contains(uid)) {
      return Access.GUEST;
    }
    if (uid == ownUid || rules.allowedUids().contains(uid)) {
      return Access.READ_WRITE;
    }
    throw new PlasmaException(
        ErrorCode.ACCESS_DENIED, "this store does not admit this user: uid=" + uid);
  }

  /**
   * One more lane of a user is open that has not said who it is; {@link #leaveHandshake} when it
   * has, or is gone.
   *
   * @throws PlasmaException LIMIT_EXCEEDED if there are too many
   */
  void enterHandshake(long uid) {
    int before = inHandshake.getOrDefault(uid, 0);
    if (before >= Limits.MAX_LANES_IN_HANDSHAKE) {
      throw new PlasmaException(
          ErrorCode.LIMIT_EXCEEDED,
          "too many connections have not said who they are: uid="
              + uid
              + " count="
              + before
              + " max="
              + Limits.MAX_LANES_IN_HANDSHAKE);
    }
    inHandshake.put(uid, before + 1);
  }

  void leaveHandshake(long uid) {
    inHandshake.computeIfPresent(uid, (unused, count) -> count == 1 ? null : count - 1);
  }
}
