package io.plasmastore.bench.data;

import io.plasmastore.bench.process.EchoProcess;
import java.io.EOFException;
import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;

/** Asks an {@link EchoProcess}. */
public final class EchoClient implements AutoCloseable {
  private final SocketChannel channel;
  private final ByteBuffer message = ByteBuffer.allocateDirect(EchoProcess.MESSAGE_SIZE);

  private EchoClient(SocketChannel channel) {
    this.channel = channel;
  }

  /** Connects; the caller closes it. */
  public static EchoClient connect(Path socket) throws IOException {
    return new EchoClient(SocketChannel.open(UnixDomainSocketAddress.of(socket)));
  }

  /** Sends a message and waits until it is back. */
  public void roundTrip() throws IOException {
    message.clear();
    while (message.hasRemaining()) {
      channel.write(message);
    }
    message.clear();
    while (message.hasRemaining()) {
      if (channel.read(message) < 0) {
        throw new EOFException("the echo is gone");
      }
    }
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}
