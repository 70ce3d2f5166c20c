package io.plasmastore.arrow;

import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/**
 * The layout of a dataframe's object: one Arrow IPC stream, as the <a
 * href="https://arrow.apache.org/docs/format/Columnar.html#ipc-streaming-format">Arrow columnar
 * format</a> defines it, with every body buffer at a multiple of 64 bytes from the start of the
 * object.
 *
 * <pre>
 *   message: schema
 *   message: dictionary batch        as many as there are dictionaries
 *   message: record batch            as many as there are batches
 *   0xFFFFFFFF 0x00000000            end of stream
 *
 *   message
 *   +------------------------------------------------------------------+
 *   |  0  continuation          0xFFFFFFFF                      4 bytes |
 *   |  4  metadata size         little endian, padding included 4 bytes |
 *   |  8  metadata              a FlatBuffers Message                   |
 *   |     padding               zeros, up to a multiple of 64           |
 *   +------------------------------------------------------------------+
 *   |     body                  buffers, each padded with zeros to a    |
 *   |                           multiple of 64                          |
 *   +------------------------------------------------------------------+
 * </pre>
 *
 * Each message written here starts at a multiple of 64, since each part of the one before is padded
 * to one. Streams of other producers are aligned to 8 bytes, or not at all, and the oldest have no
 * continuation marker; they are read too.
 */
final class StreamLayout {
  /**
   * Each body buffer starts at a multiple of this many bytes, which is a cache line and a vector
   * register.
   */
  static final int ALIGNMENT = 64;

  /** What a message starts with; a metadata size never has this value. */
  static final int CONTINUATION = 0xFFFFFFFF;

  static final int CONTINUATION_OFFSET = 0;
  static final int METADATA_SIZE_OFFSET = CONTINUATION_OFFSET + Integer.BYTES;
  static final int METADATA_OFFSET = METADATA_SIZE_OFFSET + Integer.BYTES;

  /** Size of the end of the stream: a prefix that promises no metadata. */
  static final int END_SIZE = METADATA_OFFSET;

  /** Prefixes lie wherever the body before them ended. */
  static final ValueLayout.OfInt INT =
      ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  private StreamLayout() {}

  /** The least multiple of {@link #ALIGNMENT} that is no less than the position. */
  static long align(long position) {
    return (position + ALIGNMENT - 1) & -ALIGNMENT;
  }
}
