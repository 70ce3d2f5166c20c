package io.plasmastore;

import io.plasmastore.protocol.Reply;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Notices of every object that is sealed, deleted or dropped, in the order in which it happened.
 * Who does not take them in time, so that they pile up at the store, is disconnected; the
 * {@linkplain ObjectNotice#sequence sequence} shows that none is missing.
 *
 * <p>For one thread at a time; {@link #close} from any.
 */
public final class Subscription implements AutoCloseable {
  private final Asker asker;
  private final Lane lane;

  Subscription(Asker asker, Lane lane) {
    this.asker = asker;
    this.lane = lane;
  }

  /**
   * Waits for the next notice.
   *
   * @param timeout how long; 0 not at all, negative for ever
   * @return the notice, or null if there was none in time
   * @throws InterruptedException if this thread is interrupted while it waits; the subscription is
   *     closed then
   * @throws PlasmaException STORE_GONE if the store stopped, died, or has disconnected this
   *     subscriber; CLIENT_CLOSED
   */
  public @Nullable ObjectNotice next(Duration timeout) throws InterruptedException {
    try {
      Reply reply = lane.receiveInterruptibly(Timeouts.millis(timeout));
      if (reply == null) {
        return null;
      }
      Reply.Notice notice = Asker.expect(Reply.Notice.class, reply);
      return new ObjectNotice(
          notice.sequence(),
          ObjectNotice.Kind.valueOf(notice.kind().name()),
          notice.id(),
          notice.size());
    } catch (PlasmaException e) {
      throw asker.closedOr(e);
    }
  }

  /** Ends the subscription, and the wait of whoever is in {@link #next}. Idempotent. */
  @Override
  public void close() {
    Connection.shut(lane);
    asker.giveBack(lane);
  }
}
