package io.plasmastore.protocol;

/** Makes requests of tables. Field numbers are the positions in protocol.fbs. */
final class RequestReader {
  private RequestReader() {}

  /**
   * Reads a root table.
   *
   * @throws MalformedFrameException if the type is a reply's or the table breaks a rule
   * @throws IllegalArgumentException if the message would break a rule of its own
   */
  static Request read(MessageType type, CheckedTable t) throws MalformedFrameException {
    return switch (type) {
      case HELLO ->
          new Request.Hello(
              t.int32(0),
              t.int64(1),
              t.requiredString("clientName", 2, Limits.MAX_CLIENT_NAME),
              t.bool(3));
      case JOIN -> new Request.Join(t.int32(0), t.token(1));
      case CREATE ->
          new Request.Create(
              t.id(0), t.int64(1), t.metadata(2), t.name(3), t.bool(4), t.int64(5), t.bool(6));
      case SEAL -> new Request.Seal(t.int32(0), t.int64(1));
      case ABORT -> new Request.Abort(t.int32(0), t.int64(1));
      case CREATE_AND_SEAL ->
          new Request.CreateAndSeal(
              t.id(0),
              t.metadata(1),
              t.name(2),
              t.bytes("data", 3, Limits.MAX_INLINE_DATA),
              t.bool(4),
              t.int64(5));
      case GET -> new Request.Get(t.ids(0), t.int64(1));
      case CONTAINS -> new Request.Contains(t.id(0));
      case DELETE -> new Request.Delete(t.ids(0));
      case UNPINNED -> new Request.Unpinned(t.int32(0), t.int64(1));
      case LIST_OBJECTS -> new Request.ListObjects(t.int32(0), t.int32(1));
      case CREATE_AND_SEAL_ALL -> BatchLayout.read(t);
      case CREATE_ALL -> EmptyObjects.read(t);
      case EVICT -> new Request.Evict(t.int64(0));
      case TRIM -> new Request.Trim();
      case REFRESH -> new Request.Refresh(t.ids(0));
      case BIND -> new Request.Bind(t.requiredString("name", 0, Limits.MAX_NAME), t.optionalId(1));
      case LIST_CLIENTS -> new Request.ListClients(t.int32(0));
      case LIST_HOLDERS -> new Request.ListHolders(t.id(0), t.bool(1));
      case SUBSCRIBE -> new Request.Subscribe();
      case GOODBYE -> new Request.Goodbye();
      case MARKED -> new Request.Marked();
      case PIN -> new Request.Pin(t.int32(0), t.int64(1));
      case RESIZE ->
          new Request.Resize(
              t.int32(0), t.int64(1), t.int64(2), t.int64(3), t.metadata(4), t.name(5), t.bool(6));
      case SHARE_PAGES -> new Request.SharePages(t.id(0), t.int64(1));
      case DROP_PAGES -> new Request.DropPages(t.id(0));
      case FAILURE,
          DONE,
          WELCOME,
          CREATED,
          GOT,
          ANSWER,
          LISTED,
          OUTCOMES,
          COUNT,
          CLIENTS_LISTED,
          HOLDERS_LISTED,
          NOTICE,
          RESIZED,
          CREATED_ALL ->
          throw t.malformed("a reply where a request belongs");
    };
  }
}
