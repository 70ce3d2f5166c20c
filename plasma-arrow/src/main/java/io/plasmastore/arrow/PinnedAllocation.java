package io.plasmastore.arrow;

import java.lang.foreign.MemorySegment;
import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.ForeignAllocation;

/**
 * The bytes of an object as one allocation of an allocator. Releasing its last buffer releases the
 * pin on the object.
 */
final class PinnedAllocation extends ForeignAllocation {
  private final Runnable release;

  private PinnedAllocation(MemorySegment data, Runnable release) {
    super(data.byteSize(), data.address());
    this.release = release;
  }

  /**
   * Wraps the bytes of an object. The allocator counts them against its limit.
   *
   * @param data the bytes
   * @param allocator counts them until the last buffer is released
   * @param release called then, once. When this method throws it may have been called or not, so it
   *     must be harmless to call again
   * @return a buffer of all the bytes, for the caller to close
   * @throws org.apache.arrow.memory.OutOfMemoryException if the allocator's limit does not allow
   *     the size
   */
  static ArrowBuf wrap(MemorySegment data, BufferAllocator allocator, Runnable release) {
    return allocator.wrapForeignAllocation(new PinnedAllocation(data, release));
  }

  @Override
  protected void release0() {
    release.run();
  }
}
