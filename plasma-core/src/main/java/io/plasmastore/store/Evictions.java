package io.plasmastore.store;

import io.plasmastore.protocol.Reply;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/**
 * The requests that have objects leave memory, answered when those that go to disk have gone. The
 * core's, on the event loop.
 */
final class Evictions {
  private final ObjectTable objects;
  private final StoreReports reports;
  private final Map<Integer, EvictionUnderWay> bySlot = new HashMap<>();

  Evictions(ObjectTable objects, StoreReports reports) {
    this.objects = objects;
    this.reports = reports;
  }

  /**
   * Has objects worth so many bytes leave, or as many as may.
   *
   * @param caller gets the number of bytes that have left, now or later
   * @return what to run when the caller is gone before its reply
   */
  Runnable evict(long bytes, Consumer<Reply> caller) {
    EvictionUnderWay eviction = new EvictionUnderWay(caller);
    List<Integer> started = new ArrayList<>();
    eviction.left = bytes == 0 ? 0 : objects.evict(bytes, started::add);
    eviction.pending = started.size();
    started.forEach(slot -> bySlot.put(slot, eviction));
    eviction.answerIfDone();
    return () -> eviction.cancelled = true;
  }

  /** An object that was being written is not any more, and so many bytes of it have left. */
  void settled(int slot, long bytes) {
    EvictionUnderWay eviction = bySlot.remove(slot);
    if (eviction != null) {
      eviction.left += bytes;
      eviction.pending--;
      eviction.answerIfDone();
    }
  }

  /** One request. */
  private final class EvictionUnderWay {
    private final Consumer<Reply> caller;
    private long left;
    private int pending;
    private boolean cancelled;

    EvictionUnderWay(Consumer<Reply> caller) {
      this.caller = caller;
    }

    void answerIfDone() {
      if (pending == 0 && !cancelled) {
        reports.answer(caller, new Reply.Count(left));
      }
    }
  }
}
