package io.plasmastore.store;

import io.plasmastore.ObjectId;
import io.plasmastore.memory.Counter;
import io.plasmastore.memory.IndexWriter;
import io.plasmastore.protocol.Reply;
import io.plasmastore.protocol.Request;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The gets that come to the store, as shared memory did not show the object: answered at once, or
 * when the last object is sealed or the time is over. The core's, on the event loop.
 */
final class Gets {
  private final IndexWriter counters;
  private final ObjectTable objects;
  private final StoreReports reports;
  private final StoreCore.Timer timer;
  private final WaitingGets waiting = new WaitingGets();

  Gets(IndexWriter counters, ObjectTable objects, StoreReports reports, StoreCore.Timer timer) {
    this.counters = counters;
    this.objects = objects;
    this.reports = reports;
    this.timer = timer;
  }

  /**
   * Answers a get, now or later.
   *
   * @return what to run when the caller is gone before its reply
   */
  Runnable get(Request.Get request, Consumer<Reply> caller) {
    counters.add(Counter.GETS_ASKED, 1);
    Set<ObjectId> missing = new LinkedHashSet<>();
    for (ObjectId id : request.ids()) {
      if (!objects.isSealed(id)) {
        missing.add(id);
      }
    }
    if (missing.isEmpty() || request.timeoutMillis() == 0) {
      reports.answer(caller, got(request.ids()));
      return StoreCore.ANSWERED;
    }
    GetUnderWay get = new GetUnderWay(request.ids(), caller);
    get.waiting = waiting.add(missing, get::complete);
    if (request.timeoutMillis() > 0) {
      get.timeout = timer.schedule(request.timeoutMillis(), get::timeOut);
    }
    return get::cancel;
  }

  /** An object can be got: wakes who waits for it. */
  void sealed(ObjectId id) {
    var unused = waiting.wake(id);
  }

  private Reply got(List<ObjectId> ids) {
    List<Reply.Got.Entry> entries = new ArrayList<>(ids.size());
    for (ObjectId id : ids) {
      int slot = objects.findSealed(id);
      entries.add(
          slot < 0
              ? Reply.Got.Entry.NOT_SEALED
              : new Reply.Got.Entry(slot, objects.generation(slot)));
    }
    return new Reply.Got(entries);
  }

  /** A get that waits for a seal or for its time to be over, whichever comes first. */
  private final class GetUnderWay {
    private final List<ObjectId> ids;
    private final Consumer<Reply> caller;
    private WaitingGets.@Nullable WaitingGet waiting;
    private Runnable timeout = StoreCore.ANSWERED;

    GetUnderWay(List<ObjectId> ids, Consumer<Reply> caller) {
      this.ids = ids;
      this.caller = caller;
    }

    void complete() {
      timeout.run();
      reports.answer(caller, got(ids));
    }

    void timeOut() {
      cancel();
      counters.add(Counter.GETS_TIMED_OUT, 1);
      reports.answer(caller, got(ids));
    }

    void cancel() {
      timeout.run();
      if (waiting != null) {
        waiting.cancel();
      }
    }
  }
}
