package io.plasmastore.arrow;

import com.google.flatbuffers.FlatBufferBuilder;
import java.util.ArrayList;
import java.util.List;
import org.apache.arrow.flatbuf.Buffer;
import org.apache.arrow.flatbuf.FieldNode;
import org.apache.arrow.flatbuf.RecordBatch;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.ipc.message.ArrowFieldNode;

/**
 * The record batch that is to be written for some vectors: its field nodes, and for each buffer
 * where its bytes are now and where in the body they go. See {@link BatchPlanner} for how it is
 * made.
 *
 * <p>Of each vector exactly what its values need is planned, whatever the capacity of its buffers.
 * A plan refers to the buffers of the vectors; who keeps it longer than the vectors {@linkplain
 * #retain() retains} them.
 */
final class BatchPlan {
  /** The counts of a vector. */
  private record Node(int valueCount, int nullCount) {}

  /** A buffer and where it starts in the body. */
  record PlacedBuffer(BodyBuffer bytes, long offset) {}

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
    return of(root, columns, false);
  }

  /** The same; the bitmaps of columns that may not have nulls are not read. */
  static BatchPlan trusting(VectorSchemaRoot root, List<ColumnLayout> columns) {
    return of(root, columns, true);
  }

  private static BatchPlan of(VectorSchemaRoot root, List<ColumnLayout> columns, boolean trusting) {
    BatchPlan plan = new BatchPlan(root.getRowCount());
    for (int i = 0; i < columns.size(); i++) {
      new BatchPlanner(plan, trusting).addColumn(root.getVector(i), columns.get(i));
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
    new BatchPlanner(plan, false).addColumn(dictionary, layout);
    return plan;
  }

  /** The same batch with its buffers at other places of a body. */
  BatchPlan placed(List<PlacedBuffer> places, long size) {
    BatchPlan placed = new BatchPlan(rowCount);
    placed.nodes.addAll(nodes);
    placed.buffers.addAll(places);
    placed.variadicCounts.addAll(variadicCounts);
    placed.bodySize = size;
    return placed;
  }

  /**
   * Plans a batch whose values are written where they are to lie: columns of fixed width and of
   * bytes alone.
   *
   * @param rooms for each column of bytes how much room they have; of no use for others
   * @param dataSizes for each column of bytes the size of them all, no more than the room; what the
   *     last one leaves is behind the body
   * @param nullCounts for each column
   */
  static BatchPlan inPlace(
      List<ColumnLayout> columns, int rowCount, long[] rooms, long[] dataSizes, int[] nullCounts) {
    BatchPlan plan = new BatchPlan(rowCount);
    for (int i = 0; i < columns.size(); i++) {
      ColumnLayout column = columns.get(i);
      plan.nodes.add(new Node(rowCount, nullCounts[i]));
      plan.addBuffer(new BodyBuffer.InPlace(ColumnLayout.validitySize(rowCount)));
      if (column.kind() == ColumnLayout.Kind.VARIABLE) {
        plan.addBuffer(new BodyBuffer.InPlace(column.offsetsSize(rowCount)));
        plan.addBuffer(new BodyBuffer.InPlace(dataSizes[i]));
        if (i < columns.size() - 1) {
          plan.bodySize += StreamLayout.align(rooms[i]) - StreamLayout.align(dataSizes[i]);
        }
      } else {
        plan.addBuffer(new BodyBuffer.InPlace(column.valuesSize(rowCount)));
      }
    }
    return plan;
  }

  /**
   * The same batch with more room behind its buffers, which nobody looks at.
   *
   * @param size of the body, a multiple of the alignment
   */
  BatchPlan padded(long size) {
    return placed(buffers, size);
  }

  int rowCount() {
    return rowCount;
  }

  /** All buffers, in the order of the format. */
  List<PlacedBuffer> buffers() {
    return buffers;
  }

  /** Size of the body in bytes, a multiple of the alignment. */
  long bodySize() {
    return bodySize;
  }

  /** The counts of a column or of one below it, in the order of the format. */
  ArrowFieldNode counts(int node) {
    return new ArrowFieldNode(nodes.get(node).valueCount(), nodes.get(node).nullCount());
  }

  /** How many columns there are, with those below them. */
  int nodeCount() {
    return nodes.size();
  }

  /** How many values a column has, or one below it, in the order of the format. */
  int valueCount(int node) {
    return nodes.get(node).valueCount();
  }

  /** How many of them are null. */
  int nullCount(int node) {
    return nodes.get(node).nullCount();
  }

  /** Buffers of a column of views beside its views, counted through all such columns. */
  int variadicCount(int view) {
    return variadicCounts.get(view);
  }

  /** One of the buffers, in the order of the format. */
  BodyBuffer buffer(int index) {
    return buffers.get(index).bytes();
  }

  /** Where a buffer starts in the body. */
  long bufferOffset(int index) {
    return buffers.get(index).offset();
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

  /** All that its metadata say, in numbers: who has the same has the same metadata. */
  long[] numbers() {
    long[] numbers = new long[4 + 2 * nodes.size() + 2 * buffers.size() + variadicCounts.size()];
    int next = 0;
    numbers[next++] = rowCount;
    numbers[next++] = bodySize;
    numbers[next++] = nodes.size();
    numbers[next++] = buffers.size();
    for (int i = 0; i < nodes.size(); i++) {
      numbers[next++] = nodes.get(i).valueCount();
      numbers[next++] = nodes.get(i).nullCount();
    }
    for (int i = 0; i < buffers.size(); i++) {
      numbers[next++] = buffers.get(i).offset();
      numbers[next++] = buffers.get(i).bytes().size();
    }
    for (int i = 0; i < variadicCounts.size(); i++) {
      numbers[next++] = variadicCounts.get(i);
    }
    return numbers;
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
      if (!(buffer.bytes() instanceof BodyBuffer.InPlace)) {
        target.zero(end, StreamLayout.align(end));
      }
    }
  }

  /** Adds the counts of the next column, or of one below it. */
  void addNode(int valueCount, int nullCount) {
    nodes.add(new Node(valueCount, nullCount));
  }

  /** Adds a buffer behind those that there are. */
  void addBuffer(BodyBuffer bytes) {
    buffers.add(new PlacedBuffer(bytes, bodySize));
    bodySize += StreamLayout.align(bytes.size());
  }

  /** Adds the number of buffers that a column of views has beside its views. */
  void addVariadicCount(int count) {
    variadicCounts.add(count);
  }
}
