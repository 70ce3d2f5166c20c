package io.plasmastore.arrow.records;

import io.plasmastore.ObjectId;
import io.plasmastore.PlasmaException;
import io.plasmastore.arrow.ArrowClient;
import io.plasmastore.arrow.ArrowObject;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.StreamCorruptedException;
import java.lang.foreign.MemorySegment;
import java.time.Duration;
import java.util.Arrays;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The receiving end of an {@link ObjectChannel}. What is received belongs to the receiver: nobody
 * else finds it any more, and its memory is free when it is closed. For one thread at a time; what
 * was received may be closed by any.
 */
public final class ObjectReceiver implements AutoCloseable {
  private final ArrowClient dataframes;
  private final InputStream in;
  private final Spinning spinning;
  private final ChannelBell.Nap nap;
  private final byte[] bytes = new byte[64];
  private @Nullable ReceivingQueue queue;
  private boolean started;

  /** Whether messages come through the queue, and only bells and the end over the stream. */
  private boolean queued;

  /** Whether the sender has said, or the stream, that nothing follows; why, if it failed. */
  private boolean ended;

  private @Nullable IOException failure;

  /** Whether the queue has nothing more, and is gone. */
  private boolean drained;

  /** How an object is opened that lies in the store, or a stream that lies in a block. */
  private interface Opening<R extends AutoCloseable> {
    R object(ObjectId id);

    R block(ObjectId id, MemorySegment stream, Runnable release);
  }

  ObjectReceiver(ArrowClient dataframes, InputStream in, Duration spin) {
    this(dataframes, in, spin, ChannelBell.Nap.DEFAULT);
  }

  ObjectReceiver(ArrowClient dataframes, InputStream in, Duration spin, ChannelBell.Nap nap) {
    this.dataframes = Objects.requireNonNull(dataframes, "dataframes");
    this.in = Objects.requireNonNull(in, "in");
    this.spinning = new Spinning(spin, SpinBudget.PROCESS);
    this.nap = nap;
  }

  /**
   * Waits for the next message and opens it as a dataframe.
   *
   * @return the dataframe, for the caller to close; null when the sender was closed and nothing
   *     follows
   * @throws EOFException if the sender has gone without being closed, and all that it had sent
   *     through shared memory was received
   * @throws IOException if the stream fails, or is not one of an {@link ObjectSender}
   * @throws PlasmaException OBJECT_NOT_FOUND if the sender has gone and the store needed the room;
   *     and as {@link ArrowClient#open(ObjectId)}
   * @throws io.plasmastore.arrow.InvalidArrowDataException if the message is not an Arrow stream;
   *     it is deleted
   */
  public @Nullable ArrowObject receive() throws IOException {
    return receive(
        new Opening<>() {
          @Override
          public ArrowObject object(ObjectId id) {
            return dataframes.open(id);
          }

          @Override
          public ArrowObject block(ObjectId id, MemorySegment stream, Runnable release) {
            return dataframes.open(id, stream, release);
          }
        });
  }

  /**
   * Waits for the next message and opens it as records. As {@link #receive()} otherwise.
   *
   * @param <T> the class of the records
   * @param codec of the records
   * @return the records, for the caller to close; null when the sender was closed and nothing
   *     follows
   * @throws IOException as {@link #receive()}
   * @throws SchemaMismatchException if the columns do not fit to the record; the message is deleted
   */
  public <T extends Record> @Nullable RecordList<T> receive(RecordCodec<T> codec)
      throws IOException {
    return receive(
        new Opening<>() {
          @Override
          public RecordList<T> object(ObjectId id) {
            return codec.over(dataframes).get(id);
          }

          @Override
          public RecordList<T> block(ObjectId id, MemorySegment stream, Runnable release) {
            return RecordList.open(codec, dataframes, id, stream, release);
          }
        });
  }

  /**
   * Closes the stream. What was received stays valid; what was not is the sender's to delete.
   *
   * @throws IOException if the stream can't be closed
   */
  @Override
  public void close() throws IOException {
    ended = true;
    queued = false;
    try (in) {
      if (queue != null) {
        queue.close();
      }
    }
  }

  private <R extends AutoCloseable> @Nullable R receive(Opening<R> opening) throws IOException {
    ReceivingQueue pages = queue;
    if (!queued) {
      ObjectId id = nextOnStream();
      if (id != null) {
        return take(id, opening);
      }
      pages = queue;
    }
    if (!queued || pages == null || !awaitMessage(pages)) {
      if (failure != null) {
        throw failure;
      }
      return null;
    }
    try {
      ObjectId id = pages.nextObject();
      return id == null ? open(pages, pages.nextBlock(), opening) : take(id, opening);
    } finally {
      // Also what could not be opened: nobody else ever will.
      pages.taken();
    }
  }

  private static <R extends AutoCloseable> R open(
      ReceivingQueue pages, ReceivingQueue.Block block, Opening<R> opening) {
    return opening.block(pages.id(), block.stream(), block);
  }

  /** Takes an object over: it is the receiver's pin alone that keeps it from now on. */
  private <R extends AutoCloseable> R take(ObjectId id, Opening<R> opening) {
    R object;
    try {
      object = opening.object(id);
    } catch (RuntimeException e) {
      throw abandoned(id, e);
    }
    try {
      dataframes.client().delete(id);
      return object;
    } catch (PlasmaException e) {
      try {
        object.close();
      } catch (Exception inClose) {
        e.addSuppressed(inClose);
      }
      throw e;
    }
  }

  /** Nobody else will ever open what could not be opened here. */
  private RuntimeException abandoned(ObjectId id, RuntimeException cause) {
    try {
      dataframes.client().delete(id);
    } catch (PlasmaException e) {
      cause.addSuppressed(e);
    }
    return cause;
  }

  /** The next object on the stream, or null if nothing follows there. */
  private @Nullable ObjectId nextOnStream() throws IOException {
    if (ended) {
      return null;
    }
    if (!started) {
      start();
    }
    int kind = read(1)[0];
    switch (kind) {
      case ObjectChannel.OBJECT -> {
        return ObjectId.of(read(ObjectId.SIZE));
      }
      case ObjectChannel.END -> {
        ended = true;
        if (queue != null) {
          queue.close();
        }
      }
      case ObjectChannel.QUEUE -> {
        if (queue == null) {
          throw new StreamCorruptedException("a queue that nobody has");
        }
        queued = true;
      }
      default -> throw new StreamCorruptedException("an object was expected: found=" + kind);
    }
    return null;
  }

  private void start() throws IOException {
    byte[] header = read(ObjectChannel.HEADER.length);
    if (!Arrays.equals(header, ObjectChannel.HEADER)) {
      throw new StreamCorruptedException(
          "not the stream of a sender of this version: found=" + Arrays.toString(header));
    }
    ObjectId token = ObjectId.of(read(ObjectId.SIZE));
    if (!token.equals(ObjectChannel.NO_PAGES)) {
      queue = ReceivingQueue.attach(dataframes.client(), token, spinning);
    }
    started = true;
  }

  /** Waits for a message in the queue; false when the sender has ended and there is none. */
  private boolean awaitMessage(ReceivingQueue pages) throws StreamCorruptedException {
    if (drained) {
      return false;
    }
    if (pages.hasMessage() || (!ended && (pages.spin() || pages.nap(nap)))) {
      return true;
    }
    while (!ended) {
      boolean there = pages.goToSleep();
      try {
        if (!there) {
          awaitBell();
        }
      } finally {
        pages.wakeUp();
      }
      if (pages.hasMessage()) {
        return true;
      }
    }
    // Whoever ended it had published everything before.
    if (pages.hasMessage()) {
      return true;
    }
    drained = true;
    // Not every receiver is closed by who has heard the end.
    pages.close();
    return false;
  }

  /** Waits until there is something on the stream, and takes what is there. */
  private void awaitBell() throws StreamCorruptedException {
    try {
      int count = in.read(bytes);
      if (count < 0) {
        throw new EOFException("the sender has gone without being closed");
      }
      for (int i = 0; i < count && !ended; i++) {
        if (bytes[i] == ObjectChannel.END) {
          ended = true;
        } else if (bytes[i] != ObjectChannel.WAKE) {
          throw new StreamCorruptedException("a bell was expected: found=" + bytes[i]);
        }
      }
    } catch (StreamCorruptedException e) {
      throw e;
    } catch (IOException e) {
      // What was published is there all the same; when it is taken, this is why nothing follows.
      ended = true;
      failure = e;
    }
  }

  private byte[] read(int size) throws IOException {
    byte[] read = in.readNBytes(size);
    if (read.length < size) {
      throw new EOFException(
          "the sender has gone without being closed: read=" + read.length + " wanted=" + size);
    }
    return read;
  }
}
