package io.plasmastore;

import io.plasmastore.protocol.Limits;
import io.plasmastore.protocol.Reply;
import io.plasmastore.protocol.Request;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One getAll under way: what is pinned so far, and what is still missing. */
final class BatchGet {
  private static final long FOR_EVER = -1;

  private final Asker asker;
  private final Pins pins;
  private final List<ObjectId> ids;
  private final @Nullable SealedObject[] objects;
  private final Duration timeout;
  private final long start = System.nanoTime();

  BatchGet(Asker asker, Pins pins, List<ObjectId> ids, Duration timeout) {
    this.asker = asker;
    this.pins = pins;
    this.ids = List.copyOf(ids);
    this.timeout = timeout;
    this.objects = new SealedObject[this.ids.size()];
  }

  void run() throws InterruptedException {
    for (int i = 0; i < objects.length; i++) {
      objects[i] = pins.pin(ids.get(i));
    }
    for (int from = 0; from < objects.length; from += Limits.MAX_IDS_PER_REQUEST) {
      waitFor(from, Math.min(objects.length, from + Limits.MAX_IDS_PER_REQUEST));
    }
  }

  List<@Nullable SealedObject> objects() {
    return Arrays.asList(objects);
  }

  void release() {
    for (SealedObject object : objects) {
      if (object != null) {
        object.close();
      }
    }
  }

  private void waitFor(int from, int to) throws InterruptedException {
    List<Integer> missing = missing(from, to);
    boolean last = false;
    // A round more when an object is deleted, moved or spilled between the store's answer and our
    // pin; once the time is over, only for those that the store says are there.
    while (!missing.isEmpty() && !last) {
      long left = leftMillis();
      Request request = new Request.Get(missing.stream().map(ids::get).toList(), left);
      // What is on disk is brought back even for those who wait for no seal, and takes its time.
      Reply.Got got = asker.await(Reply.Got.class, request, left == 0 ? FOR_EVER : left);
      boolean slipped = false;
      for (int i = 0; i < missing.size(); i++) {
        Reply.Got.Entry entry = got.entries().get(i);
        if (entry.isSealed()) {
          int at = missing.get(i);
          objects[at] = pins.pin(ids.get(at), entry.slot());
          slipped |= objects[at] == null;
        }
      }
      missing = missing(from, to);
      last = !slipped && (left == 0 || leftMillis() == 0);
    }
  }

  private List<Integer> missing(int from, int to) {
    List<Integer> missing = new ArrayList<>();
    for (int i = from; i < to; i++) {
      if (objects[i] == null) {
        missing.add(i);
      }
    }
    return missing;
  }

  private long leftMillis() {
    if (timeout.isNegative()) {
      return Timeouts.millis(timeout);
    }
    Duration left = timeout.minusNanos(System.nanoTime() - start);
    return left.isNegative() ? 0 : Timeouts.millis(left);
  }
}
