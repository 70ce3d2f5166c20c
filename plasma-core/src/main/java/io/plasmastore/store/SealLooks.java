package io.plasmastore.store;

import io.plasmastore.memory.IndexWriter;
import java.util.function.BooleanSupplier;

/**
 * How the store comes to know of seals that it is not asked about. Who seals tells it only while
 * somebody waits, which the index says; what was sealed without that is found by looking, again and
 * again for as long as anything is being written. The core's, on the event loop.
 */
final class SealLooks {
  /**
   * How long after a create, and after a look while something is still being written, the next look
   * is. Most creates are followed by another request before that, which looks too: with 4 in place
   * of 32 these creates took a fifth longer, as the store was woken so often.
   */
  static final long LOOK_MILLIS = 32;

  private final IndexWriter index;
  private final StoreCore.Timer timer;
  private final Runnable look;
  private final BooleanSupplier isWriting;
  private boolean listening;
  private boolean scheduled;

  /**
   * Nobody waits, and nothing is being written.
   *
   * @param look carries out what is marked
   * @param isWriting whether anything is being written
   */
  SealLooks(IndexWriter index, StoreCore.Timer timer, Runnable look, BooleanSupplier isWriting) {
    this.index = index;
    this.timer = timer;
    this.look = look;
    this.isWriting = isWriting;
  }

  /**
   * Something has happened.
   *
   * @param awaited whether anybody waits for what a seal may bring: an object, a notice, or room
   */
  void update(boolean awaited) {
    if (awaited != listening) {
      listening = awaited;
      index.listen(awaited);
      if (awaited) {
        // Who sealed before it could see that told nobody.
        look.run();
      }
    }
    schedule();
  }

  private void schedule() {
    if (!scheduled && isWriting.getAsBoolean()) {
      scheduled = true;
      var unused =
          timer.schedule(
              LOOK_MILLIS,
              () -> {
                scheduled = false;
                look.run();
                schedule();
              });
    }
  }
}
