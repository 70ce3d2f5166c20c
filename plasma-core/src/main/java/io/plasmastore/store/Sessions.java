package io.plasmastore.store;

import io.plasmastore.ErrorCode;
import io.plasmastore.PlasmaException;
import io.plasmastore.memory.ClientPage;
import io.plasmastore.memory.MappedFile;
import io.plasmastore.memory.PinProtocol;
import io.plasmastore.memory.ProcessStart;
import io.plasmastore.memory.SealMarks;
import io.plasmastore.os.NativeCallException;
import io.plasmastore.protocol.Access;
import io.plasmastore.protocol.Reply;
import io.plasmastore.protocol.SessionToken;
import java.io.IOException;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Who is connected, and what they hold. Looking for the pins of a slot is O(clients), which only a
 * delete and a listing do. The core's, on the event loop.
 */
final class Sessions {
  private static final SecureRandom RANDOM = new SecureRandom();

  private final StoreDirectory directory;
  private final MappedFile seals;
  private final int maxSlots;
  private final Map<SessionToken, Session> byToken = new HashMap<>();
  private final Map<Integer, Integer> holds = new HashMap<>();
  // A list beside the map, since looking for pins walks it often.
  private final List<Session> all = new ArrayList<>();
  private final Rules rules;
  private int committedSlots;
  // The marks of clients that have left, which no page holds any more.
  private final BitSet visitedByLeft = new BitSet();
  private int nextNumber = 1;

  /**
   * What holds for all clients.
   *
   * @param maxClients how many there can be at once
   * @param quota bytes of objects that one client may have created; 0 for no limit
   * @param severalWriters whether there may be clients of several users that write
   */
  record Rules(int maxClients, long quota, boolean severalWriters) {
    static Rules of(StoreOptions options) {
      return new Rules(
          options.access().maxClients(),
          options.clientQuota(),
          !options.access().allowedUids().isEmpty());
    }
  }

  /**
   * Nobody is connected.
   *
   * @param seals the file of their seal marks
   */
  Sessions(StoreDirectory directory, MappedFile seals, int maxSlots, Rules rules) {
    this.directory = directory;
    this.seals = seals;
    this.maxSlots = maxSlots;
    this.rules = rules;
  }

  /**
   * Makes a client's page and enters the client.
   *
   * @throws PlasmaException LIMIT_EXCEEDED if there are too many
   * @throws IOException if there is no room for the page; nothing is left of it then
   */
  Session open(NewClient client, long nowMillis) throws IOException {
    if (all.size() >= rules.maxClients()) {
      throw new PlasmaException(
          ErrorCode.LIMIT_EXCEEDED,
          "too many clients: count=" + all.size() + " max=" + rules.maxClients());
    }
    int number = nextNumber++;
    boolean guest = client.access() == Access.GUEST;
    String prefix = guest ? StoreDirectory.GUEST_PREFIX : StoreDirectory.PAGE_PREFIX;
    MappedFile file =
        MappedFile.create(directory.file(prefix + number), ClientPage.fileSize(maxSlots));
    try {
      ClientPage.commit(file, maxSlots, 0, Math.max(1, committedSlots));
    } catch (IOException e) {
      file.close();
      throw e;
    }
    ClientPage.Owner owner =
        new ClientPage.Owner(
            number,
            client.pid(),
            ProcessHandle.of(client.pid()).map(ProcessStart::millis).orElse(0L),
            RANDOM.nextLong(),
            RANDOM.nextLong(),
            nowMillis,
            client.name());
    Session session =
        new Session(owner, client.uid(), client.access(), file, maxSlots, rules.quota());
    session.page().initialize(owner);
    enter(session);
    return session;
  }

  /**
   * Takes over the session of a dead store, whose client has not come back yet.
   *
   * @throws NativeCallException if the mount is full
   */
  Session restore(Takeover.PageLeft left) throws NativeCallException {
    ClientPage.commit(left.file(), maxSlots, 0, Math.max(1, committedSlots));
    Session session =
        new Session(
            left.owner(),
            Reply.ClientsListed.Entry.UNKNOWN_UID,
            left.access(),
            left.file(),
            maxSlots,
            rules.quota());
    session.await();
    nextNumber = Math.max(nextNumber, left.owner().client() + 1);
    enter(session);
    return session;
  }

  private void enter(Session session) {
    byToken.put(session.token(), session);
    all.add(session);
  }

  /**
   * The clients of a dead store that have not come back, and never will: their processes are gone.
   */
  List<Session> lost() {
    return awaited().stream().filter(session -> !session.isProcessAlive()).toList();
  }

  /** The clients of a dead store that have not come back. */
  List<Session> awaited() {
    return all.stream().filter(Session::isAwaited).toList();
  }

  /** Whether memory that is handed out to be written may have been another user's. */
  boolean hasSeveralWriters() {
    return rules.severalWriters();
  }

  /** Where the pages of clients lie. */
  StoreDirectory directory() {
    return directory;
  }

  /** What they mark as sealed. */
  SealMarks marks() {
    return new SealMarks(seals.segment());
  }

  /** Everybody, the oldest first. */
  List<Session> all() {
    return all;
  }

  /** The session of a token, if there is one. */
  @Nullable Session find(SessionToken token) {
    return byToken.get(token);
  }

  /** Forgets a client: its pins count no more, but what it looked at was looked at. */
  void close(Session session) {
    byToken.remove(session.token());
    all.remove(session);
    session.page().forEachVisit(committedSlots, visitedByLeft::set);
    session.close();
  }

  /**
   * Makes sure that every client may pin these slots, and mark them.
   *
   * @param upTo end of the slots
   * @throws NativeCallException if the mount is full
   */
  void commitSlots(int upTo) throws NativeCallException {
    if (upTo <= committedSlots) {
      return;
    }
    for (Session session : all) {
      ClientPage.commit(session.pageFile(), maxSlots, committedSlots, upTo);
    }
    SealMarks.commit(seals, committedSlots, upTo);
    committedSlots = upTo;
  }

  /** The store itself holds a slot, as often as this is called. */
  void hold(int slot) {
    holds.merge(slot, 1, Integer::sum);
  }

  /** Ends one hold of the store's. */
  void letGo(int slot) {
    holds.computeIfPresent(slot, (unused, count) -> count == 1 ? null : count - 1);
  }

  /** Whether a client holds a slot, or has looked at it since that was last wiped. */
  boolean isSeen(int slot) {
    for (Session session : all) {
      if (session.page().pins(slot) != 0 || session.page().isVisited(slot)) {
        return true;
      }
    }
    return false;
  }

  /**
   * Whether anybody holds a slot, the store itself included. After a retire this is step 3 of
   * {@link PinProtocol}.
   */
  boolean isPinned(int slot) {
    if (holds.containsKey(slot)) {
      return true;
    }
    for (Session session : all) {
      if (session.page().pins(slot) != 0) {
        return true;
      }
    }
    return false;
  }

  /** Whether anybody looked at a slot since the last time; wipes the marks. */
  boolean takeVisit(int slot) {
    boolean visited = visitedByLeft.get(slot);
    visitedByLeft.clear(slot);
    for (Session session : all) {
      visited |= session.page().takeVisit(slot);
    }
    return visited;
  }

  /** How often a slot is held, over all clients. */
  long pins(int slot) {
    long pins = 0;
    for (Session session : all) {
      pins += Math.max(0, session.page().pins(slot));
    }
    return pins;
  }

  /** How many clients hold a slot. */
  int holders(int slot) {
    int holders = 0;
    for (Session session : all) {
      if (session.page().pins(slot) > 0) {
        holders++;
      }
    }
    return holders;
  }

  int count() {
    return all.size();
  }

  void closeAll() {
    List.copyOf(all).forEach(this::close);
  }
}
