package io.plasmastore.protocol;

import java.io.Serial;

/**
 * A frame that no correct peer sends. What else comes on that stream can't be believed either, so
 * whoever catches this closes the session.
 *
 * <p>Checked, since forgetting it would let one bad peer end a loop that serves all the others. The
 * text names the frame's type and length, what was found, and the limit that it breaks.
 */
public final class MalformedFrameException extends Exception {
  @Serial private static final long serialVersionUID = 1;

  private final int type;
  private final long tableLength;

  MalformedFrameException(int type, long tableLength, String found) {
    super(
        "malformed frame: type="
            + type
            + " ("
            + MessageType.describe(type)
            + ") tableLength="
            + tableLength
            + " "
            + found);
    this.type = type;
    this.tableLength = tableLength;
  }

  /** The message type that the header stated, be it a known one or not. */
  public int type() {
    return type;
  }

  /** The bytes of the table: as stated when the header is at fault, else as received. */
  public long tableLength() {
    return tableLength;
  }
}
