package io.plasmastore.sort;

import java.lang.foreign.MemorySegment;
import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.memory.BufferAllocator;
import org.jspecify.annotations.Nullable;

/**
 * Memory of a worker that grows with what is asked of it and is kept from one use to the next,
 * since fresh pages cost more than what is done in them. One thread.
 */
final class Scratch implements AutoCloseable {
  private final BufferAllocator allocator;
  private @Nullable ArrowBuf buffer;

  Scratch(BufferAllocator allocator) {
    this.allocator = allocator;
  }

  /** At least so many bytes, of any contents; what was got before is no longer to be used. */
  MemorySegment reserve(long size) {
    ArrowBuf held = buffer;
    if (held == null || held.capacity() < size) {
      close();
      held = allocator.buffer(size);
      buffer = held;
    }
    return OffHeap.bytes(held);
  }

  @Override
  public void close() {
    if (buffer != null) {
      buffer.close();
      buffer = null;
    }
  }
}
