package io.plasmastore.arrow.records;

import io.plasmastore.ErrorCode;
import io.plasmastore.ObjectId;
import io.plasmastore.PlasmaException;
import io.plasmastore.SealedObject;
import io.plasmastore.arrow.ArrowClient;
import io.plasmastore.arrow.DataframeStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.dictionary.DictionaryProvider;
import org.jspecify.annotations.Nullable;

/**
 * The sending end of an {@link ObjectChannel}. What is sent is in shared memory when a send
 * returns, and the caller's memory is the caller's again. For one thread at a time.
 */
public final class ObjectSender implements AutoCloseable {
  private static final byte[] WAKE = {ObjectChannel.WAKE};
  private static final long LEAST_PAUSE_MICROS = 50;
  private static final long MAX_PAUSE_MICROS = 10_000;
  private static final long FIRST_RING_NANOS = 1_000_000_000L;

  private final ArrowClient dataframes;
  private final OutputStream out;
  private final int limit;
  private final Duration timeout;

  /** What was sent over the stream. */
  private final SentObjects streamed = new SentObjects();

  /** Those of the messages in the queue that are objects; they count as messages there. */
  private final SentObjects queuedObjects = new SentObjects();

  /** Pages that are shared with the receiver; null if there are none to be had. */
  private @Nullable SendingQueue queue;

  /** Whether the receiver was told that everything is in the queue from now on. */
  private boolean queued;

  private boolean started;
  private boolean broken;
  private boolean closed;

  /** What is sent: an object to be put, and the same as a stream unless it is large. */
  private record Message(@Nullable DataframeStream stream, Put put) {}

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
    requireUsable();
    try (DataframeStream stream = DataframeStream.of(root)) {
      send(new Message(stream, id -> dataframes.put(id, stream)));
    }
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
    requireUsable();
    try (DataframeStream stream = DataframeStream.of(root, dictionaries)) {
      send(new Message(stream, id -> dataframes.put(id, stream)));
    }
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
    try (RecordPut put = codec.over(dataframes).prepare(records);
        DataframeStream stream = put.stream()) {
      send(new Message(stream, put::put));
    }
  }

  /**
   * The messages that were sent and that the receiver has not taken yet.
   *
   * @return 0 or more
   */
  public int untaken() {
    int unused = queuedObjects.forgetTaken();
    SendingQueue pages = queue;
    return streamed.forgetTaken() + (pages == null ? 0 : (int) pages.untaken());
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
      try (SendingQueue _ = queue) {
        streamed.delete(dataframes.client());
        queuedObjects.delete(dataframes.client());
      }
    }
  }

  private void end() throws IOException {
    try {
      write(new byte[] {ObjectChannel.END});
      if (queue != null) {
        queue.endNap();
      }
    } catch (IOException e) {
      if (untaken() > 0) {
        throw e;
      }
    }
  }

  /** Sends a message as soon as there is room. */
  private void send(Message message) throws IOException, InterruptedException {
    start();
    Pause pause = new Pause();
    while (true) {
      if (hasRoom()) {
        try {
          deliver(message);
          return;
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
      pause.ringAtTimes();
    }
  }

  /** Whether one more message may be on its way. */
  private boolean hasRoom() {
    int unused = queuedObjects.forgetTaken();
    int others = streamed.forgetTaken();
    SendingQueue pages = queue;
    return pages == null ? others < limit : pages.isUntakenBelow(limit - others);
  }

  /** Asks for the pages that the stream's head names, if there can be a use for them. */
  private void start() {
    if (!started && queue == null && limit <= ChannelLayout.QUEUE_LENGTH) {
      queue = SendingQueue.open(dataframes.client());
    }
  }

  private void deliver(Message message) throws IOException {
    SendingQueue pages = queue;
    if (pages == null || !pages.isAttached()) {
      SealedObject sent = put(message);
      streamed.add(sent);
      ByteArrayOutputStream frame = new ByteArrayOutputStream(1 + ObjectId.SIZE);
      frame.write(ObjectChannel.OBJECT);
      frame.writeBytes(sent.id().toBytes());
      write(frame.toByteArray());
      // To let go of what was deleted takes a round trip: now it keeps nobody waiting.
      int unused = streamed.forgetTaken();
      return;
    }
    if (!queued) {
      write(new byte[] {ObjectChannel.QUEUE});
      queued = true;
    }
    DataframeStream stream = message.stream();
    int block =
        stream == null || !SendingQueue.fits(stream.size()) ? SendingQueue.NONE : pages.freeBlock();
    if (stream != null && block != SendingQueue.NONE) {
      stream.writeTo(pages.block(block, stream.size()));
      pages.sendBlock(block, stream.size());
    } else {
      // It is large, or the receiver holds all blocks: the store has room for what is to last.
      SealedObject sent = put(message);
      queuedObjects.add(sent);
      pages.sendObject(sent.id());
    }
    if (pages.mustRing()) {
      write(WAKE);
    }
  }

  /** Puts and pins an object. */
  private SealedObject put(Message message) {
    ObjectId id = ObjectId.random();
    message.put().put(id);
    return dataframes.client().get(id);
  }

  private void awaitTaken() {
    Pause pause = new Pause();
    try {
      while (untaken() > 0) {
        if (pause.isOver()) {
          throw notTaken();
        }
        pause.sleep();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void write(byte[] bytes) throws IOException {
    try {
      if (!started) {
        out.write(ObjectChannel.HEADER);
        out.write((queue == null ? ObjectChannel.NO_PAGES : queue.token()).toBytes());
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
            .formatted(untaken(), limit, timeout.toMillis()));
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
    private long ringNanos = FIRST_RING_NANOS;

    boolean isOver() {
      return !timeout.isNegative() && System.nanoTime() - start >= timeout.toNanos();
    }

    void sleep() throws InterruptedException {
      TimeUnit.MICROSECONDS.sleep(micros);
      micros = Math.min(2 * micros, MAX_PAUSE_MICROS);
    }

    /**
     * Rings for nothing: where nobody is at the other end any more, the stream fails. Seldom, since
     * a receiver that is busy does not read the stream, which holds only so much.
     */
    void ringAtTimes() throws IOException {
      if (queued && System.nanoTime() - start >= ringNanos) {
        ringNanos *= 2;
        write(WAKE);
      }
    }
  }
}
