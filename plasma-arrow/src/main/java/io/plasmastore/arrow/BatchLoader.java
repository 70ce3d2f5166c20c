package io.plasmastore.arrow;

import java.util.ArrayList;
import java.util.List;
import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.ipc.message.ArrowFieldNode;
import org.jspecify.annotations.Nullable;

/**
 * Gives vectors the buffers of a batch: slices of the object, nothing copied, no value looked at.
 * The vectors hold the object from then on, whatever becomes of the buffer that they were sliced
 * from. Only the buffers of compressed batches are copies, in memory of the allocator.
 */
final class BatchLoader implements AutoCloseable {
  private final ArrowBuf object;
  private final BatchBuffers buffers;
  private final @Nullable CompressedBody compressed;
  private final @Nullable ArrowBuf decompressed;
  private int node;
  private int buffer;
  private int view;

  private BatchLoader(ArrowBuf object, BatchBuffers buffers, BufferAllocator allocator) {
    this.object = object;
    this.buffers = buffers;
    this.compressed = buffers.compressed();
    this.decompressed = compressed == null ? null : compressed.decompress(allocator);
  }

  /**
   * A new root over a batch.
   *
   * @param object all bytes of the object
   * @throws InvalidArrowDataException if the batch's metadata does not fit to its body or the
   *     schema, or it can't be decompressed
   * @throws UnsupportedOperationException if a part of the batch is not supported
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
    List<FieldVector> vectors = new ArrayList<>(columns.size());
    try (BatchLoader loader = new BatchLoader(object, buffers, allocator)) {
      for (int i = 0; i < columns.size(); i++) {
        ColumnLayout column = columns.get(i);
        FieldVector vector = NewVectors.of(column, allocator);
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
      BatchBuffers buffers,
      BufferAllocator allocator) {
    try (BatchLoader loader = new BatchLoader(object, buffers, allocator)) {
      for (int i = 0; i < columns.size(); i++) {
        loader.load(vectors.get(i), columns.get(i));
      }
    }
  }

  /** Leaves what was decompressed to the vectors. */
  @Override
  public void close() {
    if (decompressed != null) {
      decompressed.close();
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
    if (buffers.hasOldValidity(layout.kind())) {
      buffer++;
    }
    return switch (layout.kind()) {
      case NULL, RUN_END_ENCODED -> List.of();
      case FIXED -> List.of(validity(valueCount), next());
      case VARIABLE -> List.of(validity(valueCount), offsets(layout), next());
      case VIEW -> views(valueCount);
      case LIST -> List.of(validity(valueCount), offsets(layout));
      case LIST_VIEW -> List.of(validity(valueCount), next(), next());
      case FIXED_SIZE_LIST, STRUCT -> List.of(validity(valueCount));
      case SPARSE_UNION -> List.of(next());
      case DENSE_UNION -> List.of(next(), next());
    };
  }

  private List<ArrowBuf> views(int valueCount) {
    int variadicCount = buffers.variadicCount(view++);
    List<ArrowBuf> slices = new ArrayList<>(2 + variadicCount);
    slices.add(validity(valueCount));
    slices.add(next());
    for (int i = 0; i < variadicCount; i++) {
      slices.add(next());
    }
    return slices;
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
    int current = buffer++;
    long size = buffers.size(current);
    return decompressed != null && compressed != null && compressed.isCompressed(current)
        ? decompressed.slice(compressed.place(current), size)
        : object.slice(buffers.offset(current), size);
  }
}
