package io.plasmastore.arrow;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.OwnershipTransferResult;
import org.apache.arrow.memory.ReferenceManager;

/**
 * Memory that stands in for buffers which a stream leaves out: ones for the validity bitmap of a
 * column without nulls, zeros for the offsets of a column without values. arrow-java would allocate
 * and fill a bitmap for each such column instead.
 *
 * <p>The ones are shared by all columns of the process and grow to the longest column seen, at most
 * 256 MB; they are never freed. They lie in a read-only mapping, so that a stray write ends the JVM
 * and does not turn other columns' values into nulls; only where no temporary file can be made they
 * are plain memory. No allocator counts them.
 */
final class ConstantMemory implements ReferenceManager {
  private static final long LEAST_SIZE = 1 << 16;

  private static final ConstantMemory SHARED = new ConstantMemory();
  private static final MemorySegment ZEROS = Arena.global().allocate(Long.BYTES, Long.BYTES);
  private static final Object GROWTH = new Object();
  private static volatile MemorySegment ones = MemorySegment.NULL;

  /** Nothing is counted, so it always fits. */
  private record Transfer(ArrowBuf getTransferredBuffer) implements OwnershipTransferResult {
    @Override
    public boolean getAllocationFit() {
      return true;
    }
  }

  private ConstantMemory() {}

  /** A bitmap of ones. */
  static ArrowBuf ones(int bitCount) {
    long size = ColumnLayout.validitySize(bitCount);
    MemorySegment region = ones;
    if (region.byteSize() < size) {
      region = grow(size);
    }
    return SHARED.view(region.address(), size);
  }

  /** Zeros for one offset of up to 8 bytes. */
  static ArrowBuf zeros(int size) {
    return SHARED.view(ZEROS.address(), size);
  }

  private static MemorySegment grow(long size) {
    synchronized (GROWTH) {
      if (ones.byteSize() < size) {
        // A power of two: columns may refer to the earlier regions, and so all regions together are
        // less than twice the last.
        ones = newRegion(Math.max(LEAST_SIZE, Long.highestOneBit(size - 1) << 1));
      }
      return ones;
    }
  }

  private static MemorySegment newRegion(long size) {
    try {
      return newMapping(size);
    } catch (IOException noTemporaryFile) {
      return Arena.global().allocate(size, StreamLayout.ALIGNMENT).fill((byte) 0xFF);
    }
  }

  private static MemorySegment newMapping(long size) throws IOException {
    Path file = Files.createTempFile("plasma-ones", null);
    try (FileChannel channel =
        FileChannel.open(
            file,
            StandardOpenOption.READ,
            StandardOpenOption.WRITE,
            StandardOpenOption.DELETE_ON_CLOSE)) {
      ByteBuffer step = ByteBuffer.allocate((int) LEAST_SIZE);
      MemorySegment.ofBuffer(step).fill((byte) 0xFF);
      for (long written = 0; written < size; ) {
        written += channel.write(step.rewind());
      }
      return channel.map(MapMode.READ_ONLY, 0, size, Arena.global());
    }
  }

  private ArrowBuf view(long address, long size) {
    ArrowBuf view = new ArrowBuf(this, null, size, address);
    view.writerIndex(size);
    return view;
  }

  @Override
  public int getRefCount() {
    return 1;
  }

  @Override
  public boolean release() {
    return false;
  }

  @Override
  public boolean release(int decrement) {
    return false;
  }

  @Override
  public void retain() {}

  @Override
  public void retain(int increment) {}

  @Override
  public ArrowBuf retain(ArrowBuf source, BufferAllocator target) {
    return view(source.memoryAddress(), source.capacity());
  }

  @Override
  public ArrowBuf deriveBuffer(ArrowBuf source, long index, long length) {
    return view(source.memoryAddress() + index, length);
  }

  @Override
  public OwnershipTransferResult transferOwnership(ArrowBuf source, BufferAllocator target) {
    return new Transfer(retain(source, target));
  }

  /** Belongs to no allocator; like arrow-java's own buffers of that kind, it names an empty one. */
  @Override
  public BufferAllocator getAllocator() {
    return NO_OP.getAllocator();
  }

  @Override
  public long getSize() {
    return 0;
  }

  @Override
  public long getAccountedSize() {
    return 0;
  }
}
