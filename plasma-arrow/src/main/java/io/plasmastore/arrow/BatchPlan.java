package io.plasmastore.arrow;

import com.google.flatbuffers.FlatBufferBuilder;
import java.util.ArrayList;
import java.util.List;
import org.apache.arrow.flatbuf.Buffer;
import org.apache.arrow.flatbuf.FieldNode;
import org.apache.arrow.flatbuf.RecordBatch;
import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.memory.util.MemoryUtil;
import org.apache.arrow.vector.BitVectorHelper;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.jspecify.annotations.Nullable;

/**
 * The record batch that is to be written for some vectors: its field nodes, and for each buffer
 * where its bytes are now and where in the body they go. Making a plan copies nothing and reads no
 * values, except the validity bitmaps to count the nulls.
 *
 * <p>Of each vector exactly what its values need is planned, whatever the capacity of its buffers.
 * A plan refers to the buffers of the vectors; who keeps it longer than the vectors {@linkplain
 * #retain() retains} them.
 */
final class BatchPlan {
  /** The counts of a vector. */
  private record Node(int valueCount, int nullCount) {}

  /**
   * A buffer of the body.
   *
   * @param source where its bytes are, from the first; null for zeros
   * @param offset of its first byte in the body
   * @param size in bytes, without the padding
   */
  private record BodyBuffer(@Nullable ArrowBuf source, long offset, long size) {
    long address() {
      return source == null ? 0 : source.memoryAddress();
    }
  }

  private final int rowCount;
  private final List<Node> nodes = new ArrayList<>();
  private final List<BodyBuffer> buffers = new ArrayList<>();
  private long bodySize;

  private BatchPlan(int rowCount) {
    this.rowCount = rowCount;
  }

  /**
   * Plans the batch of a root.
   *
   * @throws IllegalArgumentException if the vectors and the row count do not fit together
   */
  static BatchPlan of(VectorSchemaRoot root, List<ColumnLayout> columns) {
    BatchPlan plan = new BatchPlan(root.getRowCount());
    for (int i = 0; i < columns.size(); i++) {
      plan.addColumn(root.getVector(i), columns.get(i));
    }
    return plan;
  }

  /**
   * Plans the batch that holds the values of a dictionary.
   *
   * @throws IllegalArgumentException if the vector and those below it do not fit together
   */
  static BatchPlan of(FieldVector dictionary, ColumnLayout layout) {
    BatchPlan plan = new BatchPlan(dictionary.getValueCount());
    plan.addColumn(dictionary, layout);
    return plan;
  }

  int rowCount() {
    return rowCount;
  }

  /** Size of the body in bytes, a multiple of the alignment. */
  long bodySize() {
    return bodySize;
  }

  /** Keeps the memory of the buffers until {@link #release()}, whatever becomes of the vectors. */
  void retain() {
    for (BodyBuffer buffer : buffers) {
      if (buffer.source() != null) {
        buffer.source().getReferenceManager().retain();
      }
    }
  }

  /** Undoes one {@link #retain()}. */
  void release() {
    for (BodyBuffer buffer : buffers) {
      if (buffer.source() != null) {
        buffer.source().getReferenceManager().release();
      }
    }
  }

  /**
   * Whether another plan has the same counts and the same memory. While one of the two retains its
   * memory, that means that the vectors have not been loaded anew in between.
   */
  boolean isOfSameMemory(BatchPlan other) {
    if (!nodes.equals(other.nodes) || buffers.size() != other.buffers.size()) {
      return false;
    }
    for (int i = 0; i < buffers.size(); i++) {
      BodyBuffer one = buffers.get(i);
      BodyBuffer two = other.buffers.get(i);
      if (one.address() != two.address() || one.size() != two.size()) {
        return false;
      }
    }
    return true;
  }

  /** Adds the RecordBatch table to a message. */
  int writeTable(FlatBufferBuilder builder) {
    RecordBatch.startNodesVector(builder, nodes.size());
    // FlatBuffers are built from the end.
    for (Node node : nodes.reversed()) {
      FieldNode.createFieldNode(builder, node.valueCount(), node.nullCount());
    }
    int nodesOffset = builder.endVector();
    RecordBatch.startBuffersVector(builder, buffers.size());
    for (BodyBuffer buffer : buffers.reversed()) {
      Buffer.createBuffer(builder, buffer.offset(), buffer.size());
    }
    int buffersOffset = builder.endVector();
    RecordBatch.startRecordBatch(builder);
    RecordBatch.addLength(builder, rowCount);
    RecordBatch.addNodes(builder, nodesOffset);
    RecordBatch.addBuffers(builder, buffersOffset);
    return RecordBatch.endRecordBatch(builder);
  }

  /** Copies each buffer to its place, and zeros to the padding behind it. */
  void writeBody(StreamTarget target, long bodyOffset) {
    for (BodyBuffer buffer : buffers) {
      long start = bodyOffset + buffer.offset();
      long end = start + buffer.size();
      if (buffer.source() == null) {
        target.zero(start, end);
      } else {
        target.copy(buffer.source(), start, buffer.size());
      }
      target.zero(end, StreamLayout.align(end));
    }
  }

  private void addColumn(FieldVector vector, ColumnLayout layout) {
    if (vector.getValueCount() != rowCount) {
      throw new IllegalArgumentException(
          "a vector has another number of values than there are rows: field="
              + layout.field().getName()
              + " values="
              + vector.getValueCount()
              + " rows="
              + rowCount);
    }
    add(vector, layout);
  }

  private void add(FieldVector vector, ColumnLayout layout) {
    int valueCount = vector.getValueCount();
    if (valueCount == 0) {
      addEmpty(layout);
    } else {
      addFilled(vector, layout, valueCount);
    }
    List<FieldVector> children = vector.getChildrenFromFields();
    if (children.size() != layout.children().size()) {
      throw new IllegalArgumentException(
          "a vector has other children than its field: field=" + layout.field());
    }
    long wanted = childValues(vector, layout, valueCount);
    for (int i = 0; i < children.size(); i++) {
      if (children.get(i).getValueCount() < wanted) {
        throw new IllegalArgumentException(
            "a child vector has fewer values than the one above refers to: field="
                + layout.field().getName()
                + " values="
                + children.get(i).getValueCount()
                + " wanted="
                + wanted);
      }
      add(children.get(i), layout.children().get(i));
    }
  }

  /**
   * A vector without values, which may never have been allocated. Its buffers are empty; offsets,
   * of which there is one more than values, are a single zero, as readers in other languages rely
   * on.
   */
  private void addEmpty(ColumnLayout layout) {
    nodes.add(new Node(0, 0));
    boolean offsets =
        layout.kind() == ColumnLayout.Kind.VARIABLE || layout.kind() == ColumnLayout.Kind.LIST;
    for (int i = 0; i < layout.kind().bufferCount(); i++) {
      addBuffer(null, offsets && i == 1 ? layout.width() : 0);
    }
  }

  private void addFilled(FieldVector vector, ColumnLayout layout, int valueCount) {
    // This is how arrow-java itself unloads a vector: holes in the offsets are filled, and each
    // buffer's writer index is set to the end of what the values need.
    List<ArrowBuf> sources = vector.getFieldBuffers();
    if (sources.size() != layout.kind().bufferCount()) {
      throw new IllegalArgumentException(
          "a vector has other buffers than its type: field="
              + layout.field()
              + " found="
              + sources.size()
              + " wanted="
              + layout.kind().bufferCount());
    }
    if (layout.kind() == ColumnLayout.Kind.NULL) {
      nodes.add(new Node(valueCount, valueCount));
      return;
    }
    ArrowBuf validity = sources.getFirst();
    if (validity.capacity() == 0) {
      // Nothing is null where there is no bitmap.
      nodes.add(new Node(valueCount, 0));
      addBuffer(null, 0);
    } else {
      addSource(validity, layout, valueCount);
      nodes.add(new Node(valueCount, nullCount(validity, valueCount)));
    }
    for (ArrowBuf source : sources.subList(1, sources.size())) {
      addSource(source, layout, valueCount);
    }
  }

  private void addSource(ArrowBuf source, ColumnLayout layout, int valueCount) {
    long size = source.writerIndex();
    if (size < 0 || size > source.capacity()) {
      throw new IllegalArgumentException(
          "a vector's buffer does not fit its values: field="
              + layout.field().getName()
              + " values="
              + valueCount
              + " wanted="
              + size
              + " capacity="
              + source.capacity());
    }
    addBuffer(source, size);
  }

  private void addBuffer(@Nullable ArrowBuf source, long size) {
    buffers.add(new BodyBuffer(source, bodySize, size));
    bodySize += StreamLayout.align(size);
  }

  /**
   * Counts the zeros of a bitmap. A vector's own count checks the bounds of each word, which takes
   * several times as long and shows in a put of millions of rows.
   */
  private static int nullCount(ArrowBuf validity, int valueCount) {
    long wordCount = valueCount / Long.SIZE;
    long address = validity.memoryAddress();
    long ones = 0;
    for (long i = 0; i < wordCount; i++) {
      ones += Long.bitCount(MemoryUtil.getLong(address + i * Long.BYTES));
    }
    int counted = (int) wordCount * Long.SIZE;
    for (int i = counted; i < valueCount; i++) {
      ones += BitVectorHelper.get(validity, i);
    }
    return (int) (valueCount - ones);
  }

  /** How many values each child must have at least. */
  private static long childValues(FieldVector vector, ColumnLayout layout, int valueCount) {
    return switch (layout.kind()) {
      case STRUCT -> valueCount;
      case FIXED_SIZE_LIST -> (long) valueCount * layout.width();
      case LIST -> valueCount == 0 ? 0 : layout.lastOffset(vector.getOffsetBuffer(), valueCount);
      case NULL, FIXED, VARIABLE -> 0;
    };
  }
}
