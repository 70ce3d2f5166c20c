package io.plasmastore.store;

import io.plasmastore.ErrorCode;
import io.plasmastore.PlasmaException;
import io.plasmastore.protocol.Reply;
import io.plasmastore.protocol.Request;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

/**
 * The requests that change the size of an object under construction. One that grows at the end of
 * what is committed waits until more is; all others are answered at once. The core's, on the event
 * loop.
 */
final class Resizes {
  private final ObjectTable objects;
  private final Heap heap;
  private final Sessions sessions;
  private final StoreReports reports;
  private final LongSupplier clockMillis;
  private final List<UnderWay> waiting = new ArrayList<>();

  /** One that waits for memory. */
  private record UnderWay(Session session, Request.Resize request, Consumer<Reply> caller) {}

  Resizes(
      ObjectTable objects,
      Heap heap,
      Sessions sessions,
      StoreReports reports,
      LongSupplier clockMillis) {
    this.clockMillis = clockMillis;
    this.objects = objects;
    this.heap = heap;
    this.sessions = sessions;
    this.reports = reports;
  }

  /**
   * Changes a size.
   *
   * @param session who is writing the object
   * @param caller gets the one reply, now or later
   * @return what to run when the caller is gone before its reply
   * @throws PlasmaException if it can't be, and nothing has changed
   */
  Runnable resize(Session session, Request.Resize request, Consumer<Reply> caller) {
    if (attempt(session, request, caller)) {
      return StoreCore.ANSWERED;
    }
    UnderWay later = new UnderWay(session, settled(request), caller);
    waiting.add(later);
    heap.grow();
    return () -> waiting.remove(later);
  }

  /** Whether anybody waits. */
  boolean isWaiting() {
    return !waiting.isEmpty();
  }

  /** There is more memory than before, or none to be had. */
  void retry() {
    for (UnderWay next : List.copyOf(waiting)) {
      boolean answered = true;
      try {
        answered = attempt(next.session, next.request, next.caller);
      } catch (PlasmaException e) {
        next.caller.accept(reports.failure(e));
      }
      if (answered) {
        waiting.remove(next);
      }
    }
    if (!waiting.isEmpty()) {
      heap.grow();
    }
  }

  /** A client is gone, and waits for nothing any more. */
  void removeOf(Session session) {
    waiting.removeIf(next -> next.session == session);
  }

  private boolean attempt(Session session, Request.Resize request, Consumer<Reply> caller) {
    int slot = request.slot();
    // Another thread of the client's may have given it up meanwhile.
    if (!session.writing().get(slot) || objects.generation(slot) != request.generation()) {
      throw new PlasmaException(
          ErrorCode.OBJECT_NOT_FOUND,
          "this client is not writing such an object: slot="
              + slot
              + " generation="
              + request.generation());
    }
    long size = objects.resize(slot, session, request);
    if (size == Places.NEEDS_MEMORY) {
      return false;
    }
    if (request.seal() && size != ObjectTable.NO_ROOM_BEHIND) {
      objects.seal(slot, clockMillis.getAsLong());
    }
    reports.answer(caller, new Reply.Resized(size, sessions.hasSeveralWriters()));
    return true;
  }

  /** The same, independent of the buffers of the frame that it came in. */
  private static Request.Resize settled(Request.Resize r) {
    ByteBuffer metadata =
        ByteBuffer.allocate(r.metadata().remaining()).put(r.metadata().duplicate()).flip();
    return new Request.Resize(
        r.slot(), r.generation(), r.leastSize(), r.dataSize(), metadata, r.name(), r.seal());
  }
}
