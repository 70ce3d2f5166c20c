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
import io.plasmastore.store.ObjectTable.NewObject;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
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

  private final IndexWriter counters;
  private final ObjectTable objects;
  private final Heap heap;
  private final Sessions sessions;
  private final WaitingGets waitingGets = new WaitingGets();
  private final Deque<WaitingCreate> waitingCreates = new ArrayDeque<>();
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

  private record WaitingCreate(Session session, NewObject object, Consumer<Reply> caller) {}

  StoreCore(
      IndexWriter index, Heap heap, Sessions sessions, Timer timer, LongSupplier clockMillis) {
    this.counters = index;
    this.objects = new ObjectTable(index, heap, sessions);
    this.heap = heap;
    this.sessions = sessions;
    this.timer = timer;
    this.clockMillis = clockMillis;
    publish();
  }

  /**
   * A client connects.
   *
   * @throws PlasmaException STORE_FULL if there is no room for its page
   */
  Session open(long pid, String name) {
    try {
      Session session = sessions.open(pid, name);
      counters.add(Counter.SESSIONS, 1);
      publish();
      return session;
    } catch (NativeCallException e) {
      throw objects.full(0, e);
    } catch (IOException e) {
      throw new PlasmaException(
          ErrorCode.INTERNAL_ERROR, "a client's page can't be made: reason=" + e, e);
    }
  }

  /**
   * A client opens one more lane.
   *
   * @throws PlasmaException ACCESS_DENIED if no such client is connected
   */
  Session join(SessionToken token) {
    Session session = sessions.find(token);
    if (session == null) {
      throw new PlasmaException(ErrorCode.ACCESS_DENIED, "no session has this token");
    }
    return session;
  }

  /** A client is gone: what it was writing is abandoned, and what it held is released. */
  void end(Session session) {
    waitingCreates.removeIf(create -> create.session() == session);
    sessions.close(session);
    session.writing().stream().forEach(this::abandon);
    objects.sweepAll();
    publish();
    retryCreates();
  }

  /**
   * Does what a client asks.
   *
   * @param session who asks
   * @param request what; its buffers are valid until this returns
   * @param caller gets the one reply, now or later, on this thread
   * @return what to run when the caller is gone before its reply
   */
  Runnable handle(Session session, Request request, Consumer<Reply> caller) {
    counters.add(Counter.REQUESTS, 1);
    try {
      return switch (request) {
        case Request.Create r ->
            create(
                session, NewObject.of(r.id(), r.dataSize(), r.metadata(), r.name(), null), caller);
        case Request.CreateAndSeal r ->
            create(
                session,
                NewObject.of(r.id(), r.data().remaining(), r.metadata(), r.name(), r.data()),
                caller);
        case Request.Get r -> get(r, caller);
        case Request.Seal r -> answer(caller, seal(session, r));
        case Request.Abort r -> answer(caller, abort(session, r));
        case Request.Contains r -> answer(caller, new Reply.Answer(sealedSlot(r.id()) >= 0));
        case Request.Delete r -> answer(caller, delete(r.id()));
        case Request.Unpinned r -> answer(caller, unpinned(r.slot()));
        case Request.ListObjects r -> answer(caller, list(r));
        case Request.Hello r -> throw twice(r);
        case Request.Join r -> throw twice(r);
      };
    } catch (PlasmaException e) {
      return answer(caller, failure(e));
    }
  }

  /** The reply that tells a client of an error, counted. */
  Reply failure(PlasmaException e) {
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
    publish();
  }

  @Override
  public void couldNotGrow(NativeCallException reason) {
    // Whoever waits does so for memory that will not come.
    for (WaitingCreate create = waitingCreates.poll();
        create != null;
        create = waitingCreates.poll()) {
      var unused = answer(create.caller(), failure(objects.full(create.object().size(), reason)));
    }
    publish();
  }

  /** Readers find nothing more. */
  void stop() {
    counters.stop();
  }

  private Runnable create(Session session, NewObject object, Consumer<Reply> caller) {
    if (tryCreate(session, object, caller)) {
      return ANSWERED;
    }
    WaitingCreate waiting = new WaitingCreate(session, object.copied(), caller);
    waitingCreates.add(waiting);
    heap.grow();
    return () -> waitingCreates.remove(waiting);
  }

  private boolean tryCreate(Session session, NewObject object, Consumer<Reply> caller) {
    long now = clockMillis.getAsLong();
    int slot = objects.create(object, now);
    if (slot == ObjectTable.NEEDS_MEMORY) {
      return false;
    }
    counters.add(Counter.CREATES, 1);
    if (object.data() != null) {
      publishSealed(slot, now);
      var unused = answer(caller, new Reply.Done());
    } else {
      session.writing().set(slot);
      var unused =
          answer(
              caller, new Reply.Created(slot, objects.generation(slot), objects.dataOffset(slot)));
    }
    return true;
  }

  private void retryCreates() {
    for (int count = waitingCreates.size(); count > 0; count--) {
      WaitingCreate create = waitingCreates.remove();
      try {
        if (!tryCreate(create.session(), create.object(), create.caller())) {
          waitingCreates.add(create);
        }
      } catch (PlasmaException e) {
        var unused = answer(create.caller(), failure(e));
      }
    }
    if (!waitingCreates.isEmpty()) {
      heap.grow();
    }
  }

  private Reply seal(Session session, Request.Seal request) {
    checkWriting(session, request.slot(), request.generation());
    session.writing().clear(request.slot());
    publishSealed(request.slot(), clockMillis.getAsLong());
    return new Reply.Done();
  }

  private void publishSealed(int slot, long now) {
    objects.seal(slot, now);
    counters.add(Counter.SEALS, 1);
    waitingGets.wake(objects.id(slot));
  }

  private Reply abort(Session session, Request.Abort request) {
    checkWriting(session, request.slot(), request.generation());
    session.writing().clear(request.slot());
    abandon(request.slot());
    retryCreates();
    return new Reply.Done();
  }

  private void abandon(int slot) {
    objects.retire(slot);
    counters.add(Counter.ABORTS, 1);
  }

  private void checkWriting(Session session, int slot, long generation) {
    if (session.writing().get(slot) && objects.generation(slot) == generation) {
      return;
    }
    boolean same = objects.isSlot(slot) && objects.generation(slot) == generation;
    if (same && objects.state(slot) == SlotState.SEALED) {
      throw new PlasmaException(
          ErrorCode.OBJECT_SEALED, "object is sealed already: id=" + objects.id(slot));
    }
    throw new PlasmaException(
        ErrorCode.OBJECT_NOT_FOUND,
        "this client is not writing such an object: slot=" + slot + " generation=" + generation);
  }

  private Reply delete(ObjectId id) {
    int slot = objects.find(id);
    if (slot == ObjectIndex.NOT_FOUND) {
      return new Reply.Answer(false);
    }
    if (objects.state(slot) == SlotState.CREATED) {
      throw new PlasmaException(
          ErrorCode.OBJECT_NOT_SEALED, "object is still being written: id=" + id);
    }
    objects.retire(slot);
    counters.add(Counter.DELETES, 1);
    retryCreates();
    return new Reply.Answer(true);
  }

  private Reply unpinned(int slot) {
    objects.sweep(slot);
    retryCreates();
    return new Reply.Done();
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

  private Reply list(Request.ListObjects request) {
    List<Reply.Listed.Entry> entries = new ArrayList<>();
    int slot = request.fromSlot();
    int limit = objects.slotLimit();
    for (; slot < limit && entries.size() < request.limit(); slot++) {
      Reply.Listed.Entry entry = objects.entry(slot);
      if (entry != null) {
        entries.add(entry);
      }
    }
    return new Reply.Listed(slot < limit ? slot : Reply.Listed.END, entries);
  }

  private void publish() {
    counters.set(Counter.CAPACITY, heap.capacity());
    counters.set(Counter.USED, heap.used());
    counters.set(Counter.LARGEST_FREE, heap.largestFree());
    counters.set(Counter.COMMITTED, heap.committed());
    counters.set(Counter.OBJECTS, objects.count());
    counters.set(Counter.CLIENTS, sessions.count());
  }

  private Runnable answer(Consumer<Reply> caller, Reply reply) {
    // Before the reply: who has it may look at the counters next.
    publish();
    caller.accept(reply);
    return ANSWERED;
  }

  private static PlasmaException twice(Request request) {
    return new PlasmaException(
        ErrorCode.PROTOCOL_ERROR,
        "only the first message of a lane may be this: type=" + request.type());
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
