package io.plasmastore.arrow;

import java.lang.foreign.MemorySegment;
import org.apache.arrow.flatbuf.Buffer;
import org.apache.arrow.flatbuf.FieldNode;
import org.apache.arrow.flatbuf.Message;
import org.apache.arrow.flatbuf.MetadataVersion;
import org.apache.arrow.flatbuf.RecordBatch;
import org.jspecify.annotations.Nullable;

/**
 * The counts and buffers of a batch that lies in an object, read from its metadata and checked:
 * every buffer lies within the batch's body, and is as large as the values need that it is said to
 * have. What the buffers hold is not looked at.
 *
 * <p>Each number is read once and kept, so that nobody can change it after it was checked.
 */
final class BatchBuffers {
  /** Bytes that a FieldNode or a Buffer takes in the metadata, at least. */
  private static final int ENTRY_SIZE = 2 * Long.BYTES;

  private final int[] valueCounts;
  private final int[] nullCounts;
  private final int[] variadicCounts;
  private final long[] offsets;
  private final long[] sizes;
  private boolean oldUnionValidity;
  private boolean oldRunValidity;
  private final @Nullable CompressedBody compressed;

  private BatchBuffers(
      MemorySegment data,
      Message message,
      StreamIndex.BatchPosition position,
      StreamSchema.BatchShape shape) {
    RecordBatch batch = StreamIndex.recordBatch(message);
    valueCounts = new int[shape.nodeCount()];
    nullCounts = new int[shape.nodeCount()];
    readNodes(batch);
    variadicCounts = new int[shape.viewCount()];
    long variadicCount = readVariadicCounts(batch, position);
    long bufferCount = shape.bufferCount() + variadicCount;
    long more = batch.buffersLength() - bufferCount;
    if (message.version() == MetadataVersion.V4 && more > 0) {
      oldRunValidity = shape.runCount() > 0 && more == (long) shape.unionCount() + shape.runCount();
      oldUnionValidity = oldRunValidity || more == shape.unionCount();
      bufferCount += oldUnionValidity ? more : 0;
    }
    requireCount("buffers", batch.buffersLength(), bufferCount);
    offsets = new long[(int) bufferCount];
    sizes = new long[(int) bufferCount];
    readBuffers(batch, position);
    compressed =
        batch.compression() == null
            ? null
            : CompressedBody.of(data, batch.compression(), offsets, sizes);
  }

  /**
   * Reads and checks the metadata of a batch.
   *
   * @param data the bytes of the object
   * @param position where the batch lies in it
   * @param shape what the batch must consist of
   * @throws InvalidArrowDataException if a count, an offset or a size does not fit
   * @throws UnsupportedOperationException if the batch is compressed in a way that is not known
   */
  static BatchBuffers read(
      MemorySegment data, StreamIndex.BatchPosition position, StreamSchema.BatchShape shape) {
    BatchBuffers buffers;
    try {
      Message message =
          Message.getRootAsMessage(
              StreamIndex.metadata(data, position.metadataOffset(), position.metadataSize()));
      buffers = new BatchBuffers(data, message, position, shape);
    } catch (IndexOutOfBoundsException e) {
      throw StreamIndex.unreadable(position.metadataOffset(), position.metadataSize(), e);
    }
    new BatchCheck(buffers, data, position.rowCount()).columns(shape.columns());
    return buffers;
  }

  /** Values of the node, 0 or more. */
  int valueCount(int node) {
    return valueCounts[node];
  }

  /** Nulls of the node, or -1 where the producer did not count. */
  int nullCount(int node) {
    return nullCounts[node];
  }

  /** Buffers of bytes that a column of views has, counted through all such columns. */
  int variadicCount(int view) {
    return variadicCounts[view];
  }

  /**
   * Whether columns of a kind have a validity bitmap that metadata version V5 has no more. V4 has
   * one for unions, and the C++ library writes one for run ends too, which other producers do not.
   */
  boolean hasOldValidity(ColumnLayout.Kind kind) {
    return (oldUnionValidity && kind.isUnion())
        || (oldRunValidity && kind == ColumnLayout.Kind.RUN_END_ENCODED);
  }

  /** The compressed buffers, or null if the batch is not compressed. */
  @Nullable CompressedBody compressed() {
    return compressed;
  }

  /** Offset of the buffer from the start of the object, unless it is compressed. */
  long offset(int buffer) {
    return offsets[buffer];
  }

  /**
   * Size of the buffer in bytes, as it is without compression: what the values need, or for bytes
   * of variable width what the producer stated.
   */
  long size(int buffer) {
    return sizes[buffer];
  }

  /** Leaves out what follows the bytes that the values need. */
  void cutTo(int buffer, long size) {
    sizes[buffer] = size;
  }

  private void readNodes(RecordBatch batch) {
    requireCount("field nodes", batch.nodesLength(), valueCounts.length);
    FieldNode node = new FieldNode();
    for (int i = 0; i < valueCounts.length; i++) {
      batch.nodes(node, i);
      long values = node.length();
      long nulls = node.nullCount();
      if (values < 0 || values > Integer.MAX_VALUE || nulls < -1 || nulls > values) {
        throw new InvalidArrowDataException(
            "counts of a column out of range: node="
                + i
                + " values="
                + values
                + " nulls="
                + nulls
                + " limit="
                + Integer.MAX_VALUE);
      }
      valueCounts[i] = (int) values;
      nullCounts[i] = (int) nulls;
    }
  }

  private long readVariadicCounts(RecordBatch batch, StreamIndex.BatchPosition position) {
    if (batch.variadicBufferCountsLength() == 0) {
      // Views that refer to nothing.
      return 0;
    }
    requireCount(
        "counts of view buffers", batch.variadicBufferCountsLength(), variadicCounts.length);
    int limit = position.metadataSize() / ENTRY_SIZE;
    long sum = 0;
    for (int i = 0; i < variadicCounts.length; i++) {
      long count = batch.variadicBufferCounts(i);
      if (count < 0 || count > limit) {
        throw new InvalidArrowDataException(
            "count of view buffers out of range: count=" + count + " limit=" + limit);
      }
      variadicCounts[i] = (int) count;
      sum += count;
    }
    if (sum > limit) {
      throw new InvalidArrowDataException(
          "count of view buffers out of range: count=" + sum + " limit=" + limit);
    }
    return sum;
  }

  private void readBuffers(RecordBatch batch, StreamIndex.BatchPosition position) {
    Buffer buffer = new Buffer();
    for (int i = 0; i < offsets.length; i++) {
      batch.buffers(buffer, i);
      long offset = buffer.offset();
      long size = buffer.length();
      if (offset < 0 || size < 0 || size > position.bodySize() - offset) {
        throw new InvalidArrowDataException(
            "a buffer does not lie within its body: buffer="
                + i
                + " offset="
                + offset
                + " size="
                + size
                + " limit="
                + position.bodySize());
      }
      offsets[i] = position.bodyOffset() + offset;
      sizes[i] = size;
    }
  }

  private static void requireCount(String what, int found, long wanted) {
    if (found != wanted) {
      throw new InvalidArrowDataException(
          "a batch with another number of " + what + ": found=" + found + " wanted=" + wanted);
    }
  }
}
