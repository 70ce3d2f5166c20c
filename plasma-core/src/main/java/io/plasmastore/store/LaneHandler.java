package io.plasmastore.store;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.epoll.EpollDomainSocketChannel;
import io.netty.channel.unix.FileDescriptor;
import io.netty.channel.unix.PeerCredentials;
import io.netty.handler.codec.TooLongFrameException;
import io.plasmastore.ErrorCode;
import io.plasmastore.PlasmaException;
import io.plasmastore.memory.Counter;
import io.plasmastore.protocol.Access;
import io.plasmastore.protocol.FrameHeader;
import io.plasmastore.protocol.Limits;
import io.plasmastore.protocol.MalformedFrameException;
import io.plasmastore.protocol.MessageReader;
import io.plasmastore.protocol.Reply;
import io.plasmastore.protocol.Request;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.ByteBuffer;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * One lane: a connection on which a client asks one thing at a time. Turns frames into requests and
 * replies into frames, and closes the lane on anything that is not the protocol. On the event loop.
 */
final class LaneHandler extends ChannelInboundHandlerAdapter {
  private static final Logger LOG = System.getLogger(LaneHandler.class.getName());

  private final Lanes lanes;
  private final StoreCore core;
  // Who is at the other end, as the kernel says; null until it is admitted.
  private @Nullable Peer peer;
  private @Nullable Session session;
  private @Nullable Runnable cancel;

  LaneHandler(Lanes lanes) {
    this.lanes = lanes;
    this.core = lanes.core();
  }

  @Override
  public void channelActive(ChannelHandlerContext ctx) throws IOException {
    PeerCredentials credentials = ((EpollDomainSocketChannel) ctx.channel()).peerCredentials();
    long uid = Integer.toUnsignedLong(credentials.uid());
    try {
      Access access = lanes.admission().of(uid);
      lanes.admission().enterHandshake(uid);
      peer = new Peer(credentials.pid(), uid, access);
    } catch (PlasmaException e) {
      core.count(Counter.REFUSED);
      log("refused a connection: " + e.getMessage() + " pid=" + credentials.pid());
      // Nothing of what it says is read.
      ctx.channel().config().setAutoRead(false);
      Reply refusal = Reply.Failure.of(e.code(), String.valueOf(e.getMessage()));
      ctx.writeAndFlush(lanes.encode(ctx.alloc(), 0, refusal))
          .addListener(ChannelFutureListener.CLOSE);
      return;
    }
    ctx.executor()
        .schedule(
            () -> {
              if (session == null && ctx.channel().isActive()) {
                malformed(ctx, "no hello in time: waitedMillis=" + Limits.MAX_HANDSHAKE_MILLIS);
              }
            },
            Limits.MAX_HANDSHAKE_MILLIS,
            TimeUnit.MILLISECONDS);
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) {
    ByteBuf frame = (ByteBuf) message;
    try {
      if (!ctx.channel().isActive()) {
        return;
      }
      ByteBuffer bytes = frame.nioBuffer();
      FrameHeader header = FrameHeader.read(bytes);
      Request request = MessageReader.readRequest(header.type(), bytes.slice());
      // Who asks on without reading the replies would fill the store's memory with them.
      if (cancel != null || !ctx.channel().isWritable()) {
        malformed(ctx, "a request before the reply to the last one: type=" + request.type());
        return;
      }
      Session known = session;
      if (known == null && peer != null) {
        handshake(ctx, peer, header.requestNumber(), request);
      } else if (known == null) {
        // It was refused, and what it sent before it heard so is not for us.
        return;
      } else {
        handle(ctx, known, header.requestNumber(), request);
      }
    } catch (MalformedFrameException e) {
      malformed(ctx, String.valueOf(e.getMessage()));
    } finally {
      frame.release();
    }
  }

  @Override
  public void channelInactive(ChannelHandlerContext ctx) {
    if (cancel != null) {
      cancel.run();
      cancel = null;
    }
    if (session != null) {
      lanes.closed(session, ctx.channel());
    } else if (peer != null) {
      lanes.admission().leaveHandshake(peer.uid());
    }
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    if (cause instanceof TooLongFrameException) {
      malformed(ctx, "frame too long: max=" + Limits.MAX_FRAME);
    } else if (cause instanceof IOException) {
      LOG.log(Level.DEBUG, "lane broke: {0} reason={1}", session, cause);
      ctx.close();
    } else {
      LOG.log(Level.ERROR, "lane failed: " + session, cause);
      ctx.close();
    }
  }

  private void handle(ChannelHandlerContext ctx, Session known, long number, Request request) {
    boolean[] answered = new boolean[1];
    Runnable waiting;
    try {
      waiting =
          core.handle(
              known,
              request,
              reply -> {
                if (reply instanceof Reply.Notice notice) {
                  tell(ctx, number, notice);
                } else {
                  answered[0] = true;
                  cancel = null;
                  send(ctx, number, reply);
                  if (request instanceof Request.SharePages share && reply instanceof Reply.Done) {
                    handOver(ctx, core.sharedFile(share));
                  }
                }
              });
    } catch (RuntimeException e) {
      LOG.log(Level.ERROR, "request failed: type=" + request.type() + " " + known, e);
      if (request instanceof Request.Marked) {
        // Nobody waits for a reply; one would be taken for that to the next request.
        return;
      }
      send(ctx, number, Reply.Failure.of(ErrorCode.INTERNAL_ERROR, "the store failed: " + e));
      return;
    }
    // A lane that has subscribed belongs to the notices from now on.
    boolean awaitsReply = !answered[0] && !(request instanceof Request.Marked);
    if (awaitsReply || request instanceof Request.Subscribe) {
      cancel = waiting;
    }
  }

  private void handshake(ChannelHandlerContext ctx, Peer from, long number, Request request) {
    try {
      switch (request) {
        case Request.Hello hello -> {
          checkVersion(hello.version());
          Session opened = core.open(from.asClient(hello));
          enter(ctx, from, opened);
          send(ctx, number, lanes.welcome(opened));
          for (int descriptor : lanes.descriptors(opened)) {
            ctx.writeAndFlush(new FileDescriptor(descriptor));
          }
        }
        case Request.Join join -> {
          checkVersion(join.version());
          enter(ctx, from, core.join(join.token(), from.uid(), from.access()));
          send(ctx, number, new Reply.Done());
        }
        default -> malformed(ctx, "the first message is no hello: type=" + request.type());
      }
    } catch (PlasmaException e) {
      ctx.writeAndFlush(lanes.encode(ctx.alloc(), number, core.failure(e)))
          .addListener(ChannelFutureListener.CLOSE);
    }
  }

  private void enter(ChannelHandlerContext ctx, Peer from, Session entered) {
    session = entered;
    lanes.admission().leaveHandshake(from.uid());
    lanes.opened(entered, ctx.channel());
  }

  private static void checkVersion(int version) {
    if (version != Limits.PROTOCOL_VERSION) {
      throw new PlasmaException(
          ErrorCode.VERSION_MISMATCH,
          "the store speaks another version: client="
              + version
              + " store="
              + Limits.PROTOCOL_VERSION);
    }
  }

  /** Who is at the other end, as the kernel says, and what it may do. */
  private record Peer(int pid, long uid, Access access) {
    NewClient asClient(Request.Hello hello) {
      return new NewClient(
          // What the peer says is for where the kernel can't know, as in another pid namespace.
          pid > 0 ? pid : hello.pid(),
          uid,
          hello.clientName(),
          access == Access.READ_WRITE && hello.readOnly() ? Access.READ_ONLY : access);
    }
  }

  private void send(ChannelHandlerContext ctx, long number, Reply reply) {
    ChannelFuture sent = ctx.writeAndFlush(lanes.encode(ctx.alloc(), number, reply));
    Session known = session;
    if (known != null && ctx.channel().isActive() && !ctx.channel().isWritable()) {
      checkUnread(ctx, known);
    }
    if ((reply instanceof Reply.Created || reply instanceof Reply.CreatedAll) && known != null) {
      // Who asked was interrupted or closed: nobody knows of this object, so nobody would end it.
      sent.addListener(
          written -> {
            if (!written.isSuccess()) {
              core.abandonUndelivered(known, reply);
            }
          });
    }
  }

  // Held until it is sent: the number of a descriptor that was closed may be another file's.
  private static void handOver(ChannelHandlerContext ctx, SharedFile file) {
    ctx.writeAndFlush(new FileDescriptor(file.descriptor())).addListener(unused -> file.release());
  }

  // Who is only slow is waited for: it may be stopped, or swapped out. But all of one user together
  // must not fill the store's memory with what they don't read.
  private void checkUnread(ChannelHandlerContext ctx, Session known) {
    long unread = lanes.unread(known.uid());
    if (unread > Limits.MAX_UNREAD_PER_USER) {
      malformed(ctx, "replies are not read: bytes=" + unread);
    }
  }

  private void tell(ChannelHandlerContext ctx, long number, Reply.Notice notice) {
    if (ctx.channel().isWritable()) {
      send(ctx, number, notice);
    } else if (ctx.channel().isOpen()) {
      core.count(Counter.SUBSCRIBERS_DROPPED);
      log("dropped a subscriber that does not read: " + session);
      ctx.close();
    }
  }

  // What any peer can bring about must not fill the log.
  private void log(String line) {
    long leftOut = lanes.logLimit().enter();
    if (leftOut != LogLimit.LEAVE_OUT) {
      LOG.log(Level.WARNING, leftOut == 0 ? line : line + " linesLeftOut=" + leftOut);
    }
  }

  private void malformed(ChannelHandlerContext ctx, String what) {
    core.count(Counter.MALFORMED);
    log("closed a lane: " + what + (session == null ? "" : " " + session));
    Channel channel = ctx.channel();
    if (session == null) {
      channel.close();
    } else {
      lanes.closeAll(session);
    }
  }
}
