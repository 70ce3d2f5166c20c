package io.plasmastore.arrow;

import java.util.Collection;
import org.apache.arrow.memory.AllocationListener;
import org.apache.arrow.memory.AllocationReservation;
import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.BufferManager;
import org.apache.arrow.memory.ForeignAllocation;
import org.apache.arrow.memory.rounding.RoundingPolicy;
import org.jspecify.annotations.Nullable;

/**
 * An allocator whose buffers lie in an object under construction. It is another face of an ordinary
 * allocator, which counts the buffers against its limit and is their root, so that buffers may be
 * transferred between the two. From any thread.
 */
final class BuildAllocator implements BufferAllocator {
  private final BufferAllocator counting;
  private final BuildMemory memory;
  private final RoundingPolicy rounding;
  // Whether closing this closes the allocator that counts.
  private final boolean owning;

  BuildAllocator(BufferAllocator counting, BuildMemory memory, RoundingPolicy rounding) {
    this(counting, memory, rounding, false);
  }

  private BuildAllocator(
      BufferAllocator counting, BuildMemory memory, RoundingPolicy rounding, boolean owning) {
    this.counting = counting;
    this.memory = memory;
    this.rounding = rounding;
    this.owning = owning;
  }

  @Override
  public ArrowBuf buffer(long size) {
    assertOpen();
    if (size < 0) {
      throw new IllegalArgumentException("size out of range: size=" + size);
    }
    return size == 0 ? getEmpty() : memory.allocate(size, counting);
  }

  @Override
  public ArrowBuf buffer(long size, @Nullable BufferManager manager) {
    if (manager != null) {
      throw new UnsupportedOperationException("buffers of an object are not replaced");
    }
    return buffer(size);
  }

  @Override
  public RoundingPolicy getRoundingPolicy() {
    return rounding;
  }

  @Override
  public BufferAllocator newChildAllocator(String name, long initReservation, long maxAllocation) {
    return child(counting.newChildAllocator(name, initReservation, maxAllocation));
  }

  @Override
  public BufferAllocator newChildAllocator(
      String name, AllocationListener listener, long initReservation, long maxAllocation) {
    return child(counting.newChildAllocator(name, listener, initReservation, maxAllocation));
  }

  @Override
  public ArrowBuf wrapForeignAllocation(ForeignAllocation allocation) {
    return counting.wrapForeignAllocation(allocation);
  }

  /** Nothing, for the one that a builder gives: the buffers are closed one by one. */
  @Override
  public void close() {
    if (owning) {
      counting.close();
    }
  }

  @Override
  public BufferAllocator getRoot() {
    return counting.getRoot();
  }

  @Override
  public long getAllocatedMemory() {
    return counting.getAllocatedMemory();
  }

  @Override
  public long getLimit() {
    return counting.getLimit();
  }

  @Override
  public long getInitReservation() {
    return counting.getInitReservation();
  }

  @Override
  public void setLimit(long newLimit) {
    counting.setLimit(newLimit);
  }

  @Override
  public long getPeakMemoryAllocation() {
    return counting.getPeakMemoryAllocation();
  }

  @Override
  public long getHeadroom() {
    return counting.getHeadroom();
  }

  @Override
  public boolean forceAllocate(long size) {
    return counting.forceAllocate(size);
  }

  @Override
  public void releaseBytes(long size) {
    counting.releaseBytes(size);
  }

  @Override
  public AllocationListener getListener() {
    return counting.getListener();
  }

  @Override
  public @Nullable BufferAllocator getParentAllocator() {
    return counting.getParentAllocator();
  }

  @Override
  public Collection<BufferAllocator> getChildAllocators() {
    return counting.getChildAllocators();
  }

  @Override
  public AllocationReservation newReservation() {
    return counting.newReservation();
  }

  @Override
  public ArrowBuf getEmpty() {
    return counting.getEmpty();
  }

  @Override
  public String getName() {
    return counting.getName();
  }

  @Override
  public boolean isOverLimit() {
    return counting.isOverLimit();
  }

  @Override
  public String toVerboseString() {
    return counting.toVerboseString();
  }

  @Override
  public void assertOpen() {
    counting.assertOpen();
  }

  @Override
  public String toString() {
    return "BuildAllocator[" + counting + "]";
  }

  private BufferAllocator child(BufferAllocator child) {
    return new BuildAllocator(child, memory, rounding, true);
  }
}
