package io.plasmastore.arrow;

import java.lang.foreign.MemorySegment;
import java.util.stream.Collectors;
import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.ForeignAllocation;

/**
 * The bytes of an object as one allocation of an allocator. Releasing its last buffer releases the
 * pin on the object.
 */
final class PinnedAllocation extends ForeignAllocation {
  /** Whether each allocation says where it was made, which takes microseconds. */
  private static final boolean REMEMBERED = Boolean.getBoolean("plasma.debug.leaks");

  private static final int FRAMES_SHOWN = 16;

  private final Runnable release;

  private PinnedAllocation(MemorySegment data, Runnable release) {
    super(data.byteSize(), data.address());
    this.release = release;
  }

  /**
   * Wraps the bytes of an object. The allocator counts them against its limit; in a JVM with {@code
   * -Dplasma.debug.leaks=true} by way of a child whose name is where this was called, since an
   * allocator that is closed too early names its children.
   *
   * @param what the bytes are of, for that name
   * @param data the bytes
   * @param allocator counts them until the last buffer is released
   * @param release called then, once. When this method throws it may have been called or not, so it
   *     must be harmless to call again
   * @return a buffer of all the bytes, for the caller to close
   * @throws org.apache.arrow.memory.OutOfMemoryException if the allocator's limit does not allow
   *     the size
   */
  static ArrowBuf wrap(
      Object what, MemorySegment data, BufferAllocator allocator, Runnable release) {
    if (REMEMBERED) {
      return wrapNamed(what, data, allocator, release);
    }
    return allocator.wrapForeignAllocation(new PinnedAllocation(data, release));
  }

  private static ArrowBuf wrapNamed(
      Object what, MemorySegment data, BufferAllocator allocator, Runnable release) {
    String place =
        StackWalker.getInstance()
            .walk(
                frames ->
                    frames
                        .skip(2)
                        .limit(FRAMES_SHOWN)
                        .map(frame -> "\n\tat " + frame)
                        .collect(Collectors.joining()));
    BufferAllocator child =
        allocator.newChildAllocator("object got: " + what + place + "\n", 0, Long.MAX_VALUE);
    Runnable both =
        () -> {
          try (child) {
            release.run();
          }
        };
    try {
      return child.wrapForeignAllocation(new PinnedAllocation(data, both));
    } catch (Throwable e) {
      child.close();
      throw e;
    }
  }

  @Override
  protected void release0() {
    release.run();
  }
}
