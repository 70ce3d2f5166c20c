package io.plasmastore.arrow;

import com.google.flatbuffers.FlatBufferBuilder;
import java.nio.ByteBuffer;
import java.util.List;
import org.apache.arrow.flatbuf.Buffer;
import org.apache.arrow.flatbuf.FieldNode;
import org.apache.arrow.flatbuf.MessageHeader;
import org.apache.arrow.flatbuf.RecordBatch;
import org.jspecify.annotations.Nullable;

/**
 * The metadata of a record batch, encoded before there is one: all batches of a schema have the
 * same but for their numbers, which are put in when they are known. A seal runs with cold caches,
 * after all the values, so it is to run through little code. Not for columns of views, which have
 * more buffers or fewer.
 */
final class BatchTemplate {
  // Nowhere else in the metadata; and none is zero, as FlatBuffers leave those out.
  private static final int ROW_COUNT = 0x5A3C_7E1D;
  private static final long BODY_SIZE = 0x5A3C_7E1D_0000_0040L;
  private static final long NODE = 0x5A3C_7E1D_0000_0001L;
  private static final long BUFFER = 0x5A3C_7E1D_0000_0002L;

  private static final int ENTRY_SIZE = 2 * Long.BYTES;

  private final ByteBuffer metadata;
  private final int nodeCount;
  private final int bufferCount;
  private final int rowCountOffset;
  private final int bodySizeOffset;
  private final int nodesOffset;
  private final int buffersOffset;

  private BatchTemplate(ByteBuffer metadata, int nodeCount, int bufferCount) {
    this.metadata = metadata;
    this.nodeCount = nodeCount;
    this.bufferCount = bufferCount;
    this.rowCountOffset = offsetOf(ROW_COUNT);
    this.bodySizeOffset = offsetOf(BODY_SIZE);
    this.nodesOffset = nodeCount == 0 ? 0 : offsetOf(NODE);
    this.buffersOffset = bufferCount == 0 ? 0 : offsetOf(BUFFER);
  }

  /** The template for batches of these columns, or null if they have none in common. */
  static @Nullable BatchTemplate of(List<ColumnLayout> columns) {
    if (ColumnLayout.count(columns, kind -> kind == ColumnLayout.Kind.VIEW) > 0) {
      return null;
    }
    int nodes = Math.toIntExact(ColumnLayout.nodeCount(columns));
    int buffers = Math.toIntExact(ColumnLayout.bufferCount(columns));
    FlatBufferBuilder builder = new FlatBufferBuilder();
    RecordBatch.startNodesVector(builder, nodes);
    for (int i = 0; i < nodes; i++) {
      FieldNode.createFieldNode(builder, NODE, NODE);
    }
    int nodesAt = builder.endVector();
    RecordBatch.startBuffersVector(builder, buffers);
    for (int i = 0; i < buffers; i++) {
      Buffer.createBuffer(builder, BUFFER, BUFFER);
    }
    int buffersAt = builder.endVector();
    RecordBatch.startRecordBatch(builder);
    RecordBatch.addLength(builder, ROW_COUNT);
    RecordBatch.addNodes(builder, nodesAt);
    RecordBatch.addBuffers(builder, buffersAt);
    int table = RecordBatch.endRecordBatch(builder);
    ByteBuffer metadata =
        MessageEncoder.message(builder, MessageHeader.RecordBatch, table, BODY_SIZE);
    return new BatchTemplate(metadata.slice().order(metadata.order()), nodes, buffers);
  }

  /** Size of prefix, metadata and padding. */
  long headSize() {
    return StreamLayout.align(StreamLayout.METADATA_OFFSET + metadata.remaining());
  }

  /**
   * Writes prefix, metadata and padding of a batch whose body lies where it is.
   *
   * @param batch its counts
   * @param places its buffers in the body, as many as the columns have
   * @param bodySize of the body in bytes
   * @param offset of the message, a multiple of the alignment
   * @param bodyOffset where the body begins; no less than {@link #headSize} behind the offset
   */
  void writeTo(
      StreamTarget target,
      BatchPlan batch,
      List<BatchPlan.PlacedBuffer> places,
      long bodySize,
      long offset,
      long bodyOffset) {
    if (places.size() != bufferCount || batch.nodeCount() != nodeCount) {
      throw new IllegalStateException(
          "a batch of other columns: buffers=%d wanted=%d nodes=%d wanted=%d"
              .formatted(places.size(), bufferCount, batch.nodeCount(), nodeCount));
    }
    long at = PlannedMessage.writeHead(target, metadata, offset, bodyOffset);
    target.putLong(at + rowCountOffset, batch.rowCount());
    target.putLong(at + bodySizeOffset, bodySize);
    for (int i = 0; i < nodeCount; i++) {
      long node = at + nodesOffset + (long) i * ENTRY_SIZE;
      target.putLong(node, batch.valueCount(i));
      target.putLong(node + Long.BYTES, batch.nullCount(i));
    }
    for (int i = 0; i < bufferCount; i++) {
      long buffer = at + buffersOffset + (long) i * ENTRY_SIZE;
      target.putLong(buffer, places.get(i).offset());
      target.putLong(buffer + Long.BYTES, places.get(i).bytes().size());
    }
  }

  private int offsetOf(long wanted) {
    for (int offset = 0; offset <= metadata.remaining() - Long.BYTES; offset += Integer.BYTES) {
      if (metadata.getLong(offset) == wanted) {
        return offset;
      }
    }
    throw new IllegalStateException("the template has no such number: " + wanted);
  }
}
