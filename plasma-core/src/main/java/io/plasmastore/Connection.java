package io.plasmastore;

import io.plasmastore.memory.ObjectIndex;
import io.plasmastore.protocol.Limits;
import io.plasmastore.protocol.MessageWriter;
import io.plasmastore.protocol.Request;
import io.plasmastore.protocol.SessionToken;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * A client's session as it is kept alive: one lane that stays open as long as the session, and as
 * many more as threads ever asked at once, so that a thread that waits holds up no other. From any
 * thread.
 *
 * <p>When the store dies and another takes its memory over, the session goes on: the next call
 * opens the lanes anew, waiting for the new store for its {@link ClientOptions#patience patience}
 * after the old one was missed first.
 */
final class Connection {
  private static final Logger LOG = System.getLogger(Connection.class.getName());

  private static final long RETRY_MILLIS = 20;

  private final Path socket;
  private final long patienceNanos;
  private final SessionToken token;
  private final ObjectIndex index;
  private final Deque<Lane> idle = new ArrayDeque<>();
  private final Set<Lane> all = new HashSet<>();
  private final Object reconnectLock = new Object();
  private final Object tellLock = new Object();
  // Made once: a seal comes after long work with cold caches, and is to run through little code.
  private final MemorySegment marked =
      MemorySegment.ofBuffer(new MessageWriter().write(0, new Request.Marked()));
  private Lane sessionLane;
  private volatile Runnable joinedAgain = () -> {};
  private boolean closed;
  private boolean lost;
  private long lostNanos;

  Connection(ClientOptions options, SessionToken token, ObjectIndex index, Lane sessionLane) {
    this.socket = options.socket();
    this.patienceNanos = options.patience().toNanos();
    this.token = token;
    this.index = index;
    this.sessionLane = sessionLane;
  }

  /**
   * Runs something whenever the session goes on with another store, on the thread that finds it.
   */
  void whenJoinedAgain(Runnable action) {
    joinedAgain = action;
  }

  /**
   * A lane for one call; {@link #giveBack} it.
   *
   * @throws PlasmaException STORE_GONE if the store has stopped or no other takes over in time;
   *     CLIENT_CLOSED after {@link #close}
   */
  Lane take() {
    synchronized (this) {
      checkOpen();
      Lane lane = idle.poll();
      if (lane != null) {
        return lane;
      }
    }
    if (ensureSession()) {
      joinedAgain.run();
    }
    return join();
  }

  /** Takes a lane back, unless it broke. */
  synchronized void giveBack(Lane lane) {
    if (lane.isOpen() && !closed) {
      idle.push(lane);
    } else {
      all.remove(lane);
    }
  }

  /**
   * A call found its lane broken. If that is since the store died every lane is broken, and none is
   * used again; if the store lives the session must go on, or it would forget what this client
   * holds.
   */
  void lost() {
    List<Lane> lanes;
    synchronized (this) {
      if (!sessionLane.isHungUp()) {
        return;
      }
      lanes = List.copyOf(idle);
      idle.clear();
      all.removeAll(lanes);
    }
    lanes.forEach(Connection::shut);
  }

  /**
   * Asks on the lane that lives as long as the session, which works after {@link #close} too.
   *
   * @throws PlasmaException STORE_GONE without waiting for another store
   */
  void tell(Request request) {
    Lane lane = sessionLane();
    synchronized (tellLock) {
      var unused = lane.call(request);
    }
  }

  /**
   * Says there that this client has put seal marks, and does not wait.
   *
   * @return false if the store that this lane leads to is gone
   */
  boolean tellMarked() {
    Lane lane = sessionLane();
    synchronized (tellLock) {
      try {
        lane.tell(marked);
        return true;
      } catch (PlasmaException e) {
        LOG.log(Level.DEBUG, "the store is gone that was to be told", e);
        return false;
      }
    }
  }

  private synchronized Lane sessionLane() {
    return sessionLane;
  }

  /**
   * Ends every call that is under way, and refuses new ones. The session goes on until {@link
   * #leave}.
   */
  void close() {
    List<Lane> lanes;
    synchronized (this) {
      closed = true;
      lanes = List.copyOf(all);
      all.clear();
      idle.clear();
    }
    lanes.forEach(Connection::shut);
  }

  /** Ends the session. */
  void leave() {
    shut(sessionLane());
  }

  /** Returns true if it was lost and is there again. */
  private boolean ensureSession() {
    synchronized (reconnectLock) {
      synchronized (this) {
        if (!sessionLane.isHungUp()) {
          return false;
        }
      }
      Lane lane = join();
      synchronized (this) {
        shut(sessionLane);
        sessionLane = lane;
        all.remove(lane);
      }
      return true;
    }
  }

  private Lane join() {
    long deadline = deadline();
    while (true) {
      try {
        Lane lane = joinOnce();
        found();
        return lane;
      } catch (PlasmaException e) {
        if (e.code() == ErrorCode.ACCESS_DENIED) {
          throw new PlasmaException(
              ErrorCode.STORE_GONE, "another store serves now: socket=" + socket, e);
        }
        if (e.code() != ErrorCode.STORE_GONE
            || index.isStopped()
            || System.nanoTime() - deadline > 0) {
          throw e;
        }
      }
      checkOpenSynchronized();
      pause(deadline);
    }
  }

  // One patience for all calls: who asks when it is over is told at once.
  private synchronized long deadline() {
    if (!lost) {
      lost = true;
      lostNanos = System.nanoTime();
    }
    return lostNanos + patienceNanos;
  }

  private synchronized void found() {
    lost = false;
  }

  private Lane joinOnce() {
    Lane lane = Lane.open(socket);
    boolean joined = false;
    try {
      enter(lane);
      var unused = lane.call(new Request.Join(Limits.PROTOCOL_VERSION, token));
      joined = true;
      return lane;
    } catch (PlasmaException e) {
      // A lane that breaks under a call is the close of this client if that was closed.
      checkOpenSynchronized();
      throw e;
    } finally {
      if (!joined) {
        shut(lane);
        giveBack(lane);
      }
    }
  }

  /** From now on {@link #close} ends this lane too. */
  private synchronized void enter(Lane lane) {
    checkOpen();
    all.add(lane);
  }

  // Ends early on an interrupt, which is kept for whoever waits for it.
  private void pause(long deadline) {
    try {
      Thread.sleep(RETRY_MILLIS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new PlasmaException(
          ErrorCode.STORE_GONE,
          "interrupted while waiting for a store to take over: leftMillis="
              + (deadline - System.nanoTime()) / 1_000_000,
          e);
    }
  }

  private void checkOpen() {
    if (closed) {
      throw closedClient();
    }
  }

  private synchronized void checkOpenSynchronized() {
    checkOpen();
  }

  private static PlasmaException closedClient() {
    return new PlasmaException(ErrorCode.CLIENT_CLOSED, "the client is closed");
  }

  static void shut(Lane lane) {
    try {
      lane.close();
    } catch (IOException e) {
      throw new AssertionError("closing a lane only shuts its descriptor", e);
    }
  }
}
