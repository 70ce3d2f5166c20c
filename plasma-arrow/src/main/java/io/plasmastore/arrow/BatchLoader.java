package io.plasmastore.arrow;

import java.util.ArrayList;
import java.util.List;
import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.ipc.message.ArrowFieldNode;

/**
 * Gives vectors the buffers of a batch: slices of the object, nothing copied, no value looked at.
 * The vectors hold the object from then on, whatever becomes of the buffer that they were sliced
 * from.
 */
final class BatchLoader {
  private final ArrowBuf object;
  private final BatchBuffers buffers;
  private int node;
  private int buffer;

  private BatchLoader(ArrowBuf object, BatchBuffers buffers) {
    this.object = object;
    this.buffers = buffers;
  }

  /**
   * A new root over a batch.
   *
   * @param object all bytes of the object
   * @throws InvalidArrowDataException if the batch's metadata does not fit to its body or the
   *     schema
   * @throws UnsupportedOperationException if the batch is compressed
   */
  static VectorSchemaRoot newRoot(
      StreamIndex index,
      StreamIndex.BatchPosition position,
      ArrowBuf object,
      BufferAllocator allocator) {
    StreamSchema schema = index.schema();
    BatchBuffers buffers = BatchBuffers.read(index.data(), position, schema.columns());
    List<FieldVector> vectors = newVectors(schema.columns().columns(), object, buffers, allocator);
    // Not by setRowCount, which would read the last offset of each list and string column.
    return new VectorSchemaRoot(schema.schema(), vectors, position.rowCount());
  }

  /** New vectors over the columns of a batch. */
  static List<FieldVector> newVectors(
      List<ColumnLayout> columns,
      ArrowBuf object,
      BatchBuffers buffers,
      BufferAllocator allocator) {
    BatchLoader loader = new BatchLoader(object, buffers);
    List<FieldVector> vectors = new ArrayList<>(columns.size());
    try {
      for (int i = 0; i < columns.size(); i++) {
        ColumnLayout column = columns.get(i);
        FieldVector vector = column.field().createVector(allocator);
        vectors.add(vector);
        loader.load(vector, column);
      }
      return vectors;
    } catch (Throwable e) {
      vectors.forEach(FieldVector::close);
      throw e;
    }
  }

  /** Loads a batch into vectors that exist; what they held is released. */
  static void load(
      List<FieldVector> vectors,
      List<ColumnLayout> columns,
      ArrowBuf object,
      BatchBuffers buffers) {
    BatchLoader loader = new BatchLoader(object, buffers);
    for (int i = 0; i < columns.size(); i++) {
      loader.load(vectors.get(i), columns.get(i));
    }
  }

  private void load(FieldVector vector, ColumnLayout layout) {
    int valueCount = buffers.valueCount(node);
    int nullCount = buffers.nullCount(node);
    node++;
    vector.loadFieldBuffers(new ArrowFieldNode(valueCount, nullCount), slices(layout, valueCount));
    List<ColumnLayout> children = layout.children();
    if (!children.isEmpty()) {
      List<FieldVector> vectors = vector.getChildrenFromFields();
      for (int i = 0; i < children.size(); i++) {
        load(vectors.get(i), children.get(i));
      }
    }
  }

  private List<ArrowBuf> slices(ColumnLayout layout, int valueCount) {
    return switch (layout.kind()) {
      case NULL -> List.of();
      case FIXED -> List.of(validity(valueCount), next());
      case VARIABLE -> List.of(validity(valueCount), offsets(layout), next());
      case LIST -> List.of(validity(valueCount), offsets(layout));
      case FIXED_SIZE_LIST, STRUCT -> List.of(validity(valueCount));
    };
  }

  private ArrowBuf validity(int valueCount) {
    if (buffers.size(buffer) == 0 && valueCount > 0) {
      buffer++;
      return ConstantMemory.ones(valueCount);
    }
    return next();
  }

  private ArrowBuf offsets(ColumnLayout layout) {
    if (buffers.size(buffer) == 0) {
      buffer++;
      return ConstantMemory.zeros(layout.width());
    }
    return next();
  }

  private ArrowBuf next() {
    ArrowBuf slice = object.slice(buffers.offset(buffer), buffers.size(buffer));
    buffer++;
    return slice;
  }
}
