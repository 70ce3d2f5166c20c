package io.plasmastore.sort;

import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.ipc.message.ArrowFieldNode;

/**
 * The buffers of a vector while they are filled. Closing gives up this hold on them; the vector
 * loaded from them has its own.
 */
final class NewBuffers implements AutoCloseable {
  private final BufferAllocator allocator;
  private final List<ArrowBuf> buffers = new ArrayList<>(3);

  NewBuffers(BufferAllocator allocator) {
    this.allocator = allocator;
  }

  /** The next buffer in the order of the format, its contents undefined. */
  MemorySegment add(long size) {
    ArrowBuf buffer = allocator.buffer(size);
    buffers.add(buffer);
    buffer.writerIndex(size);
    return OffHeap.bytes(buffer);
  }

  /** Gives the buffers to a vector. */
  void load(FieldVector vector, int valueCount, int nullCount) {
    vector.loadFieldBuffers(new ArrowFieldNode(valueCount, nullCount), buffers);
  }

  @Override
  public void close() {
    Closing.all(buffers);
    buffers.clear();
  }
}
