package io.plasmastore.arrow;

import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.memory.ReferenceManager;

/**
 * The memory that a stream is written into: the only place where a put copies bytes. Offsets are
 * from its start.
 */
final class StreamTarget {
  // One copy call is one uninterruptible step: a thread in it holds up every pause of the garbage
  // collector, so a large buffer is copied in several. Steps of fewer than about 3 MB go through
  // the caches and are a quarter slower.
  static final long STEP_SIZE = 8 << 20;

  private final ArrowBuf buffer;

  StreamTarget(MemorySegment segment) {
    // A view for ArrowBuf's own copy, which checks the bounds of both sides. Nobody counts it.
    this.buffer = new ArrowBuf(ReferenceManager.NO_OP, null, segment.byteSize(), segment.address());
  }

  /** Writes into a buffer, which the caller holds. */
  StreamTarget(ArrowBuf buffer) {
    this.buffer = buffer;
  }

  /** Copies bytes of a buffer from an offset of it on. */
  void copy(ArrowBuf source, long sourceOffset, long offset, long size) {
    for (long done = 0; done < size; done += STEP_SIZE) {
      buffer.setBytes(offset + done, source, sourceOffset + done, Math.min(STEP_SIZE, size - done));
    }
  }

  /** Copies the remaining bytes of a byte buffer, whose position does not change. */
  void copy(ByteBuffer source, long offset) {
    buffer.setBytes(offset, source.duplicate());
  }

  /** Copies bits that do not start with a byte; what is left of the last byte is zeros. */
  void copyBits(ArrowBuf source, int from, long offset, int count) {
    Bits.copy(source, from, buffer, offset, count);
  }

  /** Writes the ends of runs. */
  void copyRuns(BodyBuffer.MovedRuns runs, long offset) {
    runs.ends().move(runs.first(), runs.runCount(), runs.from(), runs.count(), buffer, offset);
  }

  void putLong(long offset, long value) {
    buffer.setLong(offset, value);
  }

  void putInt(long offset, int value) {
    buffer.setInt(offset, value);
  }

  /**
   * Writes zeros from one offset up to another. The memory may hold the bytes of an object that was
   * deleted.
   */
  void zero(long start, long end) {
    buffer.setZero(start, end - start);
  }
}
