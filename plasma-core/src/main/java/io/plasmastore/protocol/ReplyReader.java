package io.plasmastore.protocol;

import io.plasmastore.ErrorCode;
import java.util.ArrayList;
import java.util.List;

/** Makes replies of tables. Field numbers are the positions in protocol.fbs. */
final class ReplyReader {
  /** Generation, slot, and four bytes of padding. */
  private static final int GOT_ENTRY_SIZE = 2 * Long.BYTES;

  /** Pins, client number, and four bytes of padding. */
  private static final int HOLDER_ENTRY_SIZE = 2 * Long.BYTES;

  /** Generation, offset, slot, and four bytes of padding. */
  private static final int CREATED_ENTRY_SIZE = 3 * Long.BYTES;

  private ReplyReader() {}

  /**
   * Reads a root table.
   *
   * @throws MalformedFrameException if the type is a request's or the table breaks a rule
   * @throws IllegalArgumentException if the message would break a rule of its own
   */
  static Reply read(MessageType type, CheckedTable t) throws MalformedFrameException {
    return switch (type) {
      case FAILURE ->
          new Reply.Failure(
              ErrorCode.of(t.uint16(0)), t.requiredString("message", 1, Limits.MAX_FAILURE_TEXT));
      case DONE -> new Reply.Done();
      case WELCOME ->
          new Reply.Welcome(
              t.int32(0),
              t.token(1),
              t.int32(2),
              t.int64(3),
              t.int64(4),
              t.int64(5),
              t.int64(6),
              t.uint16(7),
              Access.of(t.uint8(8)));
      case CREATED -> new Reply.Created(t.int32(0), t.int64(1), t.int64(2), t.bool(3));
      case GOT -> new Reply.Got(gotEntries(t, 0));
      case ANSWER -> new Reply.Answer(t.bool(0));
      case LISTED -> new Reply.Listed(t.int32(0), listedEntries(t, 1));
      case OUTCOMES -> new Reply.Outcomes(codes(t, 0));
      case COUNT -> new Reply.Count(t.int64(0));
      case CLIENTS_LISTED -> new Reply.ClientsListed(t.int32(0), clientEntries(t, 1));
      case HOLDERS_LISTED -> new Reply.HoldersListed(holderEntries(t, 0));
      case NOTICE ->
          new Reply.Notice(t.int64(0), Reply.Notice.Kind.of(t.uint8(1)), t.id(2), t.int64(3));
      case RESIZED -> new Reply.Resized(t.int64(0), t.bool(1));
      case CREATED_ALL -> new Reply.CreatedAll(createdEntries(t, 0), t.bool(1));
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
          LIST_OBJECTS,
          CREATE_AND_SEAL_ALL,
          EVICT,
          TRIM,
          REFRESH,
          BIND,
          LIST_CLIENTS,
          LIST_HOLDERS,
          SUBSCRIBE,
          GOODBYE,
          PIN,
          RESIZE,
          SHARE_PAGES,
          DROP_PAGES,
          MARKED,
          CREATE_ALL ->
          throw t.malformed("a request where a reply belongs");
    };
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

  private static List<Reply.CreatedAll.Entry> createdEntries(CheckedTable t, int field)
      throws MalformedFrameException {
    int first = t.requiredVector("entries", field, CREATED_ENTRY_SIZE, Limits.MAX_IDS_PER_REQUEST);
    int count = t.vectorLength(first);
    List<Reply.CreatedAll.Entry> entries = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      int at = first + i * CREATED_ENTRY_SIZE;
      long generation = t.buffer().getLong(at);
      long dataOffset = t.buffer().getLong(at + Long.BYTES);
      int slot = t.buffer().getInt(at + 2 * Long.BYTES);
      entries.add(new Reply.CreatedAll.Entry(slot, generation, dataOffset));
    }
    return entries;
  }

  private static List<Integer> codes(CheckedTable t, int field) throws MalformedFrameException {
    int first = t.requiredVector("codes", field, Short.BYTES, Limits.MAX_IDS_PER_REQUEST);
    int count = t.vectorLength(first);
    List<Integer> codes = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      codes.add(Short.toUnsignedInt(t.buffer().getShort(first + i * Short.BYTES)));
    }
    return codes;
  }

  private static List<Reply.HoldersListed.Entry> holderEntries(CheckedTable t, int field)
      throws MalformedFrameException {
    int first =
        t.requiredVector("entries", field, HOLDER_ENTRY_SIZE, Limits.MAX_HOLDERS_PER_LISTING);
    int count = t.vectorLength(first);
    List<Reply.HoldersListed.Entry> entries = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      int at = first + i * HOLDER_ENTRY_SIZE;
      long pins = t.buffer().getLong(at);
      int clientNumber = t.buffer().getInt(at + Long.BYTES);
      entries.add(new Reply.HoldersListed.Entry(clientNumber, pins));
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
              entry.id(0),
              entry.name(1),
              entry.uint8(2),
              entry.int64(3),
              entry.int32(4),
              entry.int64(5),
              entry.int64(6),
              entry.int64(7),
              entry.int32(8),
              entry.bool(9),
              entry.int32(10)));
    }
    return entries;
  }

  private static List<Reply.ClientsListed.Entry> clientEntries(CheckedTable t, int field)
      throws MalformedFrameException {
    int first = t.requiredVector("entries", field, Integer.BYTES, Limits.MAX_CLIENTS_PER_LISTING);
    int count = t.vectorLength(first);
    List<Reply.ClientsListed.Entry> entries = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      CheckedTable entry = t.element(first + i * Integer.BYTES);
      entries.add(
          new Reply.ClientsListed.Entry(
              entry.int32(0),
              entry.int64(1),
              entry.requiredString("name", 2, Limits.MAX_CLIENT_NAME),
              entry.int64(3),
              entry.int32(4),
              entry.int64(5),
              entry.int64(6),
              entry.int64(7),
              entry.int32(8),
              entry.int64(9),
              Access.of(entry.uint8(10)),
              entry.int64(11),
              entry.int32(12),
              entry.int64(13),
              entry.int64(14)));
    }
    return entries;
  }
}
