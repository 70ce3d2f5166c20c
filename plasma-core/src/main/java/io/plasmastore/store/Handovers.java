package io.plasmastore.store;

import io.plasmastore.memory.SlotState;
import java.util.HashMap;
import java.util.Iterator;
import java.util.Map;
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

  private final ObjectTable objects;
  private final StoreCore.Timer timer;
  private final LongSupplier clockMillis;
  private final Runnable ended;
  private final Map<Integer, Long> untilBySlot = new HashMap<>();
  private boolean lookScheduled;

  /**
   * Nothing is handed over.
   *
   * @param ended runs after some have ended by themselves
   */
  Handovers(ObjectTable objects, StoreCore.Timer timer, LongSupplier clockMillis, Runnable ended) {
    this.objects = objects;
    this.timer = timer;
    this.clockMillis = clockMillis;
    this.ended = ended;
  }

  /** Takes over a hold of the store's on an object that a client is being told of. */
  void begin(int slot) {
    Long before = untilBySlot.put(slot, clockMillis.getAsLong() + PATIENCE_MILLIS);
    if (before != null) {
      objects.letGo(slot);
    }
    scheduleLook();
  }

  boolean isPending() {
    return !untilBySlot.isEmpty();
  }

  /** Ends what was pinned or deleted, or took too long; returns whether there was any such. */
  boolean look() {
    if (untilBySlot.isEmpty()) {
      return false;
    }
    boolean any = false;
    long now = clockMillis.getAsLong();
    for (Iterator<Map.Entry<Integer, Long>> all = untilBySlot.entrySet().iterator();
        all.hasNext(); ) {
      Map.Entry<Integer, Long> handover = all.next();
      int slot = handover.getKey();
      if (handover.getValue() <= now
          || objects.isSeen(slot)
          || objects.state(slot) != SlotState.SEALED) {
        all.remove();
        objects.letGo(slot);
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
