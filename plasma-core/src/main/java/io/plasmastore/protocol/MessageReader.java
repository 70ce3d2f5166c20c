package io.plasmastore.protocol;

import java.nio.ByteBuffer;

/**
 * Makes messages of the tables behind a {@link FrameHeader}. Thread-safe: it keeps nothing.
 *
 * <p>Whatever the bytes are, the outcome is a valid message or a {@link MalformedFrameException}.
 * The {@link ByteBuffer}s in a message are read-only views of the table that was handed in, not
 * copies: they are valid until that buffer is used again. All else in a message is its own.
 */
public final class MessageReader {
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
      return RequestReader.read(known, t);
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
      return ReplyReader.read(known, t);
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
}
