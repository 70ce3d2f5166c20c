package io.plasmastore.bench.handover;

import static java.lang.foreign.ValueLayout.JAVA_INT_UNALIGNED;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.apache.arrow.flatbuf.Message;
import org.apache.arrow.flatbuf.RecordBatch;
import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.ForeignAllocation;
import org.apache.arrow.vector.VectorLoader;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.ipc.message.ArrowRecordBatch;
import org.apache.arrow.vector.ipc.message.MessageSerializer;

/**
 * The dataframe of an Arrow IPC stream of one batch, where it lies: what an engineer writes by hand
 * around memory that other libraries give, with what arrow-java offers in public.
 */
final class WrappedStream {
  private static final long PREFIX_SIZE = 2L * Integer.BYTES;

  private WrappedStream() {}

  /**
   * Wraps a stream.
   *
   * @param stream its bytes
   * @param allocator counts the memory
   * @param release is run when the root is closed and nothing of it is used any more
   * @return the dataframe; the caller closes it
   */
  static VectorSchemaRoot of(MemorySegment stream, BufferAllocator allocator, Runnable release)
      throws IOException {
    Message schema = message(stream, 0);
    long batchOffset = end(stream, 0);
    Message message = message(stream, batchOffset);
    MemorySegment body = stream.asSlice(end(stream, batchOffset), message.bodyLength());
    RecordBatch batch = (RecordBatch) message.header(new RecordBatch());
    VectorSchemaRoot root =
        VectorSchemaRoot.create(MessageSerializer.deserializeSchema(schema), allocator);
    // The batch takes the memory over.
    ArrowBuf memory = allocator.wrapForeignAllocation(allocation(body, release));
    try (ArrowRecordBatch loaded = MessageSerializer.deserializeRecordBatch(batch, memory)) {
      new VectorLoader(root).load(loaded);
    }
    return root;
  }

  private static ForeignAllocation allocation(MemorySegment body, Runnable release) {
    return new ForeignAllocation(body.byteSize(), body.address()) {
      @Override
      protected void release0() {
        release.run();
      }
    };
  }

  private static Message message(MemorySegment stream, long offset) {
    ByteBuffer bytes =
        stream
            .asSlice(offset + PREFIX_SIZE, metadataSize(stream, offset))
            .asByteBuffer()
            .order(ByteOrder.LITTLE_ENDIAN);
    return Message.getRootAsMessage(bytes);
  }

  private static long end(MemorySegment stream, long offset) {
    return offset + PREFIX_SIZE + metadataSize(stream, offset);
  }

  private static int metadataSize(MemorySegment stream, long offset) {
    return stream.get(JAVA_INT_UNALIGNED, offset + Integer.BYTES);
  }
}
