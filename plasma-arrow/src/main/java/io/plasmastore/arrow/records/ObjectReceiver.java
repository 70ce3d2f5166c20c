package io.plasmastore.arrow.records;

import io.plasmastore.ObjectId;
import io.plasmastore.PlasmaException;
import io.plasmastore.arrow.ArrowClient;
import io.plasmastore.arrow.ArrowObject;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.StreamCorruptedException;
import java.util.Arrays;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The receiving end of an {@link ObjectChannel}. What is received belongs to the receiver: nobody
 * else finds it any more, and its memory is free when it is closed. For one thread at a time.
 */
public final class ObjectReceiver implements AutoCloseable {
  private final ArrowClient dataframes;
  private final InputStream in;
  private boolean started;
  private boolean ended;

  ObjectReceiver(ArrowClient dataframes, InputStream in) {
    this.dataframes = Objects.requireNonNull(dataframes, "dataframes");
    this.in = Objects.requireNonNull(in, "in");
  }

  /**
   * Waits for the next object and opens it as a dataframe.
   *
   * @return the dataframe, for the caller to close; null when the sender was closed and nothing
   *     follows
   * @throws EOFException if the sender has gone without being closed
   * @throws IOException if the stream fails, or is not one of an {@link ObjectSender}
   * @throws PlasmaException OBJECT_NOT_FOUND if the sender has gone and the store needed the room;
   *     and as {@link ArrowClient#open(ObjectId)}
   * @throws io.plasmastore.arrow.InvalidArrowDataException if the object is not an Arrow stream; it
   *     is deleted
   */
  public @Nullable ArrowObject receive() throws IOException {
    ObjectId id = nextId();
    if (id == null) {
      return null;
    }
    ArrowObject object;
    try {
      object = dataframes.open(id);
    } catch (RuntimeException e) {
      throw abandoned(id, e);
    }
    taken(id, object);
    return object;
  }

  /**
   * Waits for the next object and opens it as records. As {@link #receive()} otherwise.
   *
   * @param <T> the class of the records
   * @param codec of the records
   * @return the records, for the caller to close; null when the sender was closed and nothing
   *     follows
   * @throws IOException as {@link #receive()}
   * @throws SchemaMismatchException if the columns do not fit to the record; the object is deleted
   */
  public <T extends Record> @Nullable RecordList<T> receive(RecordCodec<T> codec)
      throws IOException {
    ObjectId id = nextId();
    if (id == null) {
      return null;
    }
    RecordList<T> records;
    try {
      records = codec.over(dataframes).get(id);
    } catch (RuntimeException e) {
      throw abandoned(id, e);
    }
    taken(id, records);
    return records;
  }

  /**
   * Closes the stream. What was received stays valid; what was not is the sender's to delete.
   *
   * @throws IOException if the stream can't be closed
   */
  @Override
  public void close() throws IOException {
    ended = true;
    in.close();
  }

  /** Takes the object over: it is the receiver's pin alone that keeps it from now on. */
  private void taken(ObjectId id, AutoCloseable object) {
    try {
      dataframes.client().delete(id);
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

  private @Nullable ObjectId nextId() throws IOException {
    if (ended) {
      return null;
    }
    if (!started) {
      byte[] header = read(ObjectChannel.HEADER.length);
      if (!Arrays.equals(header, ObjectChannel.HEADER)) {
        throw new StreamCorruptedException(
            "not the stream of a sender of this version: found=" + Arrays.toString(header));
      }
      started = true;
    }
    int kind = read(1)[0];
    if (kind == ObjectChannel.END) {
      ended = true;
      return null;
    }
    if (kind != ObjectChannel.OBJECT) {
      throw new StreamCorruptedException("an object was expected: found=" + kind);
    }
    return ObjectId.of(read(ObjectId.SIZE));
  }

  private byte[] read(int size) throws IOException {
    byte[] bytes = in.readNBytes(size);
    if (bytes.length < size) {
      throw new EOFException(
          "the sender has gone without being closed: read=" + bytes.length + " wanted=" + size);
    }
    return bytes;
  }
}
