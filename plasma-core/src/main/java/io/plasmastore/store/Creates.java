package io.plasmastore.store;

import io.plasmastore.ErrorCode;
import io.plasmastore.ObjectId;
import io.plasmastore.PlasmaException;
import io.plasmastore.memory.Counter;
import io.plasmastore.memory.IndexWriter;
import io.plasmastore.os.NativeCallException;
import io.plasmastore.protocol.Reply;
import io.plasmastore.protocol.Request;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The requests that create objects, from the first try to the reply: who can't be served now waits
 * for memory to be committed or, if it said how long, for room. The core's, on the event loop.
 */
final class Creates {
  /**
   * How often a create that waits for room is tried again: a reader lets go without telling
   * anybody, and what it held may then be dropped.
   */
  private static final long RETRY_MILLIS = 5;

  private static final ByteBuffer NO_METADATA = ByteBuffer.allocate(0).asReadOnlyBuffer();

  private final IndexWriter counters;
  private final ObjectTable objects;
  private final Heap heap;
  private final Sessions sessions;
  private final StoreReports reports;
  private final StoreCore.Timer timer;
  private final LongSupplier clockMillis;
  private final WaitingCreates waiting = new WaitingCreates();
  private boolean retryScheduled;

  Creates(
      IndexWriter counters,
      ObjectTable objects,
      Heap heap,
      Sessions sessions,
      StoreReports reports,
      StoreCore.Timer timer,
      LongSupplier clockMillis) {
    this.counters = counters;
    this.objects = objects;
    this.heap = heap;
    this.sessions = sessions;
    this.reports = reports;
    this.timer = timer;
    this.clockMillis = clockMillis;
  }

  /**
   * Creates an object whose data the client will write.
   *
   * @param caller gets the one reply, now or later
   * @return what to run when the caller is gone before its reply
   * @throws PlasmaException if it can't be
   */
  Runnable create(Session session, Request.Create r, Consumer<Reply> caller) {
    NewObject plain = NewObject.of(r.id(), r.dataSize(), r.metadata(), r.name(), null, r.keep());
    NewObject object = r.again() ? plain.again() : plain;
    return create(
        new CreateUnderWay.Single(session, object, r.timeoutMillis() != 0, caller),
        r.timeoutMillis());
  }

  /** The same for an object whose data is there. */
  Runnable create(Session session, Request.CreateAndSeal r, Consumer<Reply> caller) {
    NewObject object =
        NewObject.of(r.id(), r.data().remaining(), r.metadata(), r.name(), r.data(), r.keep());
    return create(
        new CreateUnderWay.Single(session, object, r.timeoutMillis() != 0, caller),
        r.timeoutMillis());
  }

  /** The same for many of them. */
  Runnable create(Session session, Request.CreateAndSealAll r, Consumer<Reply> caller) {
    List<NewObject> objects = new ArrayList<>(r.entries().size());
    for (Request.CreateAndSealAll.Entry e : r.entries()) {
      objects.add(
          NewObject.of(e.id(), e.data().remaining(), e.metadata(), e.name(), e.data(), e.keep()));
    }
    return create(
        new CreateUnderWay.Batch(session, objects, r.timeoutMillis() != 0, caller),
        r.timeoutMillis());
  }

  /** The same for many whose data the client will write: all of them, or none. */
  Runnable create(Session session, Request.CreateAll r, Consumer<Reply> caller) {
    List<NewObject> objects = new ArrayList<>(r.entries().size());
    for (Request.CreateAll.Entry e : r.entries()) {
      objects.add(NewObject.of(e.id(), e.dataSize(), NO_METADATA, e.name(), null, r.keep()));
    }
    return create(new CreateUnderWay.Writable(session, objects, caller, this::abandonAll), 0);
  }

  /** The same for what a name is bound to. */
  Runnable bind(Session session, String name, ObjectId target, Consumer<Reply> caller) {
    NewObject binding = NewObject.binding(name, target);
    return create(new CreateUnderWay.Single(session, binding, false, caller), 0);
  }

  /** Tries those again who wait: there may be room. */
  void retry() {
    switch (waiting.attempt(this::tryCreate, this::fail)) {
      case EMPTY, NEEDS_MEMORY -> {}
      case NEEDS_ROOM -> {
        if (!retryScheduled) {
          retryScheduled = true;
          timer.schedule(
              RETRY_MILLIS,
              () -> {
                retryScheduled = false;
                retry();
              });
        }
      }
    }
  }

  /** Whether anybody waits. */
  boolean isWaiting() {
    return !waiting.isEmpty();
  }

  /** The mount has no more memory: whoever waits for that alone does so in vain. */
  void failImpatient(NativeCallException reason) {
    if (objects.isRoomComing()) {
      return;
    }
    for (CreateUnderWay create : waiting.takeImpatient()) {
      fail(create, objects.places().full(create.first().size(), reason));
    }
  }

  /** A client is gone, and waits for nothing any more. */
  void removeOf(Session session) {
    waiting.removeOf(session);
  }

  /**
   * Gives up an object that is being written.
   *
   * @return false if this client does not write it any more
   */
  boolean abandon(Session session, int slot, long generation) {
    if (!session.writing().get(slot) || objects.generation(slot) != generation) {
      return false;
    }
    objects.abort(slot);
    counters.add(Counter.ABORTS, 1);
    return true;
  }

  /**
   * Gives up objects that are being written.
   *
   * @return whether this client was writing one of them
   */
  boolean abandonAll(Session session, List<Reply.CreatedAll.Entry> made) {
    boolean any = false;
    for (Reply.CreatedAll.Entry entry : made) {
      any |= abandon(session, entry.slot(), entry.generation());
    }
    return any;
  }

  private Runnable create(CreateUnderWay create, long timeoutMillis) {
    // Who can wait stands in line; who can't is tried at once, or it would always fail while
    // somebody waits.
    if (!create.isPatient() || waiting.isEmpty()) {
      try {
        if (create.attempt(this::tryCreate)) {
          return StoreCore.ANSWERED;
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
    waiting.add(create);
    retry();
    if (timeoutMillis > 0) {
      timer.schedule(
          timeoutMillis,
          () -> {
            if (waiting.remove(create)) {
              fail(create, objects.places().full(create.first().size(), null));
            }
          });
    }
    return () -> {
      if (waiting.remove(create)) {
        create.cancelled();
        reports.publish();
        retry();
      }
    };
  }

  private @Nullable Reply tryCreate(Session session, NewObject object) {
    long now = clockMillis.getAsLong();
    int slot = objects.create(session, object, now);
    if (slot == Places.NEEDS_MEMORY) {
      heap.grow();
    }
    if (slot < 0) {
      return null;
    }
    counters.add(Counter.CREATES, 1);
    if (object.data() == null) {
      reports.publish();
      return new Reply.Created(
          slot, objects.generation(slot), objects.dataOffset(slot), sessions.hasSeveralWriters());
    }
    objects.seal(slot, now);
    reports.publish();
    return new Reply.Done();
  }

  private void fail(CreateUnderWay create, PlasmaException reason) {
    create.fail(reports.failure(reason), reason.code());
  }
}
