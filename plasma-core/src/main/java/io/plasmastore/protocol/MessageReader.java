package io.plasmastore.protocol;

import io.plasmastore.ErrorCode;
import io.plasmastore.ObjectId;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * Makes messages of the tables behind a {@link FrameHeader}. Thread-safe: it keeps nothing.
 *
 * <p>Whatever the bytes are, the outcome is a valid message or a {@link MalformedFrameException}.
 * The {@link ByteBuffer}s in a message are read-only views of the table that was handed in, not
 * copies: they are valid until that buffer is used again. All else in a message is its own.
 *
 * <p>Field numbers are the positions in protocol.fbs.
 */
public final class MessageReader {
  private static final int ID_SIZE = ObjectId.SIZE;
  private static final int TOKEN_SIZE = 2 * Long.BYTES;

  /** Generation, slot, and four bytes of padding. */
  private static final int GOT_ENTRY_SIZE = 2 * Long.BYTES;

  private MessageReader() {}

  /**
   * Reads what a client sent.
   *
   * @param type from the frame's header
   * @param table what followed the header, from position to limit; neither is moved
   * @throws MalformedFrameException if the type is not a request's or the table breaks any rule
   */
  public static Request readRequest(int type, ByteBuffer table) throws MalformedFrameException {
    MessageType known = known(type, table);
    CheckedTable t = CheckedTable.root(type, table);
    try {
      return switch (known) {
        case HELLO ->
            new Request.Hello(
                t.int32(0), t.int64(1), t.requiredString("clientName", 2, Limits.MAX_CLIENT_NAME));
        case JOIN -> new Request.Join(t.int32(0), token(t, 1));
        case CREATE -> new Request.Create(id(t, 0), t.int64(1), metadata(t, 2), t.name(3));
        case SEAL -> new Request.Seal(t.int32(0), t.int64(1));
        case ABORT -> new Request.Abort(t.int32(0), t.int64(1));
        case CREATE_AND_SEAL ->
            new Request.CreateAndSeal(
                id(t, 0), metadata(t, 1), t.name(2), t.bytes("data", 3, Limits.MAX_INLINE_DATA));
        case GET -> new Request.Get(ids(t, 0), t.int64(1));
        case CONTAINS -> new Request.Contains(id(t, 0));
        case DELETE -> new Request.Delete(id(t, 0));
        case UNPINNED -> new Request.Unpinned(t.int32(0), t.int64(1));
        case LIST_OBJECTS -> new Request.ListObjects(t.int32(0), t.int32(1));
        case FAILURE, DONE, WELCOME, CREATED, GOT, ANSWER, LISTED ->
            throw t.malformed("a reply where a request belongs");
      };
    } catch (IllegalArgumentException e) {
      throw t.malformed(String.valueOf(e.getMessage()));
    }
  }

  /**
   * Reads what the store sent.
   *
   * @param type from the frame's header
   * @param table what followed the header, from position to limit; neither is moved
   * @throws MalformedFrameException if the type is not a reply's or the table breaks any rule
   */
  public static Reply readReply(int type, ByteBuffer table) throws MalformedFrameException {
    MessageType known = known(type, table);
    CheckedTable t = CheckedTable.root(type, table);
    try {
      return switch (known) {
        case FAILURE ->
            new Reply.Failure(
                ErrorCode.of(t.uint16(0)), t.requiredString("message", 1, Limits.MAX_FAILURE_TEXT));
        case DONE -> new Reply.Done();
        case WELCOME ->
            new Reply.Welcome(
                t.int32(0),
                token(t, 1),
                t.int32(2),
                t.int64(3),
                t.int64(4),
                t.int64(5),
                t.int64(6),
                t.uint16(7));
        case CREATED -> new Reply.Created(t.int32(0), t.int64(1), t.int64(2));
        case GOT -> new Reply.Got(gotEntries(t, 0));
        case ANSWER -> new Reply.Answer(t.bool(0));
        case LISTED -> new Reply.Listed(t.int32(0), listedEntries(t, 1));
        case HELLO,
            JOIN,
            CREATE,
            SEAL,
            ABORT,
            CREATE_AND_SEAL,
            GET,
            CONTAINS,
            DELETE,
            UNPINNED,
            LIST_OBJECTS ->
            throw t.malformed("a request where a reply belongs");
      };
    } catch (IllegalArgumentException e) {
      throw t.malformed(String.valueOf(e.getMessage()));
    }
  }

  private static MessageType known(int type, ByteBuffer table) throws MalformedFrameException {
    MessageType known = MessageType.of(type);
    if (known == null) {
      throw new MalformedFrameException(type, table.remaining(), "no such message type");
    }
    return known;
  }

  private static ObjectId id(CheckedTable t, int field) throws MalformedFrameException {
    return id(t.buffer(), t.struct("id", field, ID_SIZE));
  }

  private static ObjectId id(ByteBuffer buffer, int at) {
    return ObjectId.copyFrom(MemorySegment.ofBuffer(buffer), at);
  }

  private static SessionToken token(CheckedTable t, int field) throws MalformedFrameException {
    int at = t.struct("token", field, TOKEN_SIZE);
    return new SessionToken(t.buffer().getLong(at), t.buffer().getLong(at + Long.BYTES));
  }

  private static ByteBuffer metadata(CheckedTable t, int field) throws MalformedFrameException {
    return t.bytes("metadata", field, Limits.MAX_METADATA);
  }

  private static List<ObjectId> ids(CheckedTable t, int field) throws MalformedFrameException {
    int first = t.requiredVector("ids", field, ID_SIZE, Limits.MAX_IDS_PER_REQUEST);
    int count = t.vectorLength(first);
    MemorySegment segment = MemorySegment.ofBuffer(t.buffer());
    List<ObjectId> ids = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      ids.add(ObjectId.copyFrom(segment, first + (long) i * ID_SIZE));
    }
    return ids;
  }

  private static List<Reply.Got.Entry> gotEntries(CheckedTable t, int field)
      throws MalformedFrameException {
    int first = t.requiredVector("entries", field, GOT_ENTRY_SIZE, Limits.MAX_IDS_PER_REQUEST);
    int count = t.vectorLength(first);
    List<Reply.Got.Entry> entries = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      int at = first + i * GOT_ENTRY_SIZE;
      long generation = t.buffer().getLong(at);
      int slot = t.buffer().getInt(at + Long.BYTES);
      entries.add(new Reply.Got.Entry(slot, generation));
    }
    return entries;
  }

  private static List<Reply.Listed.Entry> listedEntries(CheckedTable t, int field)
      throws MalformedFrameException {
    int first = t.requiredVector("entries", field, Integer.BYTES, Limits.MAX_OBJECTS_PER_LISTING);
    int count = t.vectorLength(first);
    List<Reply.Listed.Entry> entries = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      CheckedTable entry = t.element(first + i * Integer.BYTES);
      entries.add(
          new Reply.Listed.Entry(
              id(entry, 0),
              entry.name(1),
              entry.uint8(2),
              entry.int64(3),
              entry.int32(4),
              entry.int64(5),
              entry.int64(6),
              entry.int64(7),
              entry.int32(8)));
    }
    return entries;
  }
}
