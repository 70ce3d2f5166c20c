package io.plasmastore.protocol;

import org.jspecify.annotations.Nullable;

/**
 * The message types and their numbers on the wire. Requests count from 1, replies from 128; a
 * number is never given to another message.
 */
public enum MessageType {
  /** {@link Request.Hello}. */
  HELLO(1),
  /** {@link Request.Join}. */
  JOIN(2),
  /** {@link Request.Create}. */
  CREATE(3),
  /** {@link Request.Seal}. */
  SEAL(4),
  /** {@link Request.Abort}. */
  ABORT(5),
  /** {@link Request.CreateAndSeal}. */
  CREATE_AND_SEAL(6),
  /** {@link Request.Get}. */
  GET(7),
  /** {@link Request.Contains}. */
  CONTAINS(8),
  /** {@link Request.Delete}. */
  DELETE(9),
  /** {@link Request.Unpinned}. */
  UNPINNED(10),
  /** {@link Request.ListObjects}. */
  LIST_OBJECTS(11),
  /** {@link Request.CreateAndSealAll}. */
  CREATE_AND_SEAL_ALL(12),
  /** {@link Request.Evict}. */
  EVICT(13),
  /** {@link Request.Trim}. */
  TRIM(14),
  /** {@link Request.Refresh}. */
  REFRESH(15),
  /** {@link Request.Bind}. */
  BIND(16),
  /** {@link Request.ListClients}. */
  LIST_CLIENTS(17),
  /** {@link Request.ListHolders}. */
  LIST_HOLDERS(18),
  /** {@link Request.Subscribe}. */
  SUBSCRIBE(19),
  /** {@link Request.Goodbye}. */
  GOODBYE(20),
  /** {@link Request.Pin}. */
  PIN(21),
  /** {@link Request.Resize}. */
  RESIZE(22),
  /** {@link Request.SharePages}. */
  SHARE_PAGES(23),
  /** {@link Request.DropPages}. */
  DROP_PAGES(24),
  /** {@link Request.Marked}. */
  MARKED(25),
  /** {@link Request.CreateAll}. */
  CREATE_ALL(26),

  /** {@link Reply.Failure}. */
  FAILURE(128),
  /** {@link Reply.Done}. */
  DONE(129),
  /** {@link Reply.Welcome}. */
  WELCOME(130),
  /** {@link Reply.Created}. */
  CREATED(131),
  /** {@link Reply.Got}. */
  GOT(132),
  /** {@link Reply.Answer}. */
  ANSWER(133),
  /** {@link Reply.Listed}. */
  LISTED(134),
  /** {@link Reply.Outcomes}. */
  OUTCOMES(135),
  /** {@link Reply.Count}. */
  COUNT(136),
  /** {@link Reply.ClientsListed}. */
  CLIENTS_LISTED(137),
  /** {@link Reply.HoldersListed}. */
  HOLDERS_LISTED(138),
  /** {@link Reply.Notice}. */
  NOTICE(139),
  /** {@link Reply.Resized}. */
  RESIZED(140),
  /** {@link Reply.CreatedAll}. */
  CREATED_ALL(141);

  /** The lowest number of a reply. */
  static final int FIRST_REPLY = 128;

  private static final @Nullable MessageType[] BY_NUMBER = byNumber();

  private final int number;

  MessageType(int number) {
    this.number = number;
  }

  /** The number on the wire. */
  public int number() {
    return number;
  }

  /** Whether the store sends this type; else a client does. */
  public boolean isReply() {
    return number >= FIRST_REPLY;
  }

  /** The type of that number, or null if there is none. */
  public static @Nullable MessageType of(int number) {
    return number >= 0 && number < BY_NUMBER.length ? BY_NUMBER[number] : null;
  }

  /** A number's name for people: {@code unknown} if it has none. */
  static String describe(int number) {
    MessageType type = of(number);
    return type == null ? "unknown" : type.name();
  }

  private static @Nullable MessageType[] byNumber() {
    @Nullable MessageType[] table = new @Nullable MessageType[256];
    for (MessageType type : values()) {
      table[type.number] = type;
    }
    return table;
  }
}
