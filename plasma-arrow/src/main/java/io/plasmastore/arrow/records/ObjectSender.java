package io.plasmastore.arrow.records;

import io.plasmastore.ErrorCode;
import io.plasmastore.ObjectId;
import io.plasmastore.PlasmaException;
import io.plasmastore.SealedObject;
import io.plasmastore.arrow.ArrowClient;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.dictionary.DictionaryProvider;

/**
 * The sending end of an {@link ObjectChannel}. What is sent is in the store when a send returns,
 * and the caller's memory is the caller's again. For one thread at a time.
 */
public final class ObjectSender implements AutoCloseable {
  private static final long LEAST_PAUSE_MICROS = 50;
  private static final long MAX_PAUSE_MICROS = 10_000;

  private final ArrowClient dataframes;
  private final OutputStream out;
  private final int limit;
  private final Duration timeout;

  /** What was sent and is not known to be taken, the oldest first. */
  private final Deque<SealedObject> untaken = new ArrayDeque<>();

  private boolean started;
  private boolean broken;
  private boolean closed;

  /** Puts an object. */
  @FunctionalInterface
  private interface Put {
    void put(ObjectId id);
  }

  ObjectSender(ArrowClient dataframes, OutputStream out, int limit, Duration timeout) {
    if (limit < 1) {
      throw new IllegalArgumentException("at least one object at a time: limit=" + limit);
    }
    this.dataframes = Objects.requireNonNull(dataframes, "dataframes");
    this.out = Objects.requireNonNull(out, "out");
    this.limit = limit;
    this.timeout = Objects.requireNonNull(timeout, "timeout");
  }

  /**
   * Sends a dataframe.
   *
   * @param root the dataframe, without dictionary-encoded columns; the caller's as before
   * @throws IOException if the stream to the receiver fails; the channel is of no use any more
   * @throws InterruptedException if the thread is interrupted while it waits; nothing is sent
   * @throws PlasmaException TIMED_OUT if the receiver takes nothing in time, STORE_FULL if there is
   *     no room in time, and as {@link ArrowClient#put(ObjectId, VectorSchemaRoot)}; nothing is
   *     sent
   * @throws IllegalStateException if this is closed or has failed
   */
  public void send(VectorSchemaRoot root) throws IOException, InterruptedException {
    send(id -> dataframes.put(id, root));
  }

  /**
   * Sends a dataframe with its dictionaries. As {@link #send(VectorSchemaRoot)} otherwise.
   *
   * @param root the dataframe; the caller's as before
   * @param dictionaries has the dictionary of each dictionary-encoded column
   * @throws IOException if the stream to the receiver fails
   * @throws InterruptedException if the thread is interrupted while it waits; nothing is sent
   */
  public void send(VectorSchemaRoot root, DictionaryProvider dictionaries)
      throws IOException, InterruptedException {
    send(id -> dataframes.put(id, root, dictionaries));
  }

  /**
   * Sends records. As {@link #send(VectorSchemaRoot)} otherwise.
   *
   * @param <T> the class of the records
   * @param codec of the records
   * @param records which, none of them null; not to be changed meanwhile
   * @throws IllegalArgumentException naming row and component of the first value that can't be
   *     stored; nothing is sent
   * @throws IOException if the stream to the receiver fails
   * @throws InterruptedException if the thread is interrupted while it waits; nothing is sent
   */
  public <T extends Record> void send(RecordCodec<T> codec, List<? extends T> records)
      throws IOException, InterruptedException {
    requireUsable();
    try (RecordPut put = codec.over(dataframes).prepare(records)) {
      send(put::put);
    }
  }

  /**
   * The objects that were sent and that the receiver has not taken yet.
   *
   * @return 0 or more
   */
  public int untaken() {
    forgetTaken();
    return untaken.size();
  }

  /**
   * Says that nothing follows, waits until the receiver has taken everything, and closes the
   * stream. What is not taken in time, or can't be since the stream has failed, is deleted.
   * Idempotent. A receiver that has taken everything and closed its end without waiting for more is
   * no failure.
   *
   * @throws IOException if the stream fails and something was not taken; everything is released all
   *     the same
   * @throws PlasmaException TIMED_OUT if something was not taken in time
   */
  @Override
  public void close() throws IOException {
    if (closed) {
      return;
    }
    closed = true;
    try (out) {
      if (!broken) {
        end();
        awaitTaken();
      }
    } finally {
      deleteUntaken();
    }
  }

  private void end() throws IOException {
    try {
      write(new byte[] {ObjectChannel.END});
    } catch (IOException e) {
      if (untaken() > 0) {
        throw e;
      }
    }
  }

  private void send(Put put) throws IOException, InterruptedException {
    requireUsable();
    SealedObject sent = put(put, ObjectId.random());
    untaken.add(sent);
    ByteArrayOutputStream frame = new ByteArrayOutputStream(1 + ObjectId.SIZE);
    frame.write(ObjectChannel.OBJECT);
    frame.writeBytes(sent.id().toBytes());
    write(frame.toByteArray());
    // To let go of what was deleted takes a round trip: now it keeps nobody waiting.
    forgetTaken();
  }

  /** Puts and pins an object, as soon as there is room. */
  private SealedObject put(Put put, ObjectId id) throws InterruptedException {
    Pause pause = new Pause();
    while (true) {
      if (untaken.size() >= limit) {
        forgetTaken();
      }
      if (untaken.size() < limit) {
        try {
          put.put(id);
          return dataframes.client().get(id);
        } catch (PlasmaException e) {
          // Not found: it was dropped for others before it was pinned, so they need room as well.
          boolean full = e.code() == ErrorCode.STORE_FULL || e.code() == ErrorCode.OBJECT_NOT_FOUND;
          if (!full || pause.isOver()) {
            throw e;
          }
        }
      } else if (pause.isOver()) {
        throw notTaken();
      }
      pause.sleep();
      forgetTaken();
    }
  }

  /**
   * Lets go of what the receiver has deleted, without asking the store. It takes objects in the
   * order in which they were sent, so the first that is still there ends the search.
   */
  private void forgetTaken() {
    while (!untaken.isEmpty() && untaken.getFirst().isDeleted()) {
      untaken.removeFirst().close();
    }
  }

  private void awaitTaken() {
    Pause pause = new Pause();
    try {
      forgetTaken();
      while (!untaken.isEmpty()) {
        if (pause.isOver()) {
          throw notTaken();
        }
        pause.sleep();
        forgetTaken();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void deleteUntaken() {
    while (!untaken.isEmpty()) {
      try (SealedObject object = untaken.removeFirst()) {
        dataframes.client().delete(object.id());
      } catch (PlasmaException e) {
        // The store is gone, or the client closed: the pins go with it, and nothing else is left.
        if (e.code() != ErrorCode.STORE_GONE && e.code() != ErrorCode.CLIENT_CLOSED) {
          throw e;
        }
      }
    }
  }

  private void write(byte[] bytes) throws IOException {
    try {
      if (!started) {
        out.write(ObjectChannel.HEADER);
        started = true;
      }
      out.write(bytes);
      out.flush();
    } catch (IOException e) {
      broken = true;
      throw e;
    }
  }

  private PlasmaException notTaken() {
    return new PlasmaException(
        ErrorCode.TIMED_OUT,
        "the receiver has not taken what was sent: untaken=%d limit=%d timeoutMillis=%d"
            .formatted(untaken.size(), limit, timeout.toMillis()));
  }

  private void requireUsable() {
    if (closed || broken) {
      throw new IllegalStateException(
          closed ? "the sender was closed" : "the stream to the receiver has failed");
    }
  }

  /** Waits a little, each time longer, up to the timeout in all. */
  private final class Pause {
    private final long start = System.nanoTime();
    private long micros = LEAST_PAUSE_MICROS;

    boolean isOver() {
      return !timeout.isNegative() && System.nanoTime() - start >= timeout.toNanos();
    }

    void sleep() throws InterruptedException {
      TimeUnit.MICROSECONDS.sleep(micros);
      micros = Math.min(2 * micros, MAX_PAUSE_MICROS);
    }
  }
}
