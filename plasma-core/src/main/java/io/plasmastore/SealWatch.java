package io.plasmastore;

import io.plasmastore.memory.ObjectIndex;
import io.plasmastore.memory.SlotState;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * A look at an object that shared memory shows to be written, before the store is asked for it. Who
 * has an id from the object's writer comes some microseconds after the seal, and the store, which
 * was told of it, is just waking up: to ask it now is to sleep and be woken once more.
 *
 * <p>Only while that works: after a look in vain there is none for many times as long, and for
 * twice that when the next is in vain again, so that looks at objects which are really being
 * written are soon too few to matter. From any thread.
 */
final class SealWatch {
  /** About what a question takes where the store and who asks have gone to sleep. */
  private static final long LOOK_NANOS = 250_000;

  /** How many times as long as a look in vain there is none. */
  private static final int TIMES = 16;

  private static final long MAX_PAUSE_NANOS = TimeUnit.SECONDS.toNanos(1);

  private static final int LOOKS_BEFORE_CLOCK = 32;

  private final ObjectIndex index;
  private final LongSupplier nanoTime;
  // With one processor the store can't go on while this looks.
  private final boolean isOff;

  /** There is no look before this time. A race costs a look. */
  private volatile long until;

  private volatile long pauseNanos;

  SealWatch(ObjectIndex index) {
    this(index, System::nanoTime, Runtime.getRuntime().availableProcessors());
  }

  /**
   * Looks at a clock of one's own.
   *
   * @param nanoTime as {@link System#nanoTime}
   * @param processors that this process may use
   */
  SealWatch(ObjectIndex index, LongSupplier nanoTime, int processors) {
    this.index = index;
    this.nanoTime = nanoTime;
    this.isOff = processors == 1;
    this.until = nanoTime.getAsLong();
  }

  /**
   * Looks whether an object that is being written becomes sealed, if that is worthwhile.
   *
   * @return whether shared memory shows another state of it now
   */
  boolean sees(ObjectId id) {
    int slot = index.find(id);
    if (isOff || slot == ObjectIndex.NOT_FOUND) {
      return false;
    }
    long word = index.word(slot);
    long begin = nanoTime.getAsLong();
    if (SlotState.state(word) != SlotState.CREATED || begin - until < 0) {
      return false;
    }
    long now = begin;
    while (now - begin < LOOK_NANOS) {
      for (int i = 0; i < LOOKS_BEFORE_CLOCK; i++) {
        if (index.word(slot) != word) {
          pauseNanos = 0;
          return true;
        }
        Thread.onSpinWait();
      }
      now = nanoTime.getAsLong();
    }
    // Who was put aside in the middle has looked for longer than it was to.
    long pause = Math.min(Math.max(2 * pauseNanos, TIMES * (now - begin)), MAX_PAUSE_NANOS);
    pauseNanos = pause;
    until = now + pause;
    return false;
  }
}
