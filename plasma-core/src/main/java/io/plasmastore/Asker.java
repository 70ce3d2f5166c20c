package io.plasmastore;

import io.plasmastore.memory.ObjectIndex;
import io.plasmastore.protocol.Reply;
import io.plasmastore.protocol.Request;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;

/**
 * Asks the store, again where it died in the middle and the question may be put twice, so that a
 * caller hardly notices that another store took over. From any thread.
 */
final class Asker {
  private final Connection connection;
  private final ObjectIndex index;
  private final long patienceMillis;
  private volatile boolean closed;

  Asker(Connection connection, ObjectIndex index, Duration patience) {
    this.connection = connection;
    this.index = index;
    this.patienceMillis = patience.toMillis();
  }

  boolean isClosed() {
    return closed;
  }

  /** Ends every call that is under way, and refuses new ones. */
  void close() {
    closed = true;
    connection.close();
  }

  /**
   * Asks; an interrupt does not end it.
   *
   * @throws PlasmaException what the store answered; CLIENT_CLOSED; STORE_GONE if it has stopped,
   *     if no other took over in time, or if it died in the middle of what can't be asked twice
   */
  <R extends Reply> R ask(Class<R> expected, Request request) {
    return ask(request, lane -> expect(expected, lane.call(request)));
  }

  /**
   * Asks for a descriptor, which follows the reply.
   *
   * @return the descriptor; the caller closes it
   * @throws PlasmaException as {@link #ask(Class, Request)}
   */
  int askForDescriptor(Request request) {
    return ask(
        request,
        lane -> {
          var unused = expect(Reply.Done.class, lane.call(request));
          return lane.receiveDescriptor();
        });
  }

  private <T> T ask(Request request, Function<Lane, T> exchange) {
    long start = System.nanoTime();
    while (true) {
      Lane lane = take();
      try {
        return exchange.apply(lane);
      } catch (PlasmaException e) {
        afterFailure(e, lane, request, start);
      } finally {
        connection.giveBack(lane);
      }
    }
  }

  /**
   * Says that this client has put seal marks, and does not wait; also when this is closed, as long
   * as the session is.
   *
   * @return false if the store is gone; another may be there
   */
  boolean tellMarked() {
    return connection.tellMarked();
  }

  /**
   * Asks what the store may take its time to answer.
   *
   * @param timeoutMillis how long, as the request says; negative for ever
   * @throws InterruptedException if this thread is interrupted
   * @throws PlasmaException as {@link #ask}
   */
  <R extends Reply> R await(Class<R> expected, Request request, long timeoutMillis)
      throws InterruptedException {
    // Longer than asked: a busy store may take its time to say that the time is over.
    long atMost =
        timeoutMillis < 0
            ? Lane.FOR_EVER
            : Math.min(timeoutMillis, Long.MAX_VALUE - patienceMillis) + patienceMillis;
    long start = System.nanoTime();
    while (true) {
      Lane lane = take();
      try {
        return expect(expected, lane.callInterruptibly(request, atMost));
      } catch (PlasmaException e) {
        afterFailure(e, lane, request, start);
      } finally {
        connection.giveBack(lane);
      }
    }
  }

  /** A lane for a subscription, which {@link #giveBack}s it when it ends. */
  Lane take() {
    try {
      return connection.take();
    } catch (PlasmaException | IllegalStateException e) {
      // The index is unmapped when the client is closed while a store is waited for.
      throw closedOr(e);
    }
  }

  void giveBack(Lane lane) {
    connection.giveBack(lane);
  }

  /** What an error means: the end of this client, if it was closed under the call. */
  RuntimeException closedOr(RuntimeException e) {
    return closed ? clientClosed() : e;
  }

  static PlasmaException clientClosed() {
    return new PlasmaException(ErrorCode.CLIENT_CLOSED, "the client is closed");
  }

  static <R extends Reply> R expect(Class<R> expected, Reply reply) {
    if (!expected.isInstance(reply)) {
      throw new PlasmaException(
          ErrorCode.PROTOCOL_ERROR,
          "unexpected reply: found=" + reply.type() + " wanted=" + expected.getSimpleName());
    }
    return expected.cast(reply);
  }

  // Returns if the question is to be put again.
  private void afterFailure(PlasmaException e, Lane lane, Request request, long start) {
    if (e.code() != ErrorCode.STORE_GONE || closed || isStopped() || lane.isUnanswered()) {
      throw closedOr(e);
    }
    connection.lost();
    if (lane.hasSent() && !mayBeRepeated(request)) {
      throw new PlasmaException(
          ErrorCode.STORE_GONE,
          "the store died during the call, which may have been done or not: type=" + request.type(),
          e);
    }
    if (System.nanoTime() - start > TimeUnit.MILLISECONDS.toNanos(patienceMillis)) {
      throw e;
    }
  }

  private boolean isStopped() {
    try {
      return index.isStopped();
    } catch (IllegalStateException e) {
      // Unmapped by close().
      throw closedOr(e);
    }
  }

  // A create that was done would be refused the second time, as if somebody else had done it.
  private static boolean mayBeRepeated(Request request) {
    return switch (request) {
      case Request.Create _,
          Request.CreateAndSeal _,
          Request.CreateAndSealAll _,
          Request.CreateAll _ ->
          false;
      default -> true;
    };
  }
}
