package io.plasmastore.protocol;

import io.plasmastore.ErrorCode;
import io.plasmastore.ObjectId;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;

/** Messages of every type: ordinary ones, empty ones, and those at their limits. */
final class Samples {
  private static final Random RANDOM = new Random(1);
  private static final ObjectId ID = id();
  private static final SessionToken TOKEN = new SessionToken(0x0123456789abcdefL, -2);

  private Samples() {}

  /** Ordinary messages and their smallest forms, each a few hundred bytes at most. */
  static List<Message> small() {
    return List.of(
        new Request.Hello(Limits.PROTOCOL_VERSION, 4711, "trades-service"),
        new Request.Hello(0, 0, ""),
        new Request.Hello(Integer.MAX_VALUE, Long.MAX_VALUE, "käse 奶酪 🧀"),
        new Request.Join(Limits.PROTOCOL_VERSION, TOKEN),
        new Request.Join(0, new SessionToken(0, 0)),
        new Request.Create(ID, 1L << 40, bytes(100), "trades/2026-01-01"),
        new Request.Create(ID, 0, bytes(0), null),
        new Request.Create(ID, Long.MAX_VALUE, bytes(1), "表/🧀\0"),
        new Request.Seal(0, 0),
        new Request.Seal(7, 1L << 50),
        new Request.Abort(Integer.MAX_VALUE, Long.MAX_VALUE),
        new Request.CreateAndSeal(ID, bytes(20), "a", bytes(300)),
        new Request.CreateAndSeal(ID, bytes(0), null, bytes(0)),
        new Request.Get(List.of(ID, id(), ID), 250),
        new Request.Get(List.of(), 0),
        new Request.Get(List.of(ID), -1),
        new Request.Contains(ID),
        new Request.Delete(ObjectId.of(new byte[ObjectId.SIZE])),
        new Request.Unpinned(3, 5),
        new Request.ListObjects(0, 1),
        new Reply.Failure(ErrorCode.STORE_FULL, "store full: wanted=1048576 free=4096"),
        new Reply.Failure(ErrorCode.INTERNAL_ERROR, ""),
        new Reply.Done(),
        new Reply.Welcome(Limits.PROTOCOL_VERSION, TOKEN, 12, 99, 1 << 20, 4096, 1L << 40, 3),
        new Reply.Welcome(0, new SessionToken(0, 0), 0, 0, 0, 0, 0, 0xffff),
        new Reply.Created(1, 2, 1L << 39),
        new Reply.Got(List.of(new Reply.Got.Entry(8, 9), Reply.Got.Entry.NOT_SEALED)),
        new Reply.Got(List.of()),
        new Reply.Answer(true),
        new Reply.Answer(false),
        new Reply.Listed(
            64,
            List.of(
                new Reply.Listed.Entry(ID, "trades", 2, 1000, 60, 1_700_000_000_000L, 1, 4, 2),
                new Reply.Listed.Entry(id(), null, 1, 0, 0, 0, 0, 0, 0))),
        new Reply.Listed(Reply.Listed.END, List.of()));
  }

  /** Every message that has a limit, at that limit. */
  static List<Message> largest() {
    String name = "n".repeat(Limits.MAX_NAME);
    ByteBuffer metadata = bytes(Limits.MAX_METADATA);
    List<ObjectId> ids = new ArrayList<>();
    for (int i = 0; i < Limits.MAX_IDS_PER_REQUEST; i++) {
      ids.add(id());
    }
    return List.of(
        new Request.Hello(1, 1, "é".repeat(Limits.MAX_CLIENT_NAME / 2)),
        new Request.Create(ID, Long.MAX_VALUE, metadata, name),
        new Request.CreateAndSeal(ID, metadata, name, bytes(Limits.MAX_INLINE_DATA)),
        new Request.Get(ids, Long.MAX_VALUE),
        new Request.ListObjects(Integer.MAX_VALUE, Limits.MAX_OBJECTS_PER_LISTING),
        new Reply.Failure(ErrorCode.STORE_FULL, "x".repeat(Limits.MAX_FAILURE_TEXT)),
        new Reply.Got(Collections.nCopies(Limits.MAX_IDS_PER_REQUEST, new Reply.Got.Entry(1, 2))),
        new Reply.Listed(
            Integer.MAX_VALUE,
            Collections.nCopies(
                Limits.MAX_OBJECTS_PER_LISTING,
                new Reply.Listed.Entry(
                    ID,
                    name,
                    0xff,
                    Long.MAX_VALUE,
                    Limits.MAX_METADATA,
                    Long.MAX_VALUE,
                    Long.MAX_VALUE,
                    Long.MAX_VALUE,
                    Integer.MAX_VALUE))));
  }

  static List<Message> all() {
    List<Message> all = new ArrayList<>(small());
    all.addAll(largest());
    return all;
  }

  /** Random bytes, read-only. */
  static ByteBuffer bytes(int length) {
    byte[] bytes = new byte[length];
    RANDOM.nextBytes(bytes);
    return ByteBuffer.wrap(bytes).asReadOnlyBuffer();
  }

  /** A random id. */
  static ObjectId id() {
    byte[] bytes = new byte[ObjectId.SIZE];
    RANDOM.nextBytes(bytes);
    return ObjectId.of(bytes);
  }

  /** What the other side makes of a frame. */
  static Message read(ByteBuffer frame) throws MalformedFrameException {
    return read(FrameHeader.read(frame), frame);
  }

  /** What the other side makes of a table. */
  static Message read(FrameHeader header, ByteBuffer table) throws MalformedFrameException {
    return header.type() < MessageType.FIRST_REPLY
        ? MessageReader.readRequest(header.type(), table)
        : MessageReader.readReply(header.type(), table);
  }
}
