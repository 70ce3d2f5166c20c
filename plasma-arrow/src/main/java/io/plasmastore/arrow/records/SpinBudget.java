package io.plasmastore.arrow.records;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLongArray;

/**
 * Who of the receivers of a process may look for messages: nobody while more of them are at work
 * than half of the processors. Whoever sends needs one as well, and a look would take one from
 * somebody who has something to do. For any thread; times are of {@link System#nanoTime}.
 */
final class SpinBudget {
  /** Of this process. */
  static final SpinBudget PROCESS = new SpinBudget(Runtime.getRuntime().availableProcessors());

  /** A receiver is at work for so long after a wait began. */
  private static final long WORK_NANOS = 1_000_000;

  /** When waits began last; more receivers than places share some, and count as fewer. */
  private final AtomicLongArray waits = new AtomicLongArray(64);

  private final AtomicInteger receivers = new AtomicInteger();
  private final int most;

  SpinBudget(int processors) {
    this.most = Math.max(1, processors / 2);
    long longAgo = System.nanoTime() - Long.MAX_VALUE / 4;
    for (int i = 0; i < waits.length(); i++) {
      waits.setPlain(i, longAgo);
    }
  }

  /** The number of one more receiver. */
  int join() {
    return receivers.getAndIncrement() & waits.length() - 1;
  }

  /** A receiver begins to wait: whether it may look. */
  boolean mayLook(int receiver, long now) {
    waits.setOpaque(receiver, now);
    int working = 0;
    int joined = Math.min(receivers.get(), waits.length());
    for (int i = 0; i < joined && working <= most; i++) {
      if (now - waits.getOpaque(i) < WORK_NANOS) {
        working++;
      }
    }
    return working <= most;
  }
}
