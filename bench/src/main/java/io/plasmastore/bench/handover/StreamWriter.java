package io.plasmastore.bench.handover;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.channels.WritableByteChannel;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.ipc.ArrowStreamWriter;

/**
 * Writes dataframes as Arrow IPC streams of one batch into memory of the exact size, by Arrow's own
 * writer: each buffer is copied once, to where it is to lie.
 */
final class StreamWriter {
  private StreamWriter() {}

  /** How many bytes the stream takes; nothing is copied. */
  static long size(VectorSchemaRoot root) throws IOException {
    Sink counter = new Sink(null);
    write(root, counter);
    return counter.position;
  }

  /**
   * Writes the stream.
   *
   * @param target as large as {@link #size} says
   */
  static void write(VectorSchemaRoot root, MemorySegment target) throws IOException {
    write(root, new Sink(target));
  }

  @SuppressWarnings("resource") // Closing the writer would close the root.
  private static void write(VectorSchemaRoot root, Sink sink) throws IOException {
    ArrowStreamWriter writer = new ArrowStreamWriter(root, null, sink);
    writer.start();
    writer.writeBatch();
    writer.end();
  }

  /** Memory that is written from its start, or nothing but a count. */
  private static final class Sink implements WritableByteChannel {
    private final @org.jspecify.annotations.Nullable MemorySegment target;
    private long position;

    Sink(@org.jspecify.annotations.Nullable MemorySegment target) {
      this.target = target;
    }

    @Override
    public int write(ByteBuffer bytes) {
      int size = bytes.remaining();
      if (target != null) {
        MemorySegment.copy(MemorySegment.ofBuffer(bytes), 0, target, position, size);
      }
      bytes.position(bytes.limit());
      position += size;
      return size;
    }

    @Override
    public boolean isOpen() {
      return true;
    }

    @Override
    public void close() {}
  }
}
