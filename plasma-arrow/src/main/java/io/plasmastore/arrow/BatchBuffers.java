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

  private static final long[] NO_VIEWS = {0};

  private final int[] valueCounts;
  private final int[] nullCounts;
  private final int[] variadicCounts;
  private final long[] offsets;
  private final long[] sizes;
  private boolean oldUnionValidity;
  private boolean oldRunValidity;
  private final @Nullable CompressedBody compressed;

  private BatchBuffers(
      MemorySegment data, Message message, StreamIndex.BatchPosition position, BatchShape shape) {
    RecordBatch batch = StreamIndex.recordBatch(message);
    BatchShape.Counts total = shape.total();
    valueCounts = new int[shape.read().nodes()];
    nullCounts = new int[shape.read().nodes()];
    readNodes(batch, shape);
    variadicCounts = new int[shape.read().views()];
    long[] variadicEnds = variadicEnds(batch, position, total.views());
    long bufferCount = total.buffers() + variadicEnds[total.views()];
    long more = batch.buffersLength() - bufferCount;
    if (message.version() == MetadataVersion.V4 && more > 0) {
      oldRunValidity = total.runs() > 0 && more == (long) total.unions() + total.runs();
      oldUnionValidity = oldRunValidity || more == total.unions();
      bufferCount += oldUnionValidity ? more : 0;
    }
    requireCount("buffers", batch.buffersLength(), bufferCount);
    int readCount = readVariadicCounts(shape, variadicEnds) + withOldValidity(shape.read());
    offsets = new long[readCount];
    sizes = new long[readCount];
    readBuffers(batch, position, shape, variadicEnds);
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
      MemorySegment data, StreamIndex.BatchPosition position, BatchShape shape) {
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

  private void readNodes(RecordBatch batch, BatchShape shape) {
    requireCount("field nodes", batch.nodesLength(), shape.total().nodes());
    FieldNode node = new FieldNode();
    int next = 0;
    for (int range = 0; range < shape.ranges().size(); range++) {
      int start = shape.ranges().get(range).start().nodes();
      int end = start + shape.ranges().get(range).count().nodes();
      for (int i = start; i < end; i++) {
        batch.nodes(node, i);
        readNode(next++, node.length(), node.nullCount());
      }
    }
  }

  private void readNode(int node, long values, long nulls) {
    if (values < 0 || values > Integer.MAX_VALUE || nulls < -1 || nulls > values) {
      throw new InvalidArrowDataException(
          "counts of a column out of range: node="
              + node
              + " values="
              + values
              + " nulls="
              + nulls
              + " limit="
              + Integer.MAX_VALUE);
    }
    valueCounts[node] = (int) values;
    nullCounts[node] = (int) nulls;
  }

  /** How many buffers all columns of views have up to each of them, from 0 on. */
  private static long[] variadicEnds(
      RecordBatch batch, StreamIndex.BatchPosition position, int viewCount) {
    long[] ends = viewCount == 0 ? NO_VIEWS : new long[viewCount + 1];
    if (batch.variadicBufferCountsLength() == 0) {
      // Views that refer to nothing.
      return ends;
    }
    requireCount("counts of view buffers", batch.variadicBufferCountsLength(), viewCount);
    int limit = position.metadataSize() / ENTRY_SIZE;
    for (int i = 0; i < viewCount; i++) {
      long count = batch.variadicBufferCounts(i);
      // Checked one by one, so that the sum does not overflow.
      if (count < 0 || count > limit || ends[i] + count > limit) {
        throw new InvalidArrowDataException(
            "count of view buffers out of range: count=" + count + " limit=" + limit);
      }
      ends[i + 1] = ends[i] + count;
    }
    return ends;
  }

  /** Takes those of the columns that are read, and gives how many buffers these have in all. */
  private int readVariadicCounts(BatchShape shape, long[] variadicEnds) {
    int bufferCount = shape.read().buffers();
    int next = 0;
    for (int range = 0; range < shape.ranges().size(); range++) {
      int start = shape.ranges().get(range).start().views();
      int end = start + shape.ranges().get(range).count().views();
      for (int i = start; i < end; i++) {
        variadicCounts[next] = (int) (variadicEnds[i + 1] - variadicEnds[i]);
        bufferCount += variadicCounts[next++];
      }
    }
    return bufferCount;
  }

  /** How many bitmaps there are that metadata version V5 has no more. */
  private int withOldValidity(BatchShape.Counts counts) {
    return (oldUnionValidity ? counts.unions() : 0) + (oldRunValidity ? counts.runs() : 0);
  }

  private void readBuffers(
      RecordBatch batch,
      StreamIndex.BatchPosition position,
      BatchShape shape,
      long[] variadicEnds) {
    Buffer buffer = new Buffer();
    int next = 0;
    for (int range = 0; range < shape.ranges().size(); range++) {
      BatchShape.Counts before = shape.ranges().get(range).start();
      BatchShape.Counts count = shape.ranges().get(range).count();
      int views = before.views();
      int start = before.buffers() + (int) variadicEnds[views] + withOldValidity(before);
      int end =
          start
              + count.buffers()
              + (int) (variadicEnds[views + count.views()] - variadicEnds[views])
              + withOldValidity(count);
      for (int i = start; i < end; i++) {
        batch.buffers(buffer, i);
        readBuffer(next++, buffer.offset(), buffer.length(), position);
      }
    }
  }

  private void readBuffer(int buffer, long offset, long size, StreamIndex.BatchPosition position) {
    if (offset < 0 || size < 0 || size > position.bodySize() - offset) {
      throw new InvalidArrowDataException(
          "a buffer does not lie within its body: buffer="
              + buffer
              + " offset="
              + offset
              + " size="
              + size
              + " limit="
              + position.bodySize());
    }
    offsets[buffer] = position.bodyOffset() + offset;
    sizes[buffer] = size;
  }

  private static void requireCount(String what, int found, long wanted) {
    if (found != wanted) {
      throw new InvalidArrowDataException(
          "a batch with another number of " + what + ": found=" + found + " wanted=" + wanted);
    }
  }
}
