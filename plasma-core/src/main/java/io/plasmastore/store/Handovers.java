package io.plasmastore.store;

import java.util.HashMap;
import java.util.Iterator;
import java.util.Map;
import java.util.function.IntConsumer;
import java.util.function.LongSupplier;

/**
 * Objects that came back from disk and whose clients have just been told so: the store holds each
 * until one of them has pinned it, or a moment has passed, so that it does not leave again in
 * between. A client that was slower asks again. The core's, on the event loop.
 */
final class Handovers {
  /** How long a client may take from the reply to its pin. */
  static final long PATIENCE_MILLIS = 1_000;

  /** How often the pins are looked at. */
  private static final long LOOK_MILLIS = 5;

  private final Sessions sessions;
  private final StoreCore.Timer timer;
  private final LongSupplier clockMillis;
  private final IntConsumer letGo;
  private final Runnable ended;
  private final Map<Integer, Long> untilBySlot = new HashMap<>();
  private boolean lookScheduled;

  /**
   * Nothing is handed over.
   *
   * @param letGo ends a hold of the store's
   * @param ended runs after some have ended
   */
  Handovers(
      Sessions sessions,
      StoreCore.Timer timer,
      LongSupplier clockMillis,
      IntConsumer letGo,
      Runnable ended) {
    this.sessions = sessions;
    this.timer = timer;
    this.clockMillis = clockMillis;
    this.letGo = letGo;
    this.ended = ended;
  }

  /** Takes over a hold of the store's on an object that a client is being told of. */
  void begin(int slot) {
    Long before = untilBySlot.put(slot, clockMillis.getAsLong() + PATIENCE_MILLIS);
    if (before != null) {
      letGo.accept(slot);
    }
    scheduleLook();
  }

  boolean isPending() {
    return !untilBySlot.isEmpty();
  }

  /** Ends what has been pinned, or has taken too long; returns whether there was any such. */
  boolean look() {
    if (untilBySlot.isEmpty()) {
      return false;
    }
    boolean any = false;
    long now = clockMillis.getAsLong();
    for (Iterator<Map.Entry<Integer, Long>> all = untilBySlot.entrySet().iterator();
        all.hasNext(); ) {
      Map.Entry<Integer, Long> handover = all.next();
      if (handover.getValue() <= now || sessions.isSeen(handover.getKey())) {
        all.remove();
        letGo.accept(handover.getKey());
        any = true;
      }
    }
    return any;
  }

  private void scheduleLook() {
    if (!lookScheduled && isPending()) {
      lookScheduled = true;
      var unused =
          timer.schedule(
              LOOK_MILLIS,
              () -> {
                lookScheduled = false;
                boolean any = look();
                scheduleLook();
                if (any) {
                  ended.run();
                }
              });
    }
  }
}
