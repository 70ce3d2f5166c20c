package io.plasmastore;

import io.plasmastore.protocol.Limits;
import io.plasmastore.protocol.Request;
import io.plasmastore.protocol.SessionToken;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * The lanes of a client's session: as many as threads ever asked at once, so that a thread that
 * waits holds up no other. From any thread.
 */
final class LanePool implements AutoCloseable {
  private final Path socket;
  private final SessionToken token;
  private final Deque<Lane> idle = new ArrayDeque<>();
  private final Set<Lane> all = new HashSet<>();
  private boolean closed;

  LanePool(Path socket, SessionToken token) {
    this.socket = socket;
    this.token = token;
  }

  /**
   * A lane for one call; {@link #giveBack} it.
   *
   * @throws PlasmaException STORE_GONE if the store doesn't answer, CLIENT_CLOSED after {@link
   *     #close}
   */
  Lane take() {
    synchronized (this) {
      checkOpen();
      Lane lane = idle.poll();
      if (lane != null) {
        return lane;
      }
    }
    Lane lane = Lane.open(socket);
    boolean joined = false;
    try {
      enter(lane);
      var unused = lane.call(new Request.Join(Limits.PROTOCOL_VERSION, token));
      joined = true;
      return lane;
    } catch (PlasmaException e) {
      // A lane that breaks under a call is the close of the pool if that was closed.
      checkOpen();
      throw e;
    } finally {
      if (!joined) {
        close(lane);
        giveBack(lane);
      }
    }
  }

  /** From now on {@link #close} ends this lane too. */
  private synchronized void enter(Lane lane) {
    checkOpen();
    all.add(lane);
  }

  /** Takes a lane back, unless it broke. */
  synchronized void giveBack(Lane lane) {
    if (lane.isOpen()) {
      idle.push(lane);
    } else {
      all.remove(lane);
    }
  }

  /** Ends every call that is under way, and refuses new ones. */
  @Override
  public void close() {
    List<Lane> lanes;
    synchronized (this) {
      closed = true;
      lanes = List.copyOf(all);
      all.clear();
      idle.clear();
    }
    lanes.forEach(LanePool::close);
  }

  private synchronized void checkOpen() {
    if (closed) {
      throw PlasmaClient.clientClosed();
    }
  }

  static void close(Lane lane) {
    try {
      lane.close();
    } catch (IOException e) {
      throw new AssertionError("closing a lane only shuts its descriptor", e);
    }
  }
}
