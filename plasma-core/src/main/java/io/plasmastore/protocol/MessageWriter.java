package io.plasmastore.protocol;

import com.google.flatbuffers.FlatBufferBuilder;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * Makes frames of messages, each ready to be sent in one write. One for each lane, used again and
 * again; not thread-safe.
 *
 * <p>It owns one direct buffer, which grows with the largest frame written and never shrinks: to
 * two times {@link Limits#MAX_FRAME} at most. The frame is built from its end, so that the header
 * is put in front of the table where it lies.
 */
public final class MessageWriter {
  /** Room for all messages but those with many ids, listings, or data inside. */
  private static final int FIRST_CAPACITY = 1024;

  private final int maxFrame;
  private final FlatBufferBuilder builder;
  private final RequestWriter requests;
  private final ReplyWriter replies;

  /** A writer with a small buffer. */
  public MessageWriter() {
    this(Limits.MAX_FRAME);
  }

  MessageWriter(int maxFrame) {
    this.maxFrame = maxFrame;
    this.builder = new FlatBufferBuilder(FIRST_CAPACITY, new DirectBuffers());
    FieldWriter fields = new FieldWriter(builder);
    this.requests = new RequestWriter(builder, fields);
    this.replies = new ReplyWriter(builder, fields);
  }

  /**
   * Writes one message.
   *
   * @param requestNumber any number for a request, the request's for a reply
   * @param message what to send; its buffers are copied from and not moved
   * @return header and table, a view of this writer's own direct buffer: valid until the next call
   * @throws IllegalArgumentException if the frame would be over {@link Limits#MAX_FRAME}; no
   *     message within the other limits is
   */
  public ByteBuffer write(long requestNumber, Message message) {
    builder.clear();
    builder.finish(
        switch (message) {
          case Request request -> requests.write(request);
          case Reply reply -> replies.write(reply);
        });
    int tableLength = builder.offset();
    int length = FrameHeader.LENGTH + tableLength;
    if (length > maxFrame) {
      throw new IllegalArgumentException(
          "frame too large: type=" + message.type() + " length=" + length + " max=" + maxFrame);
    }
    // No alignment, but room for the whole header.
    builder.prep(Byte.BYTES, FrameHeader.LENGTH - Byte.BYTES);
    ByteBuffer buffer = builder.dataBuffer();
    int start = buffer.capacity() - length;
    FrameHeader.write(buffer, start, tableLength, message.type(), requestNumber);
    // A slice: whatever its user does to it, the builder's own buffer keeps its order and limit.
    return buffer.slice(start, length);
  }

  /** What a direct buffer is for: the socket takes it as it lies. */
  private static final class DirectBuffers extends FlatBufferBuilder.ByteBufferFactory {
    @Override
    public ByteBuffer newByteBuffer(int capacity) {
      return ByteBuffer.allocateDirect(capacity).order(ByteOrder.LITTLE_ENDIAN);
    }
  }
}
