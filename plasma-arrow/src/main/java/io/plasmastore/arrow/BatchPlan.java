package io.plasmastore.arrow;

import com.google.flatbuffers.FlatBufferBuilder;
import java.util.ArrayList;
import java.util.List;
import org.apache.arrow.flatbuf.Buffer;
import org.apache.arrow.flatbuf.FieldNode;
import org.apache.arrow.flatbuf.RecordBatch;
import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.memory.util.MemoryUtil;
import org.apache.arrow.vector.BaseIntVector;
import org.apache.arrow.vector.BitVectorHelper;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.VectorSchemaRoot;

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

  /** A buffer and where it starts in the body. */
  private record PlacedBuffer(BodyBuffer bytes, long offset) {}

  private final int rowCount;
  private final List<Node> nodes = new ArrayList<>();
  private final List<PlacedBuffer> buffers = new ArrayList<>();
  private final List<Integer> variadicCounts = new ArrayList<>();
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

  /** One of the buffers, in the order of the format. */
  BodyBuffer buffer(int index) {
    return buffers.get(index).bytes();
  }

  /** Keeps the memory of the buffers until {@link #release()}, whatever becomes of the vectors. */
  void retain() {
    buffers.forEach(buffer -> buffer.bytes().retain());
  }

  /** Undoes one {@link #retain()}. */
  void release() {
    buffers.forEach(buffer -> buffer.bytes().release());
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
      BodyBuffer one = buffers.get(i).bytes();
      BodyBuffer two = other.buffers.get(i).bytes();
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
    for (PlacedBuffer buffer : buffers.reversed()) {
      Buffer.createBuffer(builder, buffer.offset(), buffer.bytes().size());
    }
    int buffersOffset = builder.endVector();
    long[] counts = variadicCounts.stream().mapToLong(Integer::longValue).toArray();
    int countsOffset =
        counts.length == 0 ? 0 : RecordBatch.createVariadicBufferCountsVector(builder, counts);
    RecordBatch.startRecordBatch(builder);
    RecordBatch.addLength(builder, rowCount);
    RecordBatch.addNodes(builder, nodesOffset);
    RecordBatch.addBuffers(builder, buffersOffset);
    if (counts.length > 0) {
      RecordBatch.addVariadicBufferCounts(builder, countsOffset);
    }
    return RecordBatch.endRecordBatch(builder);
  }

  /** Copies each buffer to its place, and zeros to the padding behind it. */
  void writeBody(StreamTarget target, long bodyOffset) {
    for (PlacedBuffer buffer : buffers) {
      long start = bodyOffset + buffer.offset();
      long end = start + buffer.bytes().size();
      buffer.bytes().writeTo(target, start);
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
      addBuffer(new BodyBuffer.Zeros(offsets && i == 1 ? layout.width() : 0));
    }
    if (layout.kind() == ColumnLayout.Kind.VIEW) {
      variadicCounts.add(0);
    }
  }

  private void addFilled(FieldVector vector, ColumnLayout layout, int valueCount) {
    // This is how arrow-java itself unloads a vector: holes in the offsets are filled, and each
    // buffer's writer index is set to the end of what the values need.
    List<ArrowBuf> sources = vector.getFieldBuffers();
    requireBuffers(layout, sources.size());
    if (layout.kind() == ColumnLayout.Kind.VIEW) {
      addViews(sources, layout, valueCount);
      return;
    }
    int first = 0;
    if (layout.kind().hasValidity()) {
      addValidity(sources.get(first++), layout, valueCount);
    } else {
      boolean isNull = layout.kind() == ColumnLayout.Kind.NULL;
      nodes.add(new Node(valueCount, isNull ? valueCount : 0));
    }
    for (ArrowBuf source : sources.subList(first, sources.size())) {
      addSource(source, source.writerIndex(), layout, valueCount);
    }
  }

  private static void requireBuffers(ColumnLayout layout, int found) {
    int wanted = layout.kind().bufferCount();
    if (layout.kind() == ColumnLayout.Kind.VIEW ? found < wanted : found != wanted) {
      throw new IllegalArgumentException(
          "a vector has other buffers than its type: field="
              + layout.field()
              + " found="
              + found
              + " wanted="
              + wanted);
    }
  }

  private void addValidity(ArrowBuf validity, ColumnLayout layout, int valueCount) {
    if (validity.capacity() == 0) {
      // Nothing is null where there is no bitmap.
      nodes.add(new Node(valueCount, 0));
      addBuffer(new BodyBuffer.Zeros(0));
    } else {
      addSource(validity, ColumnLayout.validitySize(valueCount), layout, valueCount);
      nodes.add(new Node(valueCount, nullCount(validity, valueCount)));
    }
  }

  private void addViews(List<ArrowBuf> sources, ColumnLayout layout, int valueCount) {
    ArrowBuf validity = sources.get(0);
    ArrowBuf views = sources.get(1);
    List<ArrowBuf> data = sources.subList(2, sources.size());
    addValidity(validity, layout, valueCount);
    requireCapacity(views, layout.valuesSize(valueCount), layout, valueCount);
    List<BodyBuffer> planned =
        ViewPlan.buffers(validity, views, data, valueCount, layout.field().getName());
    planned.forEach(this::addBuffer);
    variadicCounts.add(planned.size() - 1);
  }

  private void addSource(ArrowBuf source, long size, ColumnLayout layout, int valueCount) {
    requireCapacity(source, size, layout, valueCount);
    addBuffer(new BodyBuffer.Copied(source, size));
  }

  private static void requireCapacity(
      ArrowBuf source, long size, ColumnLayout layout, int valueCount) {
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
  }

  private void addBuffer(BodyBuffer bytes) {
    buffers.add(new PlacedBuffer(bytes, bodySize));
    bodySize += StreamLayout.align(bytes.size());
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
      case STRUCT, SPARSE_UNION -> valueCount;
      case FIXED_SIZE_LIST -> (long) valueCount * layout.width();
      case LIST -> valueCount == 0 ? 0 : layout.lastOffset(vector.getOffsetBuffer(), valueCount);
      case RUN_END_ENCODED -> runs(vector, layout, valueCount);
      // Where these refer to can't be told without a look at each value.
      case NULL, FIXED, VARIABLE, VIEW, LIST_VIEW, DENSE_UNION -> 0;
    };
  }

  private static long runs(FieldVector vector, ColumnLayout layout, int valueCount) {
    BaseIntVector ends = (BaseIntVector) vector.getChildrenFromFields().getFirst();
    int runs = ends.getValueCount();
    long end = runs == 0 || ends.isNull(runs - 1) ? 0 : ends.getValueAsLong(runs - 1);
    if (end < valueCount) {
      throw new IllegalArgumentException(
          "the runs end before the values do: field="
              + layout.field().getName()
              + " values="
              + valueCount
              + " end="
              + end);
    }
    return runs;
  }
}
