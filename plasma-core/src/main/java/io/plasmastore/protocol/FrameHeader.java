package io.plasmastore.protocol;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * The sixteen bytes in front of each FlatBuffers table; all fields little-endian.
 *
 * <pre>
 *   0                   1                   2                   3
 *   0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 *  +---------------------------------------------------------------+
 *  |                         Table Length                          |
 *  +-------------------------------+-------------------------------+
 *  |             Type              |         Reserved (0)          |
 *  +-------------------------------+-------------------------------+
 *  |                                                               |
 *  |                        Request Number                         |
 *  |                                                               |
 *  +---------------------------------------------------------------+
 *  |                                                               |
 * ...                     FlatBuffers table                       ...
 *  |                                                               |
 *  +---------------------------------------------------------------+
 * </pre>
 *
 * The table length does not count the header. A reply carries the number of the request that it
 * answers; the number means nothing else, and any 64 bits will do.
 *
 * @param tableLength the bytes that follow the header, at most {@link Limits#MAX_TABLE}
 * @param type the wire number of a {@link MessageType}; not yet known to be one
 * @param requestNumber 64 bits of the client's choice
 */
public record FrameHeader(int tableLength, int type, long requestNumber) {
  /** Where the table length lies: an unsigned 32-bit number. */
  public static final int TABLE_LENGTH_OFFSET = 0;

  /** Where the message type lies: an unsigned 16-bit number. */
  public static final int TYPE_OFFSET = TABLE_LENGTH_OFFSET + Integer.BYTES;

  /** Where the reserved 16 bits lie. */
  public static final int RESERVED_OFFSET = TYPE_OFFSET + Short.BYTES;

  /** Where the request number lies: 64 bits. */
  public static final int REQUEST_NUMBER_OFFSET = RESERVED_OFFSET + Short.BYTES;

  /** The length of the header. */
  public static final int LENGTH = REQUEST_NUMBER_OFFSET + Long.BYTES;

  /**
   * Reads a header and moves the buffer's position past it. The buffer's byte order plays no part
   * and does not change.
   *
   * @param buffer at least {@link #LENGTH} bytes remaining
   * @throws MalformedFrameException if the reserved bits are not zero or the table is over its
   *     limit; the stream can't be read on from here
   * @throws java.nio.BufferUnderflowException if the buffer holds less than a header: the caller's
   *     mistake
   */
  public static FrameHeader read(ByteBuffer buffer) throws MalformedFrameException {
    ByteBuffer header = ByteBuffer.wrap(new byte[LENGTH]).order(ByteOrder.LITTLE_ENDIAN);
    buffer.get(header.array());
    long tableLength = Integer.toUnsignedLong(header.getInt(TABLE_LENGTH_OFFSET));
    int type = Short.toUnsignedInt(header.getShort(TYPE_OFFSET));
    int reserved = Short.toUnsignedInt(header.getShort(RESERVED_OFFSET));
    if (reserved != 0) {
      throw new MalformedFrameException(type, tableLength, "reserved=" + reserved + " wanted=0");
    }
    if (tableLength > Limits.MAX_TABLE) {
      throw new MalformedFrameException(type, tableLength, "maxTable=" + Limits.MAX_TABLE);
    }
    return new FrameHeader((int) tableLength, type, header.getLong(REQUEST_NUMBER_OFFSET));
  }

  /**
   * Writes a header.
   *
   * @param buffer little-endian; its position plays no part
   * @param start where in the buffer the header begins
   */
  static void write(
      ByteBuffer buffer, int start, int tableLength, MessageType type, long requestNumber) {
    buffer.putInt(start + TABLE_LENGTH_OFFSET, tableLength);
    buffer.putShort(start + TYPE_OFFSET, (short) type.number());
    buffer.putShort(start + RESERVED_OFFSET, (short) 0);
    buffer.putLong(start + REQUEST_NUMBER_OFFSET, requestNumber);
  }
}
