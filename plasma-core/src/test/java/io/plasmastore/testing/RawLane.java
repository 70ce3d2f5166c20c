package io.plasmastore.testing;

import io.plasmastore.protocol.Descriptor;
import io.plasmastore.protocol.FrameHeader;
import io.plasmastore.protocol.Limits;
import io.plasmastore.protocol.MalformedFrameException;
import io.plasmastore.protocol.MessageReader;
import io.plasmastore.protocol.MessageWriter;
import io.plasmastore.protocol.Reply;
import io.plasmastore.protocol.Request;
import io.plasmastore.protocol.SessionToken;
import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** A connection to a store on which anything can be sent. What is read has a deadline. */
public final class RawLane implements AutoCloseable {
  private final SocketChannel channel;
  private final MessageWriter writer = new MessageWriter();
  private long requestNumber;
  private @Nullable SessionToken token;

  private RawLane(SocketChannel channel) {
    this.channel = channel;
  }

  /** Connects, saying nothing. */
  public static RawLane open(Path socket) throws IOException {
    SocketChannel channel = SocketChannel.open(UnixDomainSocketAddress.of(socket));
    channel.configureBlocking(false);
    return new RawLane(channel);
  }

  /** Connects and opens a session. The descriptors that come along are dropped. */
  public static RawLane hello(Path socket) throws Exception {
    RawLane lane = open(socket);
    lane.send(new Request.Hello(Limits.PROTOCOL_VERSION, 1, "raw", false));
    Reply.Welcome welcome = (Reply.Welcome) lane.reply();
    lane.token = welcome.token();
    lane.read(ByteBuffer.allocate(Descriptor.of(welcome.access()).size()));
    return lane;
  }

  /** Connects and joins the session of a lane. */
  public static RawLane join(Path socket, RawLane first) throws Exception {
    return join(socket, first.token());
  }

  /** Connects and joins a session, of whomever. */
  public static RawLane join(Path socket, SessionToken token) throws Exception {
    RawLane lane = open(socket);
    if (!lane.ask(new Request.Join(Limits.PROTOCOL_VERSION, token)).equals(new Reply.Done())) {
      throw new AssertionError("the store refused to join");
    }
    return lane;
  }

  /** What further lanes of its session show. */
  public SessionToken token() {
    return Objects.requireNonNull(token);
  }

  /** Sends a message. */
  public void send(Request request) {
    send(frame(request));
  }

  /** A message as bytes. */
  public byte[] frame(Request request) {
    ByteBuffer frame = writer.write(++requestNumber, request);
    byte[] bytes = new byte[frame.remaining()];
    frame.get(bytes);
    return bytes;
  }

  /** Sends bytes; waits while the peer does not read. */
  public void send(byte[] bytes) {
    ByteBuffer buffer = ByteBuffer.wrap(bytes);
    Eventually.holds(
        "room to send " + bytes.length + " bytes",
        () -> {
          channel.write(buffer);
          return !buffer.hasRemaining();
        });
  }

  /** Sends as much as the peer takes now; −1 if it has closed. */
  public int trySend(byte[] bytes) {
    try {
      return channel.write(ByteBuffer.wrap(bytes));
    } catch (IOException e) {
      return -1;
    }
  }

  /** The next reply. */
  public Reply reply() throws MalformedFrameException {
    ByteBuffer header = ByteBuffer.allocate(FrameHeader.LENGTH);
    read(header);
    FrameHeader frame = FrameHeader.read(header.flip());
    ByteBuffer table = ByteBuffer.allocate(frame.tableLength());
    read(table);
    return MessageReader.readReply(frame.type(), table.flip());
  }

  /** Waits until the store has closed this lane, dropping what it still sends. */
  public void awaitClosed() {
    ByteBuffer drop = ByteBuffer.allocate(64 << 10);
    Eventually.holds(
        "the store to close the lane",
        () -> {
          try {
            return channel.read(drop.clear()) < 0;
          } catch (IOException e) {
            return true;
          }
        });
  }

  /** Says that nothing more will be sent; the store reads what was, and closes the lane. */
  public void endOutput() throws IOException {
    channel.shutdownOutput();
  }

  /** Sends a request and reads its reply. */
  public Reply ask(Request request) throws MalformedFrameException {
    send(request);
    return reply();
  }

  /** Ends the connection, as {@link #close} does. */
  public void hangUp() throws IOException {
    channel.close();
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }

  private void read(ByteBuffer target) {
    Eventually.holds(
        target.remaining() + " bytes of a reply",
        () -> {
          if (target.hasRemaining() && channel.read(target) < 0) {
            throw new IOException("the store closed the lane");
          }
          return !target.hasRemaining();
        });
  }
}
