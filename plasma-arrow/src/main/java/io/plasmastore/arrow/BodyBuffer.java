package io.plasmastore.arrow;

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

  /**
   * The first bytes of a vector's buffer.
   *
   * @param source the vector's buffer
   * @param size how many of its bytes, no more than it has
   */
  record Copied(ArrowBuf source, long size) implements BodyBuffer {
    @Override
    public void writeTo(StreamTarget target, long offset) {
      target.copy(source, offset, size);
    }

    @Override
    public long address() {
      return source.memoryAddress();
    }

    @Override
    public void retain() {
      source.getReferenceManager().retain();
    }

    @Override
    public void release() {
      source.getReferenceManager().release();
    }
  }
}
