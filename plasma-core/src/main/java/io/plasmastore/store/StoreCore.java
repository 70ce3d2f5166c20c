package io.plasmastore.store;

import io.plasmastore.ErrorCode;
import io.plasmastore.ObjectId;
import io.plasmastore.PlasmaException;
import io.plasmastore.memory.Counter;
import io.plasmastore.memory.IndexWriter;
import io.plasmastore.memory.ObjectIndex;
import io.plasmastore.memory.SlotState;
import io.plasmastore.os.NativeCallException;
import io.plasmastore.protocol.Reply;
import io.plasmastore.protocol.Request;
import io.plasmastore.protocol.SessionToken;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * What the store does when asked, knowing nothing of sockets or clocks: each request changes the
 * {@link ObjectTable} and is answered by one reply, at once or later. One thread, the event loop.
 */
final class StoreCore implements Heap.GrowthListener {
  /** The cancel of a request that was answered already. */
  static final Runnable ANSWERED = () -> {};

  /**
   * How often a create that waits for room is tried again: a reader lets go without telling
   * anybody, and what it held may then be dropped.
   */
  private static final long RETRY_MILLIS = 5;

  /** How often the clients of a dead store that have not come back are looked for. */
  private static final long WATCH_MILLIS = 1_000;

  private final IndexWriter counters;
  private final ObjectTable objects;
  private final Heap heap;
  private final Sessions sessions;
  private final StoreReports reports;
  private final WaitingGets waitingGets = new WaitingGets();
  private final WaitingCreates waitingCreates = new WaitingCreates();
  private final Subscriptions subscriptions = new Subscriptions();
  private final Timer timer;
  private final LongSupplier clockMillis;
  private boolean retryScheduled;

  /** Runs something later, on the same thread. */
  interface Timer {
    /**
     * Runs an action once.
     *
     * @return what cancels it
     */
    Runnable schedule(long delayMillis, Runnable action);
  }

  StoreCore(
      IndexWriter index, Heap heap, Sessions sessions, Timer timer, LongSupplier clockMillis) {
    this.counters = index;
    this.objects = new ObjectTable(index, heap, sessions, new Happenings());
    this.heap = heap;
    this.sessions = sessions;
    this.reports = new StoreReports(index, objects, heap, sessions);
    this.timer = timer;
    this.clockMillis = clockMillis;
    reports.publish();
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
      throw objects.full(0, e);
    }
    takeover.removeDeadPages();
    counters.add(Counter.TAKEOVERS, 1);
    reports.publish();
    watchAwaited();
  }

  /**
   * A client connects.
   *
   * @throws PlasmaException STORE_FULL if there is no room for its page
   */
  Session open(long pid, String name) {
    try {
      Session session = sessions.open(pid, name, clockMillis.getAsLong());
      counters.add(Counter.SESSIONS, 1);
      reports.publish();
      return session;
    } catch (NativeCallException e) {
      throw objects.full(0, e);
    } catch (IOException e) {
      throw new PlasmaException(
          ErrorCode.INTERNAL_ERROR, "a client's page can't be made: reason=" + e, e);
    }
  }

  /**
   * A client opens one more lane, or comes back after a store died.
   *
   * @throws PlasmaException ACCESS_DENIED if no such client is connected
   */
  Session join(SessionToken token) {
    Session session = sessions.find(token);
    if (session == null) {
      throw new PlasmaException(ErrorCode.ACCESS_DENIED, "no session has this token");
    }
    session.setAwaited(false);
    return session;
  }

  /** A client is gone: what it was writing is abandoned, and what it held is released. */
  void end(Session session) {
    if (!session.hasSaidGoodbye()) {
      counters.add(Counter.SESSIONS_LOST, 1);
    }
    waitingCreates.removeOf(session);
    // The client may live on, as when the store stops: to it these are no pins of its own.
    session.writing().stream().forEach(session.page()::endWrite);
    sessions.close(session);
    session.writing().stream().forEach(this::abandon);
    objects.sweepAll();
    reports.publish();
    retryCreates();
  }

  /**
   * Does what a client asks.
   *
   * @param session who asks
   * @param request what; its buffers are valid until this returns
   * @param caller gets the one reply, now or later, on this thread; notices too if it subscribes
   * @return what to run when the caller is gone before its reply
   */
  Runnable handle(Session session, Request request, Consumer<Reply> caller) {
    counters.add(Counter.REQUESTS, 1);
    try {
      return switch (request) {
        case Request.Create r -> create(session, r, caller);
        case Request.CreateAndSeal r -> create(session, r, caller);
        case Request.CreateAndSealAll r -> create(session, r, caller);
        case Request.Bind r -> bind(session, r, caller);
        case Request.Get r -> get(r, caller);
        case Request.Subscribe _ -> {
          answer(caller, new Reply.Done());
          yield subscriptions.add(caller);
        }
        default -> answer(caller, reply(session, request));
      };
    } catch (PlasmaException e) {
      return answer(caller, failure(e));
    }
  }

  /** Gives up an object whose creator never heard of it. */
  void abandonUndelivered(Session session, Reply.Created created) {
    if (session.writing().get(created.slot())
        && objects.generation(created.slot()) == created.generation()) {
      abandon(created.slot());
      reports.publish();
      retryCreates();
    }
  }

  /** The reply that tells a client of an error, counted. */
  Reply.Failure failure(PlasmaException e) {
    counters.add(Counter.FAILURES, 1);
    if (e.code() == ErrorCode.STORE_FULL) {
      counters.add(Counter.STORE_FULL, 1);
    }
    return Reply.Failure.of(e.code(), String.valueOf(e.getMessage()));
  }

  /** Counts something that only the socket's side sees. */
  void count(Counter counter) {
    counters.add(counter, 1);
  }

  @Override
  public void grew() {
    retryCreates();
    reports.publish();
  }

  @Override
  public void couldNotGrow(NativeCallException reason) {
    retryCreates();
    // Whoever waits for memory alone does so for memory that will not come, unless objects are
    // being moved.
    if (objects.isMoving()) {
      reports.publish();
      return;
    }
    for (CreateUnderWay create : waitingCreates.takeImpatient()) {
      fail(create, objects.full(create.first().size(), reason));
    }
    reports.publish();
  }

  /** Readers find nothing more. */
  void stop() {
    counters.stop();
  }

  private Reply reply(Session session, Request request) {
    return switch (request) {
      case Request.Seal r -> seal(session, r);
      case Request.Abort r -> abort(session, r);
      case Request.Contains r -> new Reply.Answer(sealedSlot(r.id()) >= 0);
      case Request.Delete r -> delete(r.ids());
      case Request.Unpinned r -> unpinned(r.slot());
      case Request.Evict r -> evict(r.bytes());
      case Request.Trim _ -> trim();
      case Request.Refresh r -> refresh(session, r.ids());
      case Request.ListObjects r -> reports.objects(r);
      case Request.ListClients r -> reports.clients(r);
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
          Request.Bind _,
          Request.Get _,
          Request.Subscribe _ ->
          throw new AssertionError("answered later: type=" + request.type());
    };
  }

  private Runnable create(Session session, Request.Create r, Consumer<Reply> caller) {
    NewObject object = NewObject.of(r.id(), r.dataSize(), r.metadata(), r.name(), null, r.keep());
    return create(
        new CreateUnderWay.Single(session, object, r.timeoutMillis() != 0, caller),
        r.timeoutMillis());
  }

  private Runnable create(Session session, Request.CreateAndSeal r, Consumer<Reply> caller) {
    NewObject object =
        NewObject.of(r.id(), r.data().remaining(), r.metadata(), r.name(), r.data(), r.keep());
    return create(
        new CreateUnderWay.Single(session, object, r.timeoutMillis() != 0, caller),
        r.timeoutMillis());
  }

  private Runnable create(Session session, Request.CreateAndSealAll r, Consumer<Reply> caller) {
    List<NewObject> objects = new ArrayList<>(r.entries().size());
    for (Request.CreateAndSealAll.Entry e : r.entries()) {
      objects.add(
          NewObject.of(e.id(), e.data().remaining(), e.metadata(), e.name(), e.data(), e.keep()));
    }
    return create(
        new CreateUnderWay.Batch(session, objects, r.timeoutMillis() != 0, caller),
        r.timeoutMillis());
  }

  private Runnable create(CreateUnderWay create, long timeoutMillis) {
    // Who can wait stands in line; who can't is tried at once, or it would always fail while
    // somebody waits.
    if (!create.isPatient() || waitingCreates.isEmpty()) {
      try {
        if (create.attempt(this::tryCreate)) {
          return ANSWERED;
        }
      } catch (PlasmaException e) {
        if (e.code() != ErrorCode.STORE_FULL
            || (!create.isPatient() && heap.exhaustion() == null)) {
          throw e;
        }
        // The mount may have room again since it was last asked: this one waits until it has been
        // asked.
        heap.forgetExhaustion();
      }
    }
    create.settle();
    waitingCreates.add(create);
    retryCreates();
    if (timeoutMillis > 0) {
      timer.schedule(
          timeoutMillis,
          () -> {
            if (waitingCreates.remove(create)) {
              fail(create, objects.full(create.first().size(), null));
            }
          });
    }
    return () -> waitingCreates.remove(create);
  }

  private @Nullable Reply tryCreate(Session session, NewObject object) {
    long now = clockMillis.getAsLong();
    int slot = objects.create(session, object, now);
    if (slot == ObjectTable.NEEDS_MEMORY) {
      return null;
    }
    counters.add(Counter.CREATES, 1);
    if (object.data() == null) {
      reports.publish();
      return new Reply.Created(slot, objects.generation(slot), objects.dataOffset(slot));
    }
    objects.seal(slot, now);
    reports.publish();
    return new Reply.Done();
  }

  private void retryCreates() {
    switch (waitingCreates.attempt(this::tryCreate, this::fail)) {
      case EMPTY -> {}
      case NEEDS_MEMORY -> heap.grow();
      case NEEDS_ROOM -> {
        if (!retryScheduled) {
          retryScheduled = true;
          timer.schedule(
              RETRY_MILLIS,
              () -> {
                retryScheduled = false;
                retryCreates();
              });
        }
      }
    }
  }

  private void fail(CreateUnderWay create, PlasmaException reason) {
    create.fail(failure(reason), reason.code());
  }

  private Reply seal(Session session, Request.Seal request) {
    checkWriting(session, request.slot(), request.generation());
    objects.seal(request.slot(), clockMillis.getAsLong());
    return new Reply.Done();
  }

  private Reply abort(Session session, Request.Abort request) {
    checkWriting(session, request.slot(), request.generation());
    abandon(request.slot());
    retryCreates();
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

  private Reply delete(List<ObjectId> ids) {
    List<Integer> codes = new ArrayList<>(ids.size());
    for (ObjectId id : ids) {
      codes.add(delete(id));
    }
    retryCreates();
    return new Reply.Outcomes(codes);
  }

  private int delete(ObjectId id) {
    int slot = objects.find(id);
    if (slot == ObjectIndex.NOT_FOUND) {
      return ErrorCode.OBJECT_NOT_FOUND.code();
    }
    if (objects.state(slot) == SlotState.CREATED) {
      return ErrorCode.OBJECT_NOT_SEALED.code();
    }
    objects.delete(slot);
    return Reply.Outcomes.DONE;
  }

  private Reply unpinned(int slot) {
    objects.sweep(slot);
    retryCreates();
    return new Reply.Done();
  }

  private Reply evict(long bytes) {
    Reply reply = new Reply.Count(bytes == 0 ? 0 : objects.evict(bytes));
    retryCreates();
    return reply;
  }

  private Reply trim() {
    return new Reply.Count(heap.trim());
  }

  private Reply refresh(Session session, List<ObjectId> ids) {
    for (ObjectId id : ids) {
      int slot = sealedSlot(id);
      if (slot >= 0) {
        session.page().visit(slot);
      }
    }
    return new Reply.Done();
  }

  private Runnable bind(Session session, Request.Bind request, Consumer<Reply> caller) {
    ObjectId target = request.id();
    if (target != null) {
      NewObject binding = NewObject.binding(request.name(), target);
      return create(new CreateUnderWay.Single(session, binding, false, caller), 0);
    }
    int slot = objects.find(ObjectId.ofBinding(request.name()));
    if (slot == ObjectIndex.NOT_FOUND) {
      throw new PlasmaException(
          ErrorCode.OBJECT_NOT_FOUND, "nothing is bound: name=" + request.name());
    }
    objects.delete(slot);
    return answer(caller, new Reply.Done());
  }

  private Runnable get(Request.Get request, Consumer<Reply> caller) {
    counters.add(Counter.GETS_ASKED, 1);
    Set<ObjectId> missing = new LinkedHashSet<>();
    for (ObjectId id : request.ids()) {
      if (sealedSlot(id) < 0) {
        missing.add(id);
      }
    }
    if (missing.isEmpty() || request.timeoutMillis() == 0) {
      return answer(caller, got(request.ids()));
    }
    GetUnderWay get = new GetUnderWay(request.ids(), caller);
    get.waiting = waitingGets.add(missing, get::complete);
    if (request.timeoutMillis() > 0) {
      get.timeout = timer.schedule(request.timeoutMillis(), get::timeOut);
    }
    return get::cancel;
  }

  private Reply got(List<ObjectId> ids) {
    List<Reply.Got.Entry> entries = new ArrayList<>(ids.size());
    for (ObjectId id : ids) {
      int slot = sealedSlot(id);
      entries.add(
          slot < 0
              ? Reply.Got.Entry.NOT_SEALED
              : new Reply.Got.Entry(slot, objects.generation(slot)));
    }
    return new Reply.Got(entries);
  }

  private int sealedSlot(ObjectId id) {
    int slot = objects.find(id);
    return slot >= 0 && objects.state(slot) == SlotState.SEALED ? slot : ObjectIndex.NOT_FOUND;
  }

  private void watchAwaited() {
    sessions.lost().forEach(this::end);
    if (sessions.all().stream().anyMatch(Session::isAwaited)) {
      timer.schedule(WATCH_MILLIS, this::watchAwaited);
    }
  }

  private Runnable answer(Consumer<Reply> caller, Reply reply) {
    // Before the reply: who has it may look at the counters next.
    reports.publish();
    caller.accept(reply);
    return ANSWERED;
  }

  /** What is counted, and told to those who wait and to those who listen. */
  private final class Happenings implements ObjectTable.Listener {
    @Override
    public void sealed(ObjectId id, long size) {
      counters.add(Counter.SEALS, 1);
      waitingGets.wake(id);
      subscriptions.tell(Reply.Notice.Kind.SEALED, id, size);
    }

    @Override
    public void deleted(ObjectId id, long size) {
      counters.add(Counter.DELETES, 1);
      subscriptions.tell(Reply.Notice.Kind.DELETED, id, size);
    }

    @Override
    public void evicted(ObjectId id, long size) {
      counters.add(Counter.EVICTIONS, 1);
      counters.add(Counter.EVICTED_BYTES, size);
      subscriptions.tell(Reply.Notice.Kind.EVICTED, id, size);
    }

    @Override
    public void roomChanged() {
      retryCreates();
      reports.publish();
    }
  }

  /** A get that waits for a seal or for its time to be over, whichever comes first. */
  private final class GetUnderWay {
    private final List<ObjectId> ids;
    private final Consumer<Reply> caller;
    private WaitingGets.@Nullable WaitingGet waiting;
    private Runnable timeout = ANSWERED;

    GetUnderWay(List<ObjectId> ids, Consumer<Reply> caller) {
      this.ids = ids;
      this.caller = caller;
    }

    void complete() {
      timeout.run();
      var unused = answer(caller, got(ids));
    }

    void timeOut() {
      cancel();
      counters.add(Counter.GETS_TIMED_OUT, 1);
      var unused = answer(caller, got(ids));
    }

    void cancel() {
      timeout.run();
      if (waiting != null) {
        waiting.cancel();
      }
    }
  }
}
