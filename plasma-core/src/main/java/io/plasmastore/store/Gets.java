package io.plasmastore.store;

import io.plasmastore.ObjectId;
import io.plasmastore.PlasmaException;
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
 * when the last object is sealed and in memory, or when the time is over. The core's, on the event
 * loop.
 */
final class Gets implements Restores.Requester {
  private final IndexWriter counters;
  private final ObjectTable objects;
  private final Spill spill;
  private final StoreReports reports;
  private final StoreCore.Timer timer;
  private final Restores restores;
  private final Handovers handovers;
  private final WaitingGets waiting = new WaitingGets();

  Gets(
      IndexWriter counters,
      ObjectTable objects,
      Spill spill,
      Heap heap,
      StoreReports reports,
      StoreCore.Timer timer,
      Handovers handovers) {
    this.counters = counters;
    this.objects = objects;
    this.spill = spill;
    this.reports = reports;
    this.timer = timer;
    this.handovers = handovers;
    this.restores = new Restores(counters, objects, spill, heap, this);
  }

  /**
   * Answers a get, now or later.
   *
   * @return what to run when the caller is gone before its reply
   */
  Runnable get(Request.Get request, Consumer<Reply> caller) {
    counters.add(Counter.GETS_ASKED, 1);
    GetUnderWay get = new GetUnderWay(request, caller);
    get.start();
    return get.isAnswered() ? StoreCore.ANSWERED : get::cancel;
  }

  /** An object can be got: wakes who waits for it. */
  void sealed(ObjectId id) {
    var unused = waiting.wake(id);
  }

  /** Whether anybody waits. */
  boolean isWaiting() {
    return waiting.size() > 0;
  }

  /** There may be room for what is to come back. */
  void retry() {
    restores.proceed();
  }

  /** An object's files are removed: who wanted it only if it was there need not wait any more. */
  void removed(ObjectId id) {
    waiting.giveUp(id);
  }

  @Override
  public boolean isWaitedFor(ObjectId id) {
    return waiting.isWaitedFor(id);
  }

  @Override
  public void restored(ObjectId id, int slot) {
    // Marks of the slot's last object say nothing of who has pinned this one.
    var unused = objects.takeVisit(slot);
    waiting.restored(id, slot);
    reports.publish();
    waiting.wake(id);
  }

  @Override
  public void failed(ObjectId id, PlasmaException reason) {
    reports.publish();
    waiting.fail(id, reason);
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

  /** A get that waits for seals, for what is on disk, or for its time to be over. */
  private final class GetUnderWay implements WaitingGets.Waiter {
    private final List<ObjectId> ids;
    private final long timeoutMillis;
    private final Consumer<Reply> caller;
    // What came back for this one, and is held until it is answered.
    private final List<Integer> held = new ArrayList<>(0);
    private WaitingGets.@Nullable WaitingGet wait;
    private Runnable timeout = StoreCore.ANSWERED;
    private boolean answered;

    GetUnderWay(Request.Get request, Consumer<Reply> caller) {
      this.ids = request.ids();
      this.timeoutMillis = request.timeoutMillis();
      this.caller = caller;
    }

    void start() {
      Set<ObjectId> missing = missing(isPatient());
      if (missing.isEmpty()) {
        answer(got(ids));
        return;
      }
      if (timeoutMillis > 0) {
        timeout = timer.schedule(timeoutMillis, this::timeOut);
      }
      await(missing);
    }

    boolean isAnswered() {
      return answered;
    }

    @Override
    public boolean isPatient() {
      return timeoutMillis != 0;
    }

    @Override
    public void complete() {
      // What was in memory may have left it while this waited for others.
      Set<ObjectId> left = missing(false);
      if (left.isEmpty()) {
        answer(got(ids));
      } else {
        await(left);
      }
    }

    @Override
    public void restored(int slot) {
      objects.hold(slot);
      held.add(slot);
    }

    @Override
    public void fail(PlasmaException reason) {
      letGo();
      answer(reports.failure(reason));
    }

    void timeOut() {
      stopWaiting();
      counters.add(Counter.GETS_TIMED_OUT, 1);
      answer(got(ids));
    }

    void cancel() {
      timeout.run();
      stopWaiting();
      letGo();
    }

    /** What is not in memory: on disk or about to leave it, or also nowhere. */
    private Set<ObjectId> missing(boolean alsoNowhere) {
      Set<ObjectId> missing = new LinkedHashSet<>();
      for (ObjectId id : ids) {
        boolean onDisk = spill.copies().spilled(id) != null || spill.isRemoving(id);
        if (!objects.isSealed(id) && (alsoNowhere || onDisk)) {
          missing.add(id);
        }
      }
      return missing;
    }

    private void await(Set<ObjectId> missing) {
      wait = waiting.add(missing, this);
      for (ObjectId id : missing) {
        if (spill.copies().spilled(id) != null) {
          restores.want(id);
        }
      }
    }

    private void answer(Reply reply) {
      answered = true;
      timeout.run();
      held.forEach(handovers::begin);
      held.clear();
      reports.answer(caller, reply);
    }

    private void stopWaiting() {
      if (wait != null) {
        wait.cancel();
      }
    }

    private void letGo() {
      held.forEach(objects::letGo);
      held.clear();
    }
  }
}
