package io.plasmastore.arrow;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.OwnershipTransferResult;
import org.apache.arrow.memory.ReferenceManager;

/**
 * Counts the buffers of one batch that are still held, and holds the object for all of them
 * together: the allocation, which the allocator counts, is given up with the last of them. It is
 * what arrow-java's own counter does, without its lock, its map and its second buffer for each
 * buffer that a vector takes.
 *
 * <p>Made, and handed to vectors, by one thread; from {@link #loaded} on any thread may retain and
 * release, until the thread that has the vectors {@linkplain #leave leaves}.
 */
final class BatchHold implements ReferenceManager {
  private static final VarHandle COUNT = countHandle();

  private final ArrowBuf allocation;
  private final BufferAllocator allocator;
  // While one thread alone can know of this, plain accesses do: they take half of the time.
  private boolean loading = true;
  private volatile boolean shared;
  private volatile int count = 1;

  /** The same memory, which has been counted already, so that it always fits. */
  private record Same(ArrowBuf getTransferredBuffer) implements OwnershipTransferResult {
    @Override
    public boolean getAllocationFit() {
      return true;
    }
  }

  /** Retains the allocation until the batch is {@linkplain #loaded} and let go of. */
  BatchHold(ArrowBuf allocation, BufferAllocator allocator) {
    this.allocation = allocation;
    this.allocator = allocator;
    allocation.getReferenceManager().retain();
  }

  /**
   * A buffer of the object for a vector to take, which it does by one {@link #retain(ArrowBuf,
   * BufferAllocator)}.
   */
  ArrowBuf slice(long offset, long size) {
    if (offset < 0 || size < 0 || size > allocation.capacity() - offset) {
      throw new IndexOutOfBoundsException(
          "offset=" + offset + " size=" + size + " limit=" + allocation.capacity());
    }
    return buffer(allocation.memoryAddress() + offset, size);
  }

  /** Every vector has its buffers. When nobody holds any the object is let go of at once. */
  void loaded() {
    if (loading) {
      loading = false;
      var unused = release(1);
    }
  }

  /**
   * The vectors are about to be loaded with another batch by the one thread that has them. If
   * nobody ever retained a buffer besides, they are all who release any until {@link #loaded}.
   */
  void leave() {
    if (!shared && count > 0) {
      loading = true;
      var unused = plainAdd(1);
    }
  }

  @Override
  public int getRefCount() {
    return count;
  }

  @Override
  public boolean release() {
    return release(1);
  }

  @Override
  public boolean release(int decrement) {
    if (decrement < 1) {
      throw new IllegalStateException("released less than once: decrement=" + decrement);
    }
    int rest =
        (loading ? plainAdd(-decrement) : (int) COUNT.getAndAdd(this, -decrement)) - decrement;
    if (rest < 0) {
      throw new IllegalStateException("released more often than retained: count=" + rest);
    }
    if (rest == 0 && !loading) {
      allocation.close();
    }
    return rest == 0;
  }

  @Override
  public void retain() {
    retain(1);
  }

  @Override
  public void retain(int increment) {
    if (increment < 1) {
      throw new IllegalArgumentException("retained less than once: increment=" + increment);
    }
    if (loading) {
      var unused = plainAdd(increment);
      return;
    }
    shared = true;
    int before = (int) COUNT.getAndAdd(this, increment);
    if (before <= 0) {
      throw new IllegalArgumentException("retained after it was released: count=" + before);
    }
  }

  /** While the batch is loaded the buffer is new, and has nobody else who could change it. */
  @Override
  public ArrowBuf retain(ArrowBuf source, BufferAllocator target) {
    if (target != allocator) {
      return allocation.getReferenceManager().retain(source, target);
    }
    retain(1);
    return loading ? source : copy(source);
  }

  @Override
  public ArrowBuf deriveBuffer(ArrowBuf source, long index, long length) {
    return new ArrowBuf(this, null, length, source.memoryAddress() + index);
  }

  @Override
  public OwnershipTransferResult transferOwnership(ArrowBuf source, BufferAllocator target) {
    return target == allocator
        ? new Same(retain(source, target))
        : allocation.getReferenceManager().transferOwnership(source, target);
  }

  @Override
  public BufferAllocator getAllocator() {
    return allocator;
  }

  @Override
  public long getSize() {
    return allocation.getReferenceManager().getSize();
  }

  @Override
  public long getAccountedSize() {
    return allocation.getReferenceManager().getAccountedSize();
  }

  private int plainAdd(int difference) {
    int before = (int) COUNT.get(this);
    COUNT.set(this, before + difference);
    return before;
  }

  private ArrowBuf buffer(long address, long size) {
    ArrowBuf buffer = new ArrowBuf(this, null, size, address);
    buffer.writerIndex(size);
    return buffer;
  }

  private ArrowBuf copy(ArrowBuf source) {
    ArrowBuf copy = new ArrowBuf(this, null, source.capacity(), source.memoryAddress());
    copy.readerIndex(source.readerIndex());
    copy.writerIndex(source.writerIndex());
    return copy;
  }

  private static VarHandle countHandle() {
    try {
      return MethodHandles.lookup().findVarHandle(BatchHold.class, "count", int.class);
    } catch (ReflectiveOperationException e) {
      throw new LinkageError("the field is here", e);
    }
  }
}
