package io.plasmastore.arrow;

import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * A message that is to be written: its metadata and, unless it is the schema's, its body.
 *
 * @param metadata a FlatBuffers Message
 * @param body the body, or null
 */
record PlannedMessage(ByteBuffer metadata, @Nullable BatchPlan body) {
  /** Size of prefix, metadata and padding. */
  long headSize() {
    return StreamLayout.align(StreamLayout.METADATA_OFFSET + metadata.remaining());
  }

  long size() {
    return headSize() + (body == null ? 0 : body.bodySize());
  }

  /** Writes the message, from an offset on that is a multiple of the alignment. */
  void writeTo(StreamTarget target, long offset) {
    writeTo(target, offset, offset + headSize());
  }

  /**
   * Writes the message with as much padding behind the metadata as it takes.
   *
   * @param bodyOffset where the body begins; no less than {@link #headSize} behind the offset
   */
  void writeTo(StreamTarget target, long offset, long bodyOffset) {
    if (!target.hasHead(offset, metadata, bodyOffset)) {
      var unused = writeHead(target, metadata, offset, bodyOffset);
    }
    if (body != null) {
      body.writeBody(target, bodyOffset);
    }
  }

  /** Writes all but the body; answers where the metadata lies. */
  static long writeHead(StreamTarget target, ByteBuffer metadata, long offset, long bodyOffset) {
    long metadataOffset = offset + StreamLayout.METADATA_OFFSET;
    target.putInt(offset + StreamLayout.CONTINUATION_OFFSET, StreamLayout.CONTINUATION);
    target.putInt(
        offset + StreamLayout.METADATA_SIZE_OFFSET, Math.toIntExact(bodyOffset - metadataOffset));
    target.copy(metadata, metadataOffset);
    target.zero(metadataOffset + metadata.remaining(), bodyOffset);
    return metadataOffset;
  }

  /** Writes the end of a stream: a prefix that promises no metadata. */
  static void writeEnd(StreamTarget target, long offset) {
    target.putInt(offset + StreamLayout.CONTINUATION_OFFSET, StreamLayout.CONTINUATION);
    target.putInt(offset + StreamLayout.METADATA_SIZE_OFFSET, 0);
  }
}
