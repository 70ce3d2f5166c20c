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
        new Request.Hello(Limits.PROTOCOL_VERSION, 4711, "trades-service", false),
        new Request.Hello(0, 0, "", true),
        new Request.Hello(Integer.MAX_VALUE, Long.MAX_VALUE, "käse 奶酪 🧀", false),
        new Request.Join(Limits.PROTOCOL_VERSION, TOKEN),
        new Request.Join(0, new SessionToken(0, 0)),
        new Request.Create(ID, 1L << 40, bytes(100), "trades/2026-01-01", true, 5_000),
        new Request.Create(ID, 0, bytes(0), null, false, 0),
        new Request.Create(ID, Long.MAX_VALUE, bytes(1), "表/🧀\0", false, -1),
        new Request.Create(ID, 64, bytes(3), "again", true, 0, true),
        new Request.Seal(0, 0),
        new Request.Seal(7, 1L << 50),
        new Request.Abort(Integer.MAX_VALUE, Long.MAX_VALUE),
        new Request.CreateAndSeal(ID, bytes(20), "a", bytes(300), false, Long.MIN_VALUE),
        new Request.CreateAndSeal(ID, bytes(0), null, bytes(0), true, 0),
        new Request.Get(List.of(ID, id(), ID), 250),
        new Request.Get(List.of(), 0),
        new Request.Get(List.of(ID), -1),
        new Request.Contains(ID),
        new Request.Delete(List.of(ObjectId.of(new byte[ObjectId.SIZE]), ID, ID)),
        new Request.Delete(List.of()),
        new Request.Unpinned(3, 5),
        new Request.ListObjects(0, 1),
        new Request.CreateAndSealAll(
            List.of(
                new Request.CreateAndSealAll.Entry(ID, bytes(9), "käse", bytes(100), true),
                new Request.CreateAndSealAll.Entry(id(), bytes(0), null, bytes(0), false),
                new Request.CreateAndSealAll.Entry(id(), bytes(0), "n", bytes(33), false)),
            1_000),
        new Request.CreateAndSealAll(List.of(object(0)), -1),
        new Request.CreateAndSealAll(List.of(), 0),
        new Request.CreateAll(
            List.of(
                new Request.CreateAll.Entry(ID, 1L << 40, "käse"),
                new Request.CreateAll.Entry(id(), 0, null),
                new Request.CreateAll.Entry(id(), Long.MAX_VALUE, "n")),
            true),
        new Request.CreateAll(List.of(new Request.CreateAll.Entry(ID, 1, null)), false),
        new Request.CreateAll(List.of(), false),
        new Request.Evict(1L << 33),
        new Request.Evict(0),
        new Request.Trim(),
        new Request.Refresh(List.of(ID, id())),
        new Request.Refresh(List.of()),
        new Request.Bind("trades/latest", ID),
        new Request.Bind("奶酪", null),
        new Request.ListClients(0),
        new Request.ListClients(Integer.MAX_VALUE),
        new Request.ListHolders(ID, false),
        new Request.ListHolders(ID, true),
        new Request.Subscribe(),
        new Request.Goodbye(),
        new Request.Marked(),
        new Request.Pin(0, 0),
        new Request.Pin(Integer.MAX_VALUE, Long.MAX_VALUE),
        new Request.Resize(0, 0, 1, 1, bytes(0), null, true),
        new Request.Resize(7, 9, 100, 1L << 40, bytes(60), "trades/2026-01-01", false),
        new Request.SharePages(ID, 1),
        new Request.SharePages(id(), Limits.MAX_SHARED_SIZE),
        new Request.DropPages(ID),
        new Reply.Failure(ErrorCode.STORE_FULL, "store full: wanted=1048576 free=4096"),
        new Reply.Failure(ErrorCode.INTERNAL_ERROR, ""),
        new Reply.Done(),
        new Reply.Welcome(
            Limits.PROTOCOL_VERSION, TOKEN, 12, 99, 1 << 20, 4096, 1L << 40, 3, Access.READ_WRITE),
        new Reply.Welcome(0, new SessionToken(0, 0), 0, 0, 0, 0, 0, 0xffff, Access.READ_WRITE),
        new Reply.Created(1, 2, 1L << 39, false),
        new Reply.Got(List.of(new Reply.Got.Entry(8, 9), Reply.Got.Entry.NOT_SEALED)),
        new Reply.Got(List.of()),
        new Reply.Answer(true),
        new Reply.Answer(false),
        new Reply.Listed(
            64,
            List.of(
                new Reply.Listed.Entry(
                    ID, "trades", 2, 1000, 60, 1_700_000_000_000L, 1, 4, 2, true, 12),
                new Reply.Listed.Entry(id(), null, 1, 0, 0, 0, 0, 0, 0, false, 0))),
        new Reply.Listed(Reply.Listed.END, List.of()),
        new Reply.Outcomes(
            List.of(
                Reply.Outcomes.DONE,
                ErrorCode.OBJECT_NOT_FOUND.code(),
                ErrorCode.INTERNAL_ERROR.code())),
        new Reply.Outcomes(List.of()),
        new Reply.Count(0),
        new Reply.Count(Long.MAX_VALUE),
        new Reply.ClientsListed(
            9,
            List.of(
                new Reply.ClientsListed.Entry(
                    7,
                    4711,
                    "trades-service",
                    1_700_000_000_000L,
                    3,
                    20,
                    1L << 34,
                    1L << 35,
                    2,
                    1000,
                    Access.READ_WRITE,
                    12_345,
                    6,
                    1L << 33,
                    1L << 36),
                new Reply.ClientsListed.Entry(
                    8, 0, "", 0, 0, 0, 0, 0, 0, -1, Access.GUEST, 0, 0, 0, 0))),
        new Reply.ClientsListed(Reply.ClientsListed.END, List.of()),
        new Reply.HoldersListed(
            List.of(
                new Reply.HoldersListed.Entry(7, 1L << 33), new Reply.HoldersListed.Entry(8, 1))),
        new Reply.HoldersListed(List.of()),
        new Reply.Notice(1, Reply.Notice.Kind.SEALED, ID, 1L << 40),
        new Reply.Notice(Long.MAX_VALUE, Reply.Notice.Kind.DELETED, id(), 0),
        new Reply.Notice(0, Reply.Notice.Kind.EVICTED, id(), 7),
        new Reply.CreatedAll(
            List.of(
                new Reply.CreatedAll.Entry(1, 2, 1L << 39), new Reply.CreatedAll.Entry(0, 0, 64)),
            true),
        new Reply.CreatedAll(List.of(), false),
        new Reply.Resized(0, false),
        new Reply.Resized(1L << 40, true));
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
        new Request.Hello(1, 1, "é".repeat(Limits.MAX_CLIENT_NAME / 2), false),
        new Request.Create(ID, Long.MAX_VALUE, metadata, name, true, Long.MAX_VALUE),
        new Request.CreateAndSeal(
            ID, metadata, name, bytes(Limits.MAX_INLINE_DATA), true, Long.MAX_VALUE),
        new Request.Get(ids, Long.MAX_VALUE),
        new Request.Delete(ids),
        new Request.Refresh(ids),
        new Request.Bind(name, ID),
        new Request.SharePages(ID, Limits.MAX_SHARED_SIZE),
        new Request.Resize(1, 2, Long.MAX_VALUE, Long.MAX_VALUE, metadata, name, true),
        fullBatch(),
        namedBatch(),
        new Request.CreateAll(
            Collections.nCopies(
                Limits.MAX_IDS_PER_REQUEST,
                new Request.CreateAll.Entry(ID, Long.MAX_VALUE, "n".repeat(220))),
            true),
        new Request.ListObjects(Integer.MAX_VALUE, Limits.MAX_OBJECTS_PER_LISTING),
        new Reply.Failure(ErrorCode.STORE_FULL, "x".repeat(Limits.MAX_FAILURE_TEXT)),
        new Reply.CreatedAll(
            Collections.nCopies(
                Limits.MAX_IDS_PER_REQUEST,
                new Reply.CreatedAll.Entry(Integer.MAX_VALUE, Long.MAX_VALUE, Long.MAX_VALUE)),
            true),
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
                    Integer.MAX_VALUE,
                    true,
                    Integer.MAX_VALUE))),
        new Reply.Outcomes(
            Collections.nCopies(Limits.MAX_IDS_PER_REQUEST, ErrorCode.STORE_FULL.code())),
        new Reply.ClientsListed(
            Integer.MAX_VALUE,
            Collections.nCopies(
                Limits.MAX_CLIENTS_PER_LISTING,
                new Reply.ClientsListed.Entry(
                    Integer.MAX_VALUE,
                    Long.MAX_VALUE,
                    "c".repeat(Limits.MAX_CLIENT_NAME),
                    Long.MAX_VALUE,
                    Integer.MAX_VALUE,
                    Long.MAX_VALUE,
                    Long.MAX_VALUE,
                    Long.MAX_VALUE,
                    Integer.MAX_VALUE,
                    0xffff_ffffL,
                    Access.GUEST,
                    Long.MAX_VALUE,
                    Integer.MAX_VALUE,
                    Long.MAX_VALUE,
                    Long.MAX_VALUE))),
        new Reply.HoldersListed(
            Collections.nCopies(
                Limits.MAX_HOLDERS_PER_LISTING,
                new Reply.HoldersListed.Entry(Integer.MAX_VALUE, Long.MAX_VALUE))));
  }

  /** The batch of the most bytes, down to the last one. */
  static Request.CreateAndSealAll fullBatch() {
    List<Request.CreateAndSealAll.Entry> entries = new ArrayList<>();
    int left = Limits.MAX_BATCH;
    while (left >= Limits.batchCost(Limits.MAX_INLINE_DATA, 0, 0)) {
      entries.add(object(Limits.MAX_INLINE_DATA));
      left -= entries.getLast().batchCost();
    }
    entries.add(object(left - (int) Limits.batchCost(0, 0, 0)));
    return new Request.CreateAndSealAll(entries, Long.MAX_VALUE);
  }

  /** The batch that costs its reader most: as many objects as can be, and names alone. */
  private static Request.CreateAndSealAll namedBatch() {
    int count = Limits.MAX_IDS_PER_REQUEST;
    String name = "n".repeat(Limits.MAX_BATCH / count - (int) Limits.batchCost(0, 0, 0));
    return new Request.CreateAndSealAll(
        Collections.nCopies(
            count, new Request.CreateAndSealAll.Entry(ID, bytes(0), name, bytes(0), false)),
        0);
  }

  /** An object of a batch, of data alone. */
  static Request.CreateAndSealAll.Entry object(int dataSize) {
    return new Request.CreateAndSealAll.Entry(id(), bytes(0), null, bytes(dataSize), false);
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
