package io.plasmastore.arrow;

import java.util.ArrayList;
import java.util.List;
import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.ipc.message.ArrowFieldNode;
import org.jspecify.annotations.Nullable;

/**
 * Gives vectors the buffers of a batch, or of some of its rows: slices of the object, nothing
 * copied, no value looked at. The vectors hold the object from then on, whatever becomes of the
 * buffer that they were sliced from.
 *
 * <p>In memory of the allocator are only the buffers of compressed batches, and where the rows
 * start in the middle of a byte the bits of validity bitmaps and of flags, since a vector's bits
 * start with a byte; and the ends of runs, which count from the first row.
 */
final class BatchLoader implements AutoCloseable {
  private final BatchHold hold;
  private final BatchBuffers buffers;
  private final BufferAllocator allocator;
  private final @Nullable CompressedBody compressed;
  private final @Nullable ArrowBuf decompressed;
  // No vector keeps the list that it is given.
  private final List<ArrowBuf> given = new ArrayList<>(3);
  private final List<ArrowBuf> copies = new ArrayList<>(0);
  private int node;
  private int buffer;
  private int view;

  /**
   * Decompresses what is compressed, and nothing else yet.
   *
   * @param object all bytes of the object
   * @param buffers of the batch in it
   * @param allocator that the vectors have
   */
  BatchLoader(ArrowBuf object, BatchBuffers buffers, BufferAllocator allocator) {
    this.buffers = buffers;
    this.allocator = allocator;
    this.compressed = buffers.compressed();
    this.decompressed = compressed == null ? null : compressed.decompress(allocator);
    this.hold = new BatchHold(object, allocator);
  }

  /** New vectors over a whole batch of a dictionary's values or of rows. */
  static List<FieldVector> newVectors(
      BatchShape shape,
      StreamIndex.BatchPosition position,
      ArrowBuf object,
      BatchBuffers buffers,
      BufferAllocator allocator) {
    try (BatchLoader loader = new BatchLoader(object, buffers, allocator)) {
      return loader.newVectors(shape.columns(), 0, position.rowCount());
    }
  }

  /** New vectors over some rows of the columns that the buffers are of. */
  List<FieldVector> newVectors(List<ColumnLayout> columns, int from, int rowCount) {
    List<FieldVector> vectors = new ArrayList<>(columns.size());
    try {
      for (int i = 0; i < columns.size(); i++) {
        ColumnLayout column = columns.get(i);
        FieldVector vector = NewVectors.of(column, allocator);
        vectors.add(vector);
        load(vector, column, from, rowCount);
      }
      return vectors;
    } catch (Throwable e) {
      vectors.forEach(FieldVector::close);
      throw e;
    }
  }

  /** Loads all rows into vectors that exist; what they held is released. */
  void load(List<FieldVector> vectors, List<ColumnLayout> columns, int rowCount) {
    for (int i = 0; i < columns.size(); i++) {
      load(vectors.get(i), columns.get(i), 0, rowCount);
    }
  }

  /** Counts the buffers that the vectors have of the object. */
  BatchHold hold() {
    return hold;
  }

  /** Leaves what was decompressed or copied, and the object, to the vectors. */
  @Override
  public void close() {
    hold.loaded();
    if (decompressed != null) {
      decompressed.close();
    }
    copies.forEach(ArrowBuf::close);
  }

  private void load(FieldVector vector, ColumnLayout layout, int from, int length) {
    int nullCount = buffers.nullCount(node);
    node++;
    if (buffers.hasOldValidity(layout.kind())) {
      buffer++;
    }
    given.clear();
    if (layout.kind().hasValidity()) {
      given.add(validity(from, length, nullCount));
    }
    slice(layout, from, length);
    vector.loadFieldBuffers(new ArrowFieldNode(length, length == 0 ? 0 : nullCount), given);
    children(vector, layout, from, length);
  }

  /** Takes the buffers behind the validity bitmap. */
  private void slice(ColumnLayout layout, int from, int length) {
    switch (layout.kind()) {
      case NULL, RUN_END_ENCODED, FIXED_SIZE_LIST, STRUCT -> {}
      case FIXED -> given.add(values(layout, from, length));
      case VARIABLE -> {
        given.add(offsets(layout, from, length));
        given.add(next());
      }
      case VIEW -> {
        given.add(values(layout, from, length));
        for (int i = buffers.variadicCount(view++); i > 0; i--) {
          given.add(next());
        }
      }
      case LIST -> given.add(offsets(layout, from, length));
      case LIST_VIEW -> {
        given.add(entries(layout, from, length));
        given.add(entries(layout, from, length));
      }
      case SPARSE_UNION -> given.add(next(from, length));
      case DENSE_UNION -> {
        given.add(next(from, length));
        given.add(entries(layout, from, length));
      }
    }
  }

  private void children(FieldVector vector, ColumnLayout layout, int from, int length) {
    List<ColumnLayout> layouts = layout.children();
    if (layouts.isEmpty()) {
      return;
    }
    List<FieldVector> children = vector.getChildrenFromFields();
    if (layout.kind() == ColumnLayout.Kind.RUN_END_ENCODED) {
      runs(children, layouts, from, length);
      return;
    }
    for (int i = 0; i < layouts.size(); i++) {
      switch (layout.kind()) {
        case STRUCT, SPARSE_UNION -> load(children.get(i), layouts.get(i), from, length);
        case FIXED_SIZE_LIST ->
            load(children.get(i), layouts.get(i), from * layout.width(), length * layout.width());
        // What refers to these does so from their start.
        default -> load(children.get(i), layouts.get(i), 0, buffers.valueCount(node));
      }
    }
  }

  private void runs(List<FieldVector> children, List<ColumnLayout> layouts, int from, int length) {
    ColumnLayout layout = layouts.getFirst();
    int count = buffers.valueCount(node);
    int values = buffers.valueCount(node - 1);
    if (from == 0 && length == values) {
      load(children.get(0), layout, 0, count);
      load(children.get(1), layouts.get(1), 0, buffers.valueCount(node));
      return;
    }
    node++;
    buffer++;
    RunEnds ends = new RunEnds(next(), layout.width() / Byte.SIZE, count);
    int first = length == 0 ? 0 : ends.runOf(from);
    int runCount = length == 0 ? 0 : ends.runOf(from + length - 1) + 1 - first;
    ArrowBuf moved = own(allocator.buffer(layout.valuesSize(runCount)));
    ends.move(first, runCount, from, length, moved, 0);
    given.clear();
    given.add(ConstantMemory.ones(runCount));
    given.add(moved);
    children.get(0).loadFieldBuffers(new ArrowFieldNode(runCount, 0), given);
    load(children.get(1), layouts.get(1), first, runCount);
  }

  private ArrowBuf validity(int from, int length, int nullCount) {
    boolean unaligned = from % Byte.SIZE != 0;
    if (length > 0 && (buffers.size(buffer) == 0 || (unaligned && nullCount == 0))) {
      buffer++;
      return ConstantMemory.ones(length);
    }
    return bits(from, length);
  }

  private ArrowBuf values(ColumnLayout layout, int from, int length) {
    return layout.width() == 1
        ? bits(from, length)
        : next(layout.valuesSize(from), layout.valuesSize(length));
  }

  private ArrowBuf bits(int from, int length) {
    long size = ColumnLayout.validitySize(length);
    if (from % Byte.SIZE == 0) {
      return next(from / Byte.SIZE, size);
    }
    ArrowBuf copy = own(allocator.buffer(size));
    Bits.copy(next(), from, copy, 0, length);
    return copy;
  }

  private ArrowBuf offsets(ColumnLayout layout, int from, int length) {
    if (buffers.size(buffer) == 0) {
      buffer++;
      return ConstantMemory.zeros(layout.width());
    }
    return next(layout.entriesSize(from), layout.offsetsSize(length));
  }

  private ArrowBuf entries(ColumnLayout layout, int from, int length) {
    return next(layout.entriesSize(from), layout.entriesSize(length));
  }

  private ArrowBuf next() {
    return next(0, buffers.size(buffer));
  }

  /** A part of the next buffer. */
  private ArrowBuf next(long start, long size) {
    int current = buffer++;
    return decompressed != null && compressed != null && compressed.isCompressed(current)
        ? decompressed.slice(compressed.place(current) + start, size)
        : hold.slice(buffers.offset(current) + start, size);
  }

  /** Memory that is the vectors' alone once this is closed. */
  private ArrowBuf own(ArrowBuf copy) {
    copies.add(copy);
    copy.writerIndex(copy.capacity());
    return copy;
  }
}
