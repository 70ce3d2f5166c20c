package io.plasmastore.arrow;

import io.plasmastore.ObjectWriter;
import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.ForeignAllocation;
import org.apache.arrow.memory.OutOfMemoryException;
import org.apache.arrow.memory.util.MemoryUtil;

/**
 * Where the buffers of an {@link ArrowBuilder}'s vectors lie: in its object, which grows where it
 * lies as long as what is behind it is free; and where it is not, in private memory, until the
 * batch is done and copied to an object with more room. From any thread.
 */
final class BuildMemory {
  private final long maxCapacity;
  private BuildSpace space;
  private long overflow;
  private boolean ended;

  /** Takes over the writer of the object. */
  BuildMemory(ObjectWriter writer, long maxCapacity) {
    this.maxCapacity = maxCapacity;
    this.space = new BuildSpace(writer);
  }

  /** The object that is written now. Only for who holds the lock on this. */
  BuildSpace space() {
    return space;
  }

  /**
   * A new buffer.
   *
   * @param size in bytes, more than 0
   * @param accounting counts it
   * @throws OutOfMemoryException if the object may not grow so far, or the allocator's limit does
   *     not allow it
   * @throws IllegalStateException if the object was sealed or abandoned
   */
  ArrowBuf allocate(long size, BufferAllocator accounting) {
    Allocation allocation;
    synchronized (this) {
      if (ended) {
        throw new IllegalStateException("the object was sealed or abandoned: wanted=" + size);
      }
      allocation = allocation(size);
    }
    try {
      ArrowBuf buffer = accounting.wrapForeignAllocation(allocation);
      // A foreign allocation is one that is full.
      return buffer.writerIndex(0);
    } catch (Throwable e) {
      allocation.release0();
      throw e;
    }
  }

  /**
   * Goes on in another object, to which the whole messages were copied, and the metadata room
   * begins where they end. The one before is undone as soon as nobody has a piece of it.
   */
  synchronized void moveTo(ObjectWriter writer) {
    BuildSpace before = space;
    space = new BuildSpace(writer);
    space.begin(before.base(), space.end());
    before.abandon();
  }

  /** No buffer is given any more; the object is undone when the last of them is released. */
  synchronized void abandon() {
    if (!ended) {
      ended = true;
      space.abandon();
    }
  }

  /** No buffer is given any more: the object is sealed. */
  synchronized void end() {
    ended = true;
  }

  long maxCapacity() {
    return maxCapacity;
  }

  private Allocation allocation(long size) {
    long offset = space.take(size);
    if (offset == BuildSpace.NONE && space.growFor(size, maxCapacity)) {
      offset = space.take(size);
    }
    if (offset != BuildSpace.NONE) {
      long address = space.writer().data().address() + offset;
      return new Piece(space, offset, address, size);
    }
    long taken = space.base() + space.pieceBytes() + overflow;
    if (size > maxCapacity - taken) {
      throw new OutOfMemoryException(
          "the object may not grow so far: wanted=%d taken=%d capacity=%d maxCapacity=%d id=%s"
              .formatted(size, taken, space.writer().size(), maxCapacity, space.writer().id()));
    }
    overflow += size;
    return new Overflow(MemoryUtil.allocateMemory(size), size);
  }

  /** Memory that is given back once, whoever says so how often. */
  private abstract class Allocation extends ForeignAllocation {
    private boolean released;

    Allocation(long size, long address) {
      super(size, address);
    }

    @Override
    protected void release0() {
      synchronized (BuildMemory.this) {
        if (!released) {
          released = true;
          giveBack();
        }
      }
    }

    abstract void giveBack();
  }

  private final class Piece extends Allocation {
    private final BuildSpace of;
    private final long offset;

    Piece(BuildSpace of, long offset, long address, long size) {
      super(size, address);
      this.of = of;
      this.offset = offset;
    }

    @Override
    void giveBack() {
      of.giveBack(offset);
    }
  }

  private final class Overflow extends Allocation {
    Overflow(long address, long size) {
      super(size, address);
    }

    @Override
    void giveBack() {
      overflow -= getSize();
      MemoryUtil.freeMemory(memoryAddress());
    }
  }
}
