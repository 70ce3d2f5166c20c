package io.plasmastore.store;

import io.plasmastore.ErrorCode;
import io.plasmastore.ObjectId;
import io.plasmastore.PlasmaException;
import io.plasmastore.memory.Counter;
import io.plasmastore.memory.IndexWriter;
import io.plasmastore.memory.ObjectIndex;
import io.plasmastore.memory.SlotState;
import io.plasmastore.os.NativeCallException;
import io.plasmastore.protocol.Access;
import io.plasmastore.protocol.Limits;
import io.plasmastore.protocol.Reply;
import io.plasmastore.protocol.Request;
import io.plasmastore.protocol.SessionToken;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

/**
 * What the store does when asked, knowing nothing of sockets or clocks: each request changes the
 * {@link ObjectTable} and is answered by one reply, at once or later. One thread, the event loop.
 */
final class StoreCore implements Heap.GrowthListener {
  /** The cancel of a request that was answered already. */
  static final Runnable ANSWERED = () -> {};

  /** How often the clients of a dead store that have not come back are looked for. */
  private static final long WATCH_MILLIS = 1_000;

  private final IndexWriter counters;
  private final ObjectTable objects;
  private final Heap heap;
  private final Sessions sessions;
  private final SharedFiles shared;
  private final StoreReports reports;
  private final Creates creates;
  private final Resizes resizes;
  private final Gets gets;
  private final Deletes deletes;
  private final Evictions evictions;
  private final Handovers handovers;
  private final Spill spill;
  private final Subscriptions subscriptions = new Subscriptions();
  private final SealLooks looks;
  private final Timer timer;
  private final LongSupplier clockMillis;

  /** Runs something later, on the same thread. */
  interface Timer {
    /**
     * Runs an action once.
     *
     * @return what cancels it
     */
    Runnable schedule(long delayMillis, Runnable action);
  }

  /**
   * A core that knows of no objects yet: the gauges are still those of the store that died, until
   * its objects are {@linkplain #adopt(List) adopted}.
   */
  StoreCore(
      IndexWriter index,
      Heap heap,
      Sessions sessions,
      Spill spill,
      Timer timer,
      LongSupplier clockMillis) {
    this.counters = index;
    Happenings happenings = new Happenings();
    this.objects =
        new ObjectTable(index, heap, sessions, spill, this::isHandingOver, clockMillis, happenings);
    this.heap = heap;
    this.sessions = sessions;
    this.spill = spill;
    this.shared = new SharedFiles(sessions.directory(), heap.capacity());
    this.reports = new StoreReports(index, objects, heap, sessions, shared, spill);
    this.handovers = new Handovers(objects, timer, clockMillis, this::retryAndPublish);
    this.timer = timer;
    this.clockMillis = clockMillis;
    this.creates = new Creates(index, objects, heap, sessions, reports, timer, clockMillis);
    this.resizes = new Resizes(objects, heap, sessions, reports, clockMillis);
    this.gets = new Gets(index, objects, spill, heap, reports, timer, handovers);
    this.deletes = new Deletes(objects, spill, happenings, reports, this::grew);
    this.evictions = new Evictions(objects, reports);
    this.looks = new SealLooks(index, timer, this::settleAll, objects::isWriting);
    spill.listen(this::written, gets::removed, () -> counters.add(Counter.SPILL_ERRORS, 1));
  }

  /** Goes on where a dead store stopped. */
  void adopt(Takeover takeover) {
    try {
      sessions.commitSlots(counters.committedUpTo(counters.index().slotLimit()));
      List<Session> restored = new ArrayList<>();
      for (Takeover.PageLeft left : takeover.pages()) {
        restored.add(sessions.restore(left));
      }
      objects.adopt(takeover, restored);
    } catch (NativeCallException e) {
      throw objects.places().full(0, e);
    }
    takeover.removeDeadPages();
    counters.add(Counter.TAKEOVERS, 1);
    reports.publish();
    watchAwaited();
    updateLooks();
  }

  /** Takes over what was found on disk, after {@link #adopt(Takeover)} if there was memory too. */
  void adopt(List<SpillCopy> found) {
    for (SpillCopy copy : found) {
      int slot = objects.find(copy.id());
      if (slot == ObjectIndex.NOT_FOUND || objects.isSame(slot, copy)) {
        spill.adopt(copy, slot != ObjectIndex.NOT_FOUND);
      } else {
        spill.discard(copy);
      }
    }
    reports.publish();
  }

  /**
   * A client connects.
   *
   * @throws PlasmaException STORE_FULL if there is no room for its page, LIMIT_EXCEEDED if there
   *     are too many clients
   */
  Session open(NewClient client) {
    try {
      Session session = sessions.open(client, clockMillis.getAsLong());
      counters.add(Counter.SESSIONS, 1);
      reports.publish();
      return session;
    } catch (NativeCallException e) {
      throw objects.places().full(0, e);
    } catch (IOException e) {
      throw new PlasmaException(
          ErrorCode.INTERNAL_ERROR, "a client's page can't be made: reason=" + e, e);
    }
  }

  /**
   * A client opens one more lane, or comes back after a store died.
   *
   * @param uid the user whose process shows the token
   * @param access what that user may do
   * @throws PlasmaException ACCESS_DENIED if no such client is connected, or it is another user's;
   *     LIMIT_EXCEEDED if it has too many lanes
   */
  Session join(SessionToken token, long uid, Access access) {
    Session session = sessions.find(token);
    if (session == null || !session.admits(uid, access)) {
      throw new PlasmaException(ErrorCode.ACCESS_DENIED, "no session of this user has this token");
    }
    if (session.lanes() >= Limits.MAX_LANES_PER_CLIENT) {
      throw new PlasmaException(
          ErrorCode.LIMIT_EXCEEDED,
          "too many lanes: " + session + " max=" + Limits.MAX_LANES_PER_CLIENT);
    }
    session.cameBack(uid);
    settle(session);
    return session;
  }

  /** A client is gone: what it was writing is abandoned, and what it held is released. */
  void end(Session session) {
    if (!session.hasSaidGoodbye()) {
      counters.add(Counter.SESSIONS_LOST, 1);
    }
    // What it had sealed stays, though it may not have come to say so.
    objects.marks().settleEach(session);
    shared.dropAll(session);
    creates.removeOf(session);
    resizes.removeOf(session);
    // The client may live on, as when the store stops: to it these are no pins of its own.
    session.writing().stream().forEach(session.page()::endWrite);
    sessions.close(session);
    session.writing().stream().forEach(this::abandon);
    objects.sweepAll();
    reports.publish();
    retry();
  }

  /**
   * Does what a client asks.
   *
   * @param session who asks
   * @param request what; its buffers are valid until this returns
   * @param caller gets the one reply, now or later, on this thread; notices too if it subscribes;
   *     nothing if the request {@linkplain Request.Marked has none}
   * @return what to run when the caller is gone before its reply
   */
  Runnable handle(Session session, Request request, Consumer<Reply> caller) {
    counters.add(Counter.REQUESTS, 1);
    session.countRequest();
    var unused = handovers.look();
    settle(session);
    try {
      ReadOnlyRule.check(session, request);
      return switch (request) {
        case Request.Create r -> creates.create(session, r, caller);
        case Request.CreateAndSeal r -> creates.create(session, r, caller);
        case Request.CreateAndSealAll r -> creates.create(session, r, caller);
        case Request.CreateAll r -> creates.create(session, r, caller);
        case Request.Bind r -> bind(session, r, caller);
        case Request.Resize r -> {
          checkWriting(session, r.slot(), r.generation());
          yield retried(resizes.resize(session, r, caller));
        }
        case Request.Get r -> gets.get(r, caller);
        case Request.Delete r -> retried(deletes.delete(r.ids(), caller));
        case Request.Evict r -> {
          objects.marks().settleAll();
          yield retried(evictions.evict(r.bytes(), caller));
        }
        case Request.Marked _ -> ANSWERED;
        case Request.Subscribe _ -> {
          answer(caller, new Reply.Done());
          yield subscriptions.add(caller);
        }
        default -> answer(caller, reply(session, request));
      };
    } catch (PlasmaException e) {
      return answer(caller, failure(e));
    } finally {
      updateLooks();
    }
  }

  /** Gives up what a reply has created whose client never heard of it. */
  void abandonUndelivered(Session session, Reply reply) {
    boolean abandoned =
        switch (reply) {
          case Reply.Created created ->
              creates.abandon(session, created.slot(), created.generation());
          case Reply.CreatedAll created -> creates.abandonAll(session, created.entries());
          default -> false;
        };
    if (abandoned) {
      retryAndPublish();
    }
  }

  /** The reply that tells a client of an error, counted. */
  Reply.Failure failure(PlasmaException e) {
    return reports.failure(e);
  }

  /** The memory that a session was just promised; the caller releases it. */
  SharedFile sharedFile(Request.SharePages request) {
    return shared.retained(request.token());
  }

  /** Counts something that only the socket's side sees. */
  void count(Counter counter) {
    counters.add(counter, 1);
  }

  @Override
  public void grew() {
    retry();
    reports.publish();
    updateLooks();
  }

  @Override
  public void couldNotGrow(NativeCallException reason) {
    retry();
    // Objects that are being moved make room all the same.
    if (!objects.isMoving()) {
      creates.failImpatient(reason);
    }
    reports.publish();
  }

  private void retry() {
    var unused = handovers.look();
    gets.retry();
    resizes.retry();
    creates.retry();
  }

  private void retryAndPublish() {
    retry();
    reports.publish();
  }

  private void settle(Session session) {
    if (objects.marks().settle(session)) {
      retryAndPublish();
    }
  }

  private void settleAll() {
    if (objects.marks().settleAll()) {
      retryAndPublish();
    }
  }

  private void updateLooks() {
    looks.update(
        gets.isWaiting() || creates.isWaiting() || resizes.isWaiting() || subscriptions.isAny());
  }

  private boolean isHandingOver() {
    return handovers.isPending();
  }

  private void written(int slot) {
    evictions.settled(slot, objects.written(slot));
    retryAndPublish();
  }

  /** Readers find nothing more. */
  void stop() {
    counters.stop();
  }

  private Reply reply(Session session, Request request) {
    return switch (request) {
      case Request.Seal r -> seal(session, r);
      case Request.Abort r -> abort(session, r);
      case Request.Contains r -> new Reply.Answer(contains(r.id()));
      case Request.Unpinned r -> unpinned(session, r);
      case Request.Pin r -> pin(session, r);
      case Request.Trim _ -> trim();
      case Request.Refresh r -> refresh(session, r.ids());
      case Request.SharePages r -> {
        shared.share(session, r);
        yield new Reply.Done();
      }
      case Request.DropPages r -> {
        shared.drop(session, r.token());
        yield new Reply.Done();
      }
      case Request.ListObjects r -> {
        objects.marks().settleAll();
        yield reports.objects(r);
      }
      case Request.ListClients r -> {
        objects.marks().settleAll();
        yield reports.clients(r);
      }
      case Request.ListHolders r -> reports.holders(r);
      case Request.Goodbye _ -> {
        session.sayGoodbye();
        yield new Reply.Done();
      }
      case Request.Hello _, Request.Join _ ->
          throw new PlasmaException(
              ErrorCode.PROTOCOL_ERROR,
              "only the first message of a lane may be this: type=" + request.type());
      case Request.Create _,
          Request.CreateAndSeal _,
          Request.CreateAndSealAll _,
          Request.CreateAll _,
          Request.Bind _,
          Request.Resize _,
          Request.Get _,
          Request.Delete _,
          Request.Evict _,
          Request.Subscribe _,
          Request.Marked _ ->
          throw new AssertionError("answered later: type=" + request.type());
    };
  }

  private Reply seal(Session session, Request.Seal request) {
    checkWriting(session, request.slot(), request.generation());
    objects.seal(request.slot(), clockMillis.getAsLong());
    return new Reply.Done();
  }

  private Reply abort(Session session, Request.Abort request) {
    checkWriting(session, request.slot(), request.generation());
    abandon(request.slot());
    retry();
    return new Reply.Done();
  }

  private void abandon(int slot) {
    objects.abort(slot);
    counters.add(Counter.ABORTS, 1);
  }

  private void checkWriting(Session session, int slot, long generation) {
    if (session.writing().get(slot) && objects.generation(slot) == generation) {
      return;
    }
    if (objects.isSame(slot, generation) && objects.state(slot) == SlotState.SEALED) {
      throw new PlasmaException(
          ErrorCode.OBJECT_SEALED, "object is sealed already: id=" + objects.id(slot));
    }
    throw new PlasmaException(
        ErrorCode.OBJECT_NOT_FOUND,
        "this client is not writing such an object: slot=" + slot + " generation=" + generation);
  }

  private Reply pin(Session session, Request.Pin request) {
    int slot = request.slot();
    if (objects.isSlot(slot)) {
      objects.marks().settle(slot);
    }
    boolean there =
        objects.isSlot(slot)
            && objects.generation(slot) == request.generation()
            && objects.state(slot) == SlotState.SEALED;
    if (there) {
      session.page().pin(slot);
      session.page().visit(slot);
    }
    return new Reply.Answer(there);
  }

  private Reply unpinned(Session session, Request.Unpinned request) {
    int slot = request.slot();
    if (session.access() == Access.GUEST
        && objects.isSlot(slot)
        && objects.generation(slot) == request.generation()
        && session.page().pins(slot) > 0) {
      var unused = session.page().unpin(slot);
    }
    objects.sweep(slot);
    retry();
    return new Reply.Done();
  }

  private Runnable retried(Runnable cancel) {
    retry();
    return cancel;
  }

  private boolean contains(ObjectId id) {
    return objects.isSealed(id) || spill.copies().spilled(id) != null || spill.isRemoving(id);
  }

  private Reply trim() {
    return new Reply.Count(heap.trim());
  }

  private Reply refresh(Session session, List<ObjectId> ids) {
    for (ObjectId id : ids) {
      int slot = objects.findSealed(id);
      if (slot >= 0) {
        session.page().visit(slot);
      }
    }
    return new Reply.Done();
  }

  private Runnable bind(Session session, Request.Bind request, Consumer<Reply> caller) {
    ObjectId target = request.id();
    if (target != null) {
      return creates.bind(session, request.name(), target, caller);
    }
    int slot = objects.find(ObjectId.ofBinding(request.name()));
    if (slot == ObjectIndex.NOT_FOUND) {
      throw new PlasmaException(
          ErrorCode.OBJECT_NOT_FOUND, "nothing is bound: name=" + request.name());
    }
    objects.delete(slot);
    return answer(caller, new Reply.Done());
  }

  private void watchAwaited() {
    // One that has not come back may have sealed something, or let go of what was deleted, and
    // told the store that died.
    sessions.awaited().forEach(this::settle);
    sessions.lost().forEach(this::end);
    if (!sessions.awaited().isEmpty()) {
      objects.sweepAll();
      retryAndPublish();
      timer.schedule(WATCH_MILLIS, this::watchAwaited);
    }
  }

  private Runnable answer(Consumer<Reply> caller, Reply reply) {
    reports.answer(caller, reply);
    return ANSWERED;
  }

  /** What is counted, and told to those who wait and to those who listen. */
  private final class Happenings implements ObjectTable.Listener {
    @Override
    public void sealed(ObjectId id, long size) {
      counters.add(Counter.SEALS, 1);
      gets.sealed(id);
      subscriptions.tell(Reply.Notice.Kind.SEALED, id, size);
    }

    @Override
    public void deleted(ObjectId id, long size) {
      counters.add(Counter.DELETES, 1);
      subscriptions.tell(Reply.Notice.Kind.DELETED, id, size);
    }

    @Override
    public void evicted(ObjectId id, long size) {
      if (spill.isOn()) {
        counters.add(Counter.SPILLS, 1);
      } else {
        counters.add(Counter.EVICTIONS, 1);
        counters.add(Counter.EVICTED_BYTES, size);
      }
      subscriptions.tell(Reply.Notice.Kind.EVICTED, id, size);
    }

    @Override
    public void roomChanged() {
      retry();
      reports.publish();
    }
  }
}
