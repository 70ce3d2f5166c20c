package io.plasmastore.arrow;

import java.util.AbstractList;
import java.util.List;
import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.jspecify.annotations.Nullable;

/**
 * A root over batches of an object, which can be loaded with one after the other. {@link
 * VectorSchemaRoot#setRowCount} goes through all vectors and makes them as long as they seem to be:
 * it reads offsets, and where these say more than there is, it allocates; the children of a dense
 * union it counts anew, and wrongly where two values are one. Vectors that were loaded have their
 * counts already, so here the count of the rows alone is set.
 */
final class LoadedRoot extends VectorSchemaRoot {
  private final Vectors vectors;
  private final StreamSchema schema;
  private final @Nullable Columns columns;
  private final BufferAllocator allocator;
  private @Nullable BatchHold hold;

  private LoadedRoot(
      StreamSchema schema,
      @Nullable Columns columns,
      BufferAllocator allocator,
      Vectors vectors,
      int rowCount) {
    super(schema.schema(), vectors, rowCount);
    this.vectors = vectors;
    this.schema = schema;
    this.columns = columns;
    this.allocator = allocator;
  }

  /**
   * A root without rows.
   *
   * @param columns that the schema was made by, or null if it has them all
   */
  static LoadedRoot empty(
      StreamSchema schema, @Nullable Columns columns, BufferAllocator allocator) {
    List<FieldVector> empty = NewVectors.of(schema.columns().columns(), allocator);
    return new LoadedRoot(schema, columns, allocator, new Vectors(empty), 0);
  }

  /**
   * A root over rows of a batch.
   *
   * @param columns that the schema was made by, or null if it has them all
   * @param object all bytes of the object
   * @param from the first row
   * @param rowCount how many, which the batch has
   * @throws InvalidArrowDataException if the batch's metadata does not fit to its body or the
   *     schema, or it can't be decompressed
   * @throws UnsupportedOperationException if a part of the batch is not supported
   */
  static LoadedRoot of(
      StreamIndex index,
      StreamSchema schema,
      @Nullable Columns columns,
      StreamIndex.BatchPosition position,
      ArrowBuf object,
      BufferAllocator allocator,
      int from,
      int rowCount) {
    BatchShape shape = schema.columns();
    BatchBuffers buffers = index.buffers(position, shape);
    try (BatchLoader loader = new BatchLoader(object, buffers, allocator)) {
      List<FieldVector> vectors = loader.newVectors(shape.columns(), from, rowCount);
      LoadedRoot root = new LoadedRoot(schema, columns, allocator, new Vectors(vectors), rowCount);
      root.hold = loader.hold();
      return root;
    }
  }

  /**
   * A root that can be loaded again.
   *
   * @throws IllegalArgumentException if it is another one
   */
  static LoadedRoot require(VectorSchemaRoot root) {
    if (root instanceof LoadedRoot loaded) {
      return loaded;
    }
    throw new IllegalArgumentException(
        "only a root that was got from a store can be loaded again: schema=" + root.getSchema());
  }

  /** Counts what is loaded. */
  BufferAllocator allocator() {
    return allocator;
  }

  /**
   * What of an object fits into this root.
   *
   * @param whole the schema of the object
   * @throws IllegalArgumentException if the object has other columns
   */
  @SuppressWarnings("ReferenceEquality") // the same one has the same fields; others may, too
  StreamSchema schemaIn(StreamSchema whole, SchemaCache schemas) {
    StreamSchema wanted = schemas.select(whole, columns);
    if (wanted != schema && !wanted.schema().getFields().equals(schema.schema().getFields())) {
      throw new IllegalArgumentException(
          "the object has other columns than the root: root=%s object=%s"
              .formatted(schema.schema().getFields(), wanted.schema().getFields()));
    }
    return wanted;
  }

  /**
   * Loads a batch in the place of what was loaded. When its metadata is refused the root is as
   * before, and when anything else fails it is empty.
   *
   * @param fitting the schema of the batch, with this root's columns
   * @param object all bytes of the object
   * @throws InvalidArrowDataException as {@link #of}
   * @throws UnsupportedOperationException as {@link #of}
   */
  void load(
      StreamIndex index,
      StreamSchema fitting,
      StreamIndex.BatchPosition position,
      ArrowBuf object) {
    BatchShape shape = fitting.columns();
    BatchBuffers buffers = index.buffers(position, shape);
    BatchHold before = hold;
    try (BatchLoader loader = new BatchLoader(object, buffers, allocator)) {
      hold = loader.hold();
      if (before != null) {
        before.leave();
      }
      loader.load(vectors.vectors, shape.columns(), position.rowCount());
    } catch (Throwable e) {
      clear();
      throw e;
    } finally {
      if (before != null) {
        before.loaded();
      }
    }
    loaded(position.rowCount());
  }

  /** Says how many values each vector was loaded with. */
  private void loaded(int rowCount) {
    vectors.hidden = true;
    try {
      setRowCount(rowCount);
    } finally {
      vectors.hidden = false;
    }
  }

  /** The vectors, unless they are hidden from the one method that must not find them. */
  private static final class Vectors extends AbstractList<FieldVector> {
    private final List<FieldVector> vectors;
    private boolean hidden;

    Vectors(List<FieldVector> vectors) {
      this.vectors = vectors;
    }

    @Override
    public FieldVector get(int index) {
      return vectors.get(index);
    }

    @Override
    public int size() {
      return hidden ? 0 : vectors.size();
    }
  }
}
