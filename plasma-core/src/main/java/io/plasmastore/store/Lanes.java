package io.plasmastore.store;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.ChannelOutboundBuffer;
import io.plasmastore.memory.MappedFile;
import io.plasmastore.protocol.Access;
import io.plasmastore.protocol.Descriptor;
import io.plasmastore.protocol.Limits;
import io.plasmastore.protocol.MessageWriter;
import io.plasmastore.protocol.Reply;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The lanes of every session, and what they all share: a session lives as long as its last lane. On
 * the event loop.
 */
final class Lanes {
  private static final int LOG_LINES = 10;
  private static final long LOG_PERIOD_NANOS = 10_000_000_000L;

  private final StoreCore core;
  private final Admission admission;
  private final LogLimit logLimit = new LogLimit(LOG_LINES, LOG_PERIOD_NANOS, System::nanoTime);
  private final MappedFile index;
  private final MappedFile seals;
  private final MappedFile heap;
  private final MessageWriter writer = new MessageWriter();
  private final Map<Session, Set<Channel>> bySession = new HashMap<>();

  Lanes(StoreCore core, Admission admission, MappedFile index, MappedFile seals, MappedFile heap) {
    this.core = core;
    this.admission = admission;
    this.index = index;
    this.seals = seals;
    this.heap = heap;
  }

  StoreCore core() {
    return core;
  }

  Admission admission() {
    return admission;
  }

  /** How often any lane may log what its peer brought about. */
  LogLimit logLimit() {
    return logLimit;
  }

  void opened(Session session, Channel lane) {
    Set<Channel> lanes = bySession.computeIfAbsent(session, unused -> new HashSet<>());
    lanes.add(lane);
    session.setLanes(lanes.size());
  }

  void closed(Session session, Channel lane) {
    Set<Channel> lanes = bySession.get(session);
    if (lanes == null || !lanes.remove(lane)) {
      return;
    }
    session.setLanes(lanes.size());
    if (lanes.isEmpty()) {
      bySession.remove(session);
      core.end(session);
    }
  }

  void closeAll(Session session) {
    List.copyOf(bySession.getOrDefault(session, Set.of())).forEach(Channel::close);
  }

  /** Bytes that are to be sent on the lanes of a user and that its side has not taken yet. */
  long unread(long uid) {
    long bytes = 0;
    for (Map.Entry<Session, Set<Channel>> entry : bySession.entrySet()) {
      if (entry.getKey().uid() == uid) {
        for (Channel lane : entry.getValue()) {
          ChannelOutboundBuffer waiting = lane.unsafe().outboundBuffer();
          // None where the lane is just being closed.
          bytes += waiting == null ? 0 : waiting.totalPendingWriteBytes();
        }
      }
    }
    return bytes;
  }

  Reply welcome(Session session) {
    return new Reply.Welcome(
        Limits.PROTOCOL_VERSION,
        session.token(),
        session.number(),
        ProcessHandle.current().pid(),
        index.size(),
        session.pageFile().size(),
        heap.size(),
        0,
        session.access());
  }

  /** What follows a welcome. */
  List<Integer> descriptors(Session session) {
    return Descriptor.of(session.access()).stream()
        .map(descriptor -> descriptor(session, descriptor))
        .toList();
  }

  private int descriptor(Session session, Descriptor descriptor) {
    return switch (descriptor) {
      case INDEX -> index.readOnlyDescriptor();
      case PAGE ->
          session.access() == Access.GUEST
              ? session.pageFile().readOnlyDescriptor()
              : session.pageFile().writableDescriptor();
      case SEALS ->
          session.access().mayWrite() ? seals.writableDescriptor() : seals.readOnlyDescriptor();
      case HEAP_READ_ONLY -> heap.readOnlyDescriptor();
      case HEAP_READ_WRITE -> heap.writableDescriptor();
    };
  }

  /** A frame, ready to be written. */
  ByteBuf encode(ByteBufAllocator allocator, long number, Reply reply) {
    ByteBuffer frame = writer.write(number, reply);
    return allocator.directBuffer(frame.remaining()).writeBytes(frame);
  }
}
