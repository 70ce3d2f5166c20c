package io.plasmastore.bench.handover;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;

/** Whole buffers over a blocking socket. */
final class Wire {
  private Wire() {}

  static void write(SocketChannel out, ByteBuffer bytes) throws IOException {
    while (bytes.hasRemaining()) {
      out.write(bytes);
    }
  }

  /** Fills the buffer, and flips it. */
  static ByteBuffer read(SocketChannel in, ByteBuffer bytes) throws IOException {
    while (bytes.hasRemaining()) {
      if (in.read(bytes) < 0) {
        throw new EOFException("the other process is gone: missing=" + bytes.remaining());
      }
    }
    return bytes.flip();
  }
}
