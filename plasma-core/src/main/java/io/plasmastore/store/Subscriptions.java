package io.plasmastore.store;

import io.plasmastore.ObjectId;
import io.plasmastore.protocol.Reply;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * Who wants to hear of every object: each gets notices numbered from 1, in the order in which
 * things happened. The core's, on the event loop.
 */
final class Subscriptions {
  private final List<Subscription> all = new ArrayList<>();

  private static final class Subscription {
    private final Consumer<Reply> subscriber;
    private long sequence;

    private Subscription(Consumer<Reply> subscriber) {
      this.subscriber = subscriber;
    }
  }

  /**
   * Adds a subscriber.
   *
   * @param subscriber takes each notice and must not wait
   * @return what ends the subscription
   */
  Runnable add(Consumer<Reply> subscriber) {
    Subscription subscription = new Subscription(subscriber);
    all.add(subscription);
    return () -> all.remove(subscription);
  }

  /** Whether there is a subscriber. */
  boolean isAny() {
    return !all.isEmpty();
  }

  void tell(Reply.Notice.Kind kind, ObjectId id, long size) {
    // By index, and the size looked up anew: a subscriber that is too slow leaves while it is told.
    for (int i = 0; i < all.size(); i++) {
      Subscription subscription = all.get(i);
      subscription.subscriber.accept(new Reply.Notice(++subscription.sequence, kind, id, size));
    }
  }
}
