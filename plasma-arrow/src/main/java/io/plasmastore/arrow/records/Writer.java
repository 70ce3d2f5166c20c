package io.plasmastore.arrow.records;

import io.plasmastore.arrow.BatchWriter;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.ipc.message.ArrowFieldNode;
import org.jspecify.annotations.Nullable;

/**
 * The values of one column of a batch as they come, one after the other. Which of the typed methods
 * there is depends on the column; {@link #set} is always there. For one thread.
 */
abstract class Writer implements AutoCloseable {
  /** A value that the column can't hold; the row is added by who knows it. */
  static final class UnfitException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final String reason;

    UnfitException(String reason, @Nullable Throwable cause) {
      super(reason, cause);
      this.reason = reason;
    }

    private UnfitException(String reason, String path, @Nullable Throwable cause) {
      super(reason + ": component=" + path, cause);
      this.reason = reason;
    }

    /** Why, without where. */
    String reason() {
      return reason;
    }
  }

  /** Set by a column that should not grow much further, so that the batch ends with the row. */
  static final class Limit {
    private final long bytes;
    private boolean reached;

    Limit(long bytes) {
      this.bytes = bytes;
    }

    void reach(long size) {
      if (size >= bytes) {
        reached = true;
      }
    }

    boolean isReached() {
      return reached;
    }
  }

  /**
   * Where a column is and what it may take.
   *
   * @param path names it in errors
   * @param nullable whether a value may be null
   * @param rows how many are expected
   * @param allocator of the memory
   * @param limit of the batch
   * @param dictionaries of all columns, shared by all who take apart the same list
   */
  record Place(
      String path,
      boolean nullable,
      int rows,
      BufferAllocator allocator,
      Limit limit,
      Dictionaries dictionaries) {
    /** The place of records that are rows of a dataframe. */
    static Place ofRows(int rows, BufferAllocator allocator, Limit limit, Dictionaries all) {
      return new Place("", false, rows, allocator, limit, all);
    }

    Place allowingNull() {
      return new Place(path, true, rows, allocator, limit, dictionaries);
    }

    Place below(String name) {
      return new Place(path + name, false, rows, allocator, limit, dictionaries);
    }
  }

  private final Place place;
  private final List<GrowingBuffer> buffers = new ArrayList<>();
  private long[] nulls = {};
  private int nullCount;
  private int movedNulls;
  private int count;

  Writer(Place place) {
    this.place = place;
  }

  /** Adds a value, boxed where it is primitive. */
  void set(@Nullable Object value) {
    if (value == null) {
      if (!place.nullable()) {
        throw unfit("null where the record allows none", null);
      }
      skip();
    } else {
      write(value);
      count++;
    }
  }

  void setBoolean(boolean value) {
    set(value);
  }

  void setByte(byte value) {
    set(value);
  }

  void setShort(short value) {
    set(value);
  }

  void setChar(char value) {
    set(value);
  }

  void setInt(int value) {
    set(value);
  }

  void setLong(long value) {
    set(value);
  }

  void setFloat(float value) {
    set(value);
  }

  void setDouble(double value) {
    set(value);
  }

  /**
   * Adds the first values of an array.
   *
   * @param values an array of the component's type, which is primitive
   * @param many how many
   */
  void setAll(Object values, int many) {
    throw new AssertionError("the component is no primitive: component=" + place.path());
  }

  /** Adds a null, or where there may be none, something that nobody will look at. */
  void skip() {
    if (place.nullable()) {
      int word = count >>> 6;
      if (word >= nulls.length) {
        nulls = java.util.Arrays.copyOf(nulls, Math.max(word + 1, 2 * nulls.length));
      }
      nulls[word] |= 1L << count;
      nullCount++;
    }
    writeNothing();
    count++;
  }

  /**
   * Adds the values of another writer of the same column, which is as it was and no longer needed.
   */
  void append(Writer other) {
    appendNulls(other);
    appendValues(other);
    count += other.count;
  }

  /** Adds the bytes of another's values; {@link #count} does not have them yet. */
  void appendValues(Writer other) {
    for (int i = 0; i < buffers.size(); i++) {
      buffers.get(i).append(other.buffers.get(i));
    }
  }

  /** Whether this is one column, whose values can be {@linkplain #moveTo moved}. */
  boolean isFlat() {
    return false;
  }

  /**
   * Has the column's dictionary, if it is one that grows, reckon how large it will get; the values
   * so far are a sample.
   *
   * @param all how many rows there will be
   * @return false if that can't be told
   */
  boolean reserveDictionary(int all) {
    return true;
  }

  /** Bytes of all values so far, where the column is one of bytes. */
  long dataSize() {
    return 0;
  }

  /**
   * Moves the values so far to where they are to lie, and begins anew.
   *
   * @param column takes them
   * @param row of the first, a multiple of 64
   * @param start of the bytes, where the column is one of bytes
   */
  void moveTo(BatchWriter.Column column, int row, long start) {
    GrowingBuffer values = buffers.getFirst();
    values.moveTo(column.data(), values.size() / Math.max(1, count) * row);
    moveNullsTo(column, row);
  }

  /** The nulls among the values that were moved. */
  int movedNulls() {
    return movedNulls;
  }

  /** Moves what says where nulls are, and begins anew. */
  final void moveNullsTo(BatchWriter.Column column, int row) {
    if (nullCount > 0) {
      int words = Math.min(nulls.length, (count + 63) >>> 6);
      for (int word = 0; word < words; word++) {
        long valid = ~nulls[word];
        for (int bit = 0; bit < Math.min(Long.SIZE, count - (word << 6)); bit += Byte.SIZE) {
          column
              .validity()
              .set(ValueLayout.JAVA_BYTE, (row + (word << 6) + bit) >>> 3, (byte) (valid >>> bit));
        }
      }
      java.util.Arrays.fill(nulls, 0);
    }
    movedNulls += nullCount;
    nullCount = 0;
    count = 0;
  }

  /** Adds the bytes of a value. */
  abstract void write(Object value);

  /** Adds bytes in the place of a value. */
  abstract void writeNothing();

  /** Gives the values so far to a vector, which holds their memory from then on. */
  void finish(FieldVector vector) {
    try (GrowingBuffer validity = validity()) {
      List<ArrowBuf> all = new ArrayList<>();
      all.add(validity.bytes());
      buffers.forEach(buffer -> all.add(buffer.bytes()));
      vector.loadFieldBuffers(new ArrowFieldNode(count, nullCount), all);
    }
  }

  @Override
  public void close() {
    buffers.forEach(GrowingBuffer::close);
    buffers.clear();
  }

  final Place place() {
    return place;
  }

  /** Values so far. */
  final int count() {
    return count;
  }

  /** One more, that was added without {@link #set}. */
  final void added() {
    count++;
  }

  /** So many more. */
  final void added(int many) {
    count += many;
  }

  /** Memory that is this column's, in the order of the format, closed with it. */
  final GrowingBuffer buffer(long capacity) {
    GrowingBuffer buffer = new GrowingBuffer(place.allocator(), capacity);
    buffers.add(buffer);
    return buffer;
  }

  final UnfitException unfit(String why, @Nullable Throwable cause) {
    return new UnfitException(why, place.path(), cause);
  }

  private void appendNulls(Writer other) {
    if (other.nullCount == 0) {
      return;
    }
    int word = count >>> 6;
    int shift = count & 63;
    nulls = java.util.Arrays.copyOf(nulls, Math.max(nulls.length, word + other.nulls.length + 1));
    for (long more : other.nulls) {
      nulls[word++] |= more << shift;
      // A shift by 64 is one by nothing.
      nulls[word] |= more >>> 1 >>> (63 - shift);
    }
    nullCount += other.nullCount;
  }

  private GrowingBuffer validity() {
    int words = (count + 63) >>> 6;
    GrowingBuffer validity = new GrowingBuffer(place.allocator(), (long) words * Long.BYTES);
    for (int word = 0; word < words; word++) {
      validity.putLong(word < nulls.length ? ~nulls[word] : -1L);
    }
    return validity;
  }
}
