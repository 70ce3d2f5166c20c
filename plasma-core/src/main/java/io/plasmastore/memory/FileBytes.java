package io.plasmastore.memory;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * A file of a store, read from outside. It is not mapped: a read of what was never committed gives
 * zeros and takes no memory of the mount, and a file that is too short is an exception and no
 * SIGBUS. Reads close to one another share one call. For one thread.
 */
final class FileBytes implements AutoCloseable {
  private static final int WINDOW = 256 << 10;
  private static final int ALIGNMENT = 4096;

  private final Path path;
  private final FileChannel channel;
  private final long size;
  private final ByteBuffer window =
      ByteBuffer.allocateDirect(WINDOW).order(ByteOrder.LITTLE_ENDIAN).limit(0);
  private long windowOffset;

  private FileBytes(Path path, FileChannel channel) throws IOException {
    this.path = path;
    this.channel = channel;
    this.size = channel.size();
  }

  /** Opens a file for reading alone. */
  static FileBytes open(Path path) throws IOException {
    FileChannel channel =
        FileChannel.open(path, StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS);
    try {
      return new FileBytes(path, channel);
    } catch (IOException e) {
      channel.close();
      throw e;
    }
  }

  /** The length when it was opened. */
  long size() {
    return size;
  }

  long longAt(long offset) throws IOException {
    return window.getLong(position(offset, Long.BYTES));
  }

  int intAt(long offset) throws IOException {
    return window.getInt(position(offset, Integer.BYTES));
  }

  short shortAt(long offset) throws IOException {
    return window.getShort(position(offset, Short.BYTES));
  }

  byte byteAt(long offset) throws IOException {
    return window.get(position(offset, Byte.BYTES));
  }

  /** Some bytes, read anew and alone: for what lies anywhere. */
  byte[] bytes(long offset, int length) throws IOException {
    ByteBuffer bytes = ByteBuffer.allocate(length);
    read(bytes, offset);
    if (bytes.hasRemaining()) {
      throw endsEarly(offset + length);
    }
    return bytes.array();
  }

  /** The same, as a segment whose longs are aligned. */
  MemorySegment segment(long offset, long length) throws IOException {
    MemorySegment segment = MemorySegment.ofArray(new long[(int) length / Long.BYTES]);
    return segment.copyFrom(MemorySegment.ofArray(bytes(offset, (int) length)));
  }

  /** Forgets what was read, so that it is read anew. */
  void refresh() {
    window.limit(0);
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }

  private int position(long offset, int length) throws IOException {
    if (offset < windowOffset || offset + length > windowOffset + window.limit()) {
      windowOffset = offset & -ALIGNMENT;
      window.clear();
      read(window, windowOffset);
      window.flip();
      if (offset + length > windowOffset + window.limit()) {
        throw endsEarly(offset + length);
      }
    }
    return (int) (offset - windowOffset);
  }

  private void read(ByteBuffer target, long offset) throws IOException {
    long at = offset;
    while (target.hasRemaining()) {
      int count = channel.read(target, at);
      if (count < 0) {
        return;
      }
      at += count;
    }
  }

  private IOException endsEarly(long wanted) {
    return new IOException(
        "file ends early: path=" + path + " bytes=" + size + " wanted=" + wanted);
  }
}
