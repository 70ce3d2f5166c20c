package io.plasmastore.arrow;

import java.util.function.IntToLongFunction;
import org.apache.arrow.memory.ArrowBuf;

/** The bytes of one buffer of a batch that is to be written. */
interface BodyBuffer {
  /** Size in bytes, without the padding. */
  long size();

  /** Writes the bytes, from an offset of the target on. */
  void writeTo(StreamTarget target, long offset);

  /** Where the bytes, or those that they are made from, are now; 0 if they are nowhere. */
  long address();

  /** Keeps the memory that the bytes are in. */
  void retain();

  /** Undoes one {@link #retain()}. */
  void release();

  /** As many zeros. */
  record Zeros(long size) implements BodyBuffer {
    @Override
    public void writeTo(StreamTarget target, long offset) {
      target.zero(offset, offset + size);
    }

    @Override
    public long address() {
      return 0;
    }

    @Override
    public void retain() {}

    @Override
    public void release() {}
  }

  /** Bytes that lie in the object already: whoever writes the body leaves them as they are. */
  record InPlace(long size) implements BodyBuffer {
    @Override
    public void writeTo(StreamTarget target, long offset) {}

    @Override
    public long address() {
      return 0;
    }

    @Override
    public void retain() {}

    @Override
    public void release() {}
  }

  /** What is written of one buffer of a vector. */
  interface OfOne extends BodyBuffer {
    /** The vector's buffer. */
    ArrowBuf source();

    @Override
    default void retain() {
      source().getReferenceManager().retain();
    }

    @Override
    default void release() {
      source().getReferenceManager().release();
    }
  }

  /**
   * Bytes of a vector's buffer.
   *
   * @param source the vector's buffer
   * @param start the first of its bytes
   * @param size how many, no more than it has
   */
  record Copied(ArrowBuf source, long start, long size) implements OfOne {
    @Override
    public void writeTo(StreamTarget target, long offset) {
      target.copy(source, start, offset, size);
    }

    @Override
    public long address() {
      return source.memoryAddress() + start;
    }
  }

  /**
   * Bits of a vector's buffer that do not start with a byte there.
   *
   * @param source the vector's buffer
   * @param from the first of its bits
   * @param count how many, no more than it has
   */
  record Shifted(ArrowBuf source, int from, int count) implements OfOne {
    @Override
    public long size() {
      return ColumnLayout.validitySize(count);
    }

    @Override
    public void writeTo(StreamTarget target, long offset) {
      target.copyBits(source, from, offset, count);
    }

    @Override
    public long address() {
      return source.memoryAddress() + from / Byte.SIZE;
    }
  }

  /**
   * Offsets that are counted from somewhere else than in the vector.
   *
   * @param entries as they are in the vector
   * @param values as they are written, by the number of the entry
   */
  record Numbers(Entries entries, IntToLongFunction values) implements OfOne {
    @Override
    public ArrowBuf source() {
      return entries.buffer();
    }

    @Override
    public long size() {
      return entries.layout().entriesSize(entries.count());
    }

    @Override
    public void writeTo(StreamTarget target, long offset) {
      boolean large = entries.layout().width() == ColumnLayout.LARGE_OFFSET_SIZE;
      for (int i = 0; i < entries.count(); i++) {
        long place = offset + entries.layout().entriesSize(i);
        if (large) {
          target.putLong(place, values.applyAsLong(i));
        } else {
          target.putInt(place, (int) values.applyAsLong(i));
        }
      }
    }

    @Override
    public long address() {
      return entries.buffer().memoryAddress() + entries.layout().entriesSize(entries.from());
    }
  }

  /**
   * The ends of some runs as they are counted from a value on.
   *
   * @param ends of all runs
   * @param first the first run
   * @param runCount how many runs
   * @param from the value to count from
   * @param count how many values there are from there on
   */
  record MovedRuns(RunEnds ends, int first, int runCount, int from, int count) implements OfOne {
    @Override
    public ArrowBuf source() {
      return ends.buffer();
    }

    @Override
    public long size() {
      return (long) runCount * ends.width();
    }

    @Override
    public void writeTo(StreamTarget target, long offset) {
      target.copyRuns(this, offset);
    }

    @Override
    public long address() {
      return ends.buffer().memoryAddress() + (long) first * ends.width();
    }
  }
}
