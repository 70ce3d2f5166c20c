package io.plasmastore.arrow;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.memory.ReferenceManager;
import org.jspecify.annotations.Nullable;

/**
 * The memory that a stream is written into: the only place where a put copies bytes. Offsets are
 * from its start. What is small is written at once; what is large is only noted, and copied by
 * {@link #finish}, by several threads if there is much of it. For one thread.
 */
final class StreamTarget {
  // One copy call is one uninterruptible step: a thread in it holds up every pause of the garbage
  // collector, so a large buffer is copied in several. Steps of fewer than about 3 MB go through
  // the caches and are a quarter slower.
  static final long STEP_SIZE = 4 << 20;

  /** Less than this is not worth being noted. */
  private static final long SMALL = 64 << 10;

  /** Of the buffers that share a step; these few are better left to whoever is first done. */
  private static final long TOGETHER_SIZE = 1 << 20;

  /** Less than this is not worth a second thread, which takes 50 to 100 µs to wake up. */
  static final long SHARED_SIZE = 4 << 20;

  private final ArrowBuf buffer;
  private final @Nullable MemorySegment used;
  private List<Runnable> steps = new ArrayList<>();
  // Buffers that are too small for a step of their own share one.
  private List<Piece> together = new ArrayList<>();
  private long togetherSize;
  private long noted;

  /** A stretch of a buffer, and where it goes. */
  private record Piece(ArrowBuf source, long sourceOffset, ArrowBuf target, long offset, long size)
      implements Runnable {
    @Override
    public void run() {
      target.setBytes(offset, source, sourceOffset, size);
    }
  }

  StreamTarget(MemorySegment segment) {
    this(view(segment), segment.byteSize() <= SMALL ? segment : null);
  }

  /**
   * A view of memory for ArrowBuf's own copy, which checks the bounds of both sides. Nobody counts
   * it.
   */
  static ArrowBuf view(MemorySegment segment) {
    return new ArrowBuf(ReferenceManager.NO_OP, null, segment.byteSize(), segment.address());
  }

  /** Writes into a buffer, which the caller holds. */
  StreamTarget(ArrowBuf buffer) {
    this(buffer, null);
  }

  private StreamTarget(ArrowBuf buffer, @Nullable MemorySegment used) {
    this.buffer = buffer;
    this.used = used;
  }

  /**
   * Whether the head of a message is in its place already, as in small memory that is used over and
   * over for the like. What is not written again stays in the cache of whoever reads it on another
   * core.
   *
   * @param metadata as they are to stand there, behind the prefix
   * @param bodyOffset up to where zeros follow them
   */
  boolean hasHead(long offset, ByteBuffer metadata, long bodyOffset) {
    if (used == null) {
      return false;
    }
    long start = offset + StreamLayout.METADATA_OFFSET;
    long end = start + metadata.remaining();
    if (used.get(StreamLayout.INT, offset) != StreamLayout.CONTINUATION
        || used.get(StreamLayout.INT, offset + StreamLayout.METADATA_SIZE_OFFSET)
            != bodyOffset - start) {
      return false;
    }
    for (long i = end; i < bodyOffset; i++) {
      if (used.get(ValueLayout.JAVA_BYTE, i) != 0) {
        return false;
      }
    }
    MemorySegment wanted = MemorySegment.ofBuffer(metadata);
    return MemorySegment.mismatch(used, start, end, wanted, 0, wanted.byteSize()) < 0;
  }

  /**
   * Copies bytes of a buffer from an offset of it on: at once, or in {@link #finish}, until when
   * the caller holds the buffer.
   *
   * @throws IndexOutOfBoundsException if one of the two does not have these bytes, here or in
   *     {@link #finish}
   */
  void copy(ArrowBuf source, long sourceOffset, long offset, long size) {
    if (size < SMALL) {
      buffer.setBytes(offset, source, sourceOffset, size);
      return;
    }
    noted += size;
    if (size < STEP_SIZE) {
      together.add(new Piece(source, sourceOffset, buffer, offset, size));
      togetherSize += size;
      if (togetherSize >= TOGETHER_SIZE) {
        closeTogether();
      }
      return;
    }
    // None is smaller than a step.
    long count = size / STEP_SIZE;
    for (long i = 0; i < count; i++) {
      long start = size / count * i;
      long end = i == count - 1 ? size : size / count * (i + 1);
      steps.add(new Piece(source, sourceOffset + start, buffer, offset + start, end - start));
    }
  }

  /**
   * Does the copies that were noted. When this ends, however it does, nobody writes to the memory
   * any more.
   */
  void finish() {
    closeTogether();
    List<Runnable> all = steps;
    steps = new ArrayList<>();
    boolean shared = noted >= SHARED_SIZE;
    noted = 0;
    if (shared) {
      SharedSteps.run(all);
    } else {
      all.forEach(Runnable::run);
    }
  }

  private void closeTogether() {
    if (!together.isEmpty()) {
      List<Piece> pieces = together;
      steps.add(() -> pieces.forEach(Piece::run));
      together = new ArrayList<>();
      togetherSize = 0;
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
