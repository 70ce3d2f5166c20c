package io.plasmastore.bench.handover;

import java.io.IOException;
import java.nio.channels.ReadableByteChannel;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.ipc.ArrowStreamReader;

/** A dataframe of one batch as Arrow's own reader copies it out of a stream. */
final class ReadStream implements Received {
  private final ArrowStreamReader reader;

  private ReadStream(ArrowStreamReader reader) {
    this.reader = reader;
  }

  /** Reads the batch; closing this reads the end, and leaves the channel open. */
  static ReadStream open(ReadableByteChannel in, BufferAllocator allocator) throws IOException {
    ArrowStreamReader reader = new ArrowStreamReader(in, allocator);
    try {
      if (!reader.loadNextBatch()) {
        throw new IOException("the stream has no batch");
      }
      return new ReadStream(reader);
    } catch (IOException | RuntimeException e) {
      reader.close(false);
      throw e;
    }
  }

  @Override
  public long sum() {
    try {
      return Sums.of(reader.getVectorSchemaRoot());
    } catch (IOException e) {
      throw new AssertionError("the schema was read with the batch", e);
    }
  }

  @Override
  public void close() throws IOException {
    try {
      // Up to the end's mark, so that nothing of this is left in the channel.
      if (reader.loadNextBatch()) {
        throw new IOException("the stream has another batch");
      }
    } finally {
      reader.close(false);
    }
  }
}
