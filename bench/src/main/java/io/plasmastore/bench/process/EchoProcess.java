package io.plasmastore.bench.process;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/**
 * A process that sends back what it gets, {@value #MESSAGE_SIZE} bytes at a time, over a Unix
 * socket: what the machine needs for a round trip in which nobody does anything. One client at a
 * time.
 */
public final class EchoProcess implements AutoCloseable {
  /** Bytes of a message, in each direction. */
  public static final int MESSAGE_SIZE = 64;

  private static final Duration START_PATIENCE = Duration.ofSeconds(60);

  private final ChildProcess child;
  private final Path socket;

  private EchoProcess(ChildProcess child, Path socket) {
    this.child = child;
    this.socket = socket;
  }

  /**
   * Starts one; it serves when this returns.
   *
   * @param socket where it listens
   * @param placement on which cores
   * @return the process; the caller closes it
   */
  public static EchoProcess start(Path socket, Placement placement)
      throws IOException, InterruptedException {
    EchoProcess echo =
        new EchoProcess(
            ChildProcess.start(EchoProcess.class, placement, List.of(socket.toString())), socket);
    try {
      String unused = echo.child.awaitLine(START_PATIENCE);
      return echo;
    } catch (IOException | InterruptedException | RuntimeException e) {
      echo.close();
      throw e;
    }
  }

  /** Where it listens. */
  public Path socket() {
    return socket;
  }

  @Override
  public void close() {
    child.close();
    try {
      Files.deleteIfExists(socket);
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  /** Serves until the parent is gone. Argument: the socket. */
  public static void main(String[] args) throws IOException {
    Ending.silenceThreads();
    RunDirectory.removeAtExit(Path.of(args[0]));
    try (ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
      server.bind(UnixDomainSocketAddress.of(args[0]));
      ChildProcess.exitWithParent();
      System.out.println("ready");
      while (true) {
        try (SocketChannel client = server.accept()) {
          echo(client);
        }
      }
    }
  }

  private static void echo(SocketChannel client) throws IOException {
    ByteBuffer message = ByteBuffer.allocateDirect(MESSAGE_SIZE);
    while (client.read(message.clear()) > 0) {
      client.write(message.flip());
    }
  }
}
