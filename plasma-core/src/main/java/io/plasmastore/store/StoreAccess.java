package io.plasmastore.store;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Who may use a store, and how many at once. Two gates stand one behind the other: the mode and the
 * group of the socket's file say who can connect, and the user id that the kernel tells of whoever
 * did says what it may do. The store's own user may do everything unless it is listed as read-only;
 * nobody else is admitted who is not listed, not even root.
 *
 * <p>Who is allowed to write is trusted as the store's own user is: it has all objects in writable
 * memory. Who may only read has nothing that it could write, but can read all that lies in the
 * store's memory.
 *
 * @param socketMode permissions of the socket, as chmod takes them; at least 0600
 * @param group name or number of the group that the socket is given; null to leave it
 * @param allowedUids users who may do everything, beside the store's own
 * @param readOnlyUids users who may only read
 * @param maxClients how many clients there can be at once
 */
public record StoreAccess(
    int socketMode,
    @Nullable String group,
    Set<Long> allowedUids,
    Set<Long> readOnlyUids,
    int maxClients) {
  /** The mode of a socket that its owner alone can use. */
  public static final int OWNER_ONLY = 0600;

  /** How many clients there can be where nothing else is said. */
  public static final int DEFAULT_MAX_CLIENTS = 1024;

  private static final int GROUP_TOO = 0060;
  private static final int ALL_PERMISSIONS = 0777;
  private static final long MAX_UID = 0xffff_fffeL;

  /** Copies the sets. */
  public StoreAccess {
    allowedUids = Set.copyOf(allowedUids);
    readOnlyUids = Set.copyOf(readOnlyUids);
  }

  /**
   * The store's own user alone.
   *
   * @return the access where nothing else is said
   */
  public static StoreAccess ownUserAlone() {
    return new StoreAccess(OWNER_ONLY, null, Set.of(), Set.of(), DEFAULT_MAX_CLIENTS);
  }

  /**
   * The same with a socket that belongs to a group, whose members can connect. What they may do
   * their user ids say.
   *
   * @param group name or number
   * @return the access, unchecked, with a mode that lets the group in
   */
  public StoreAccess withGroup(String group) {
    return new StoreAccess(socketMode | GROUP_TOO, group, allowedUids, readOnlyUids, maxClients);
  }

  /**
   * The same with another mode of the socket.
   *
   * @param socketMode permissions, as chmod takes them
   * @return the access, unchecked
   */
  public StoreAccess withSocketMode(int socketMode) {
    return new StoreAccess(socketMode, group, allowedUids, readOnlyUids, maxClients);
  }

  /**
   * The same with one more user who may do everything.
   *
   * @param uid the user's id
   * @return the access, unchecked
   */
  public StoreAccess allowing(long uid) {
    return new StoreAccess(socketMode, group, plus(allowedUids, uid), readOnlyUids, maxClients);
  }

  /**
   * The same with one more user who may only read.
   *
   * @param uid the user's id; may be the store's own
   * @return the access, unchecked
   */
  public StoreAccess allowingToRead(long uid) {
    return new StoreAccess(socketMode, group, allowedUids, plus(readOnlyUids, uid), maxClients);
  }

  /**
   * The same with another limit of clients.
   *
   * @param maxClients how many there can be at once, 1 or more
   * @return the access, unchecked
   */
  public StoreAccess withMaxClients(int maxClients) {
    return new StoreAccess(socketMode, group, allowedUids, readOnlyUids, maxClients);
  }

  /** What is wrong with it; empty if nothing is. */
  List<String> faults() {
    List<String> faults = new ArrayList<>();
    if ((socketMode & ~ALL_PERMISSIONS) != 0 || (socketMode & OWNER_ONLY) != OWNER_ONLY) {
      faults.add("socket mode is not 0600 to 0777: socketMode=0%o".formatted(socketMode));
    }
    Set<Long> uids = new TreeSet<>(allowedUids);
    uids.addAll(readOnlyUids);
    for (long uid : uids) {
      if (uid < 0 || uid > MAX_UID) {
        faults.add("user id out of range: uid=" + uid + " min=0 max=" + MAX_UID);
      } else if (allowedUids.contains(uid) && readOnlyUids.contains(uid)) {
        faults.add("user is both allowed to write and read-only: uid=" + uid);
      }
    }
    if (maxClients < 1) {
      faults.add("max clients too small: maxClients=" + maxClients + " min=1");
    }
    return faults;
  }

  private static Set<Long> plus(Set<Long> uids, long uid) {
    Set<Long> more = new HashSet<>(uids);
    more.add(uid);
    return more;
  }
}
