package io.plasmastore.arrow;

import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.dictionary.Dictionary;
import org.apache.arrow.vector.ipc.ArrowReader;
import org.apache.arrow.vector.types.pojo.Schema;
import org.jspecify.annotations.Nullable;

/**
 * An object's batches, one after the other, in the shape that arrow-java's other parts ask for.
 * Root and dictionaries are loaded here and not by the superclass, whose own would be filled with
 * copies.
 */
final class ArrowObjectReader extends ArrowReader {
  private final StreamIndex index;
  private final ArrowBuf object;
  private final VectorSchemaRoot root;
  private final ObjectDictionaries loaded;
  private int next;
  private boolean closed;

  /** Takes over the buffer, unless it throws. */
  ArrowObjectReader(StreamIndex index, ArrowBuf object, BufferAllocator allocator) {
    super(allocator);
    this.index = index;
    this.object = object;
    this.root = VectorSchemaRoot.create(index.schema().schema(), allocator);
    this.loaded = new ObjectDictionaries(index, object, allocator);
    try {
      loaded.all();
    } catch (Throwable e) {
      closeVectors();
      throw e;
    }
  }

  @Override
  public VectorSchemaRoot getVectorSchemaRoot() {
    return root;
  }

  @Override
  public Map<Long, Dictionary> getDictionaryVectors() {
    return loaded.all();
  }

  @Override
  public @Nullable Dictionary lookup(long id) {
    return loaded.lookup(id);
  }

  @Override
  public Set<Long> getDictionaryIds() {
    return loaded.ids();
  }

  @Override
  public boolean loadNextBatch() {
    if (closed) {
      throw new IllegalStateException("the reader was closed: batch=" + next);
    }
    if (next == index.batches().size()) {
      root.clear();
      return false;
    }
    try {
      load(index.batches().get(next));
    } catch (Throwable e) {
      root.clear();
      throw e;
    }
    next++;
    return true;
  }

  @Override
  public long bytesRead() {
    if (next == 0) {
      return 0;
    }
    StreamIndex.BatchPosition last = index.batches().get(next - 1);
    return last.bodyOffset() + last.bodySize();
  }

  @Override
  public void close(boolean closeReadSource) {
    if (closed) {
      return;
    }
    closed = true;
    try (object) {
      closeVectors();
    }
  }

  /** Nothing: the object is held by the vectors, and given up with them. */
  @Override
  protected void closeReadSource() {}

  @Override
  protected Schema readSchema() {
    return root.getSchema();
  }

  private void load(StreamIndex.BatchPosition position) {
    StreamSchema.BatchShape shape = index.schema().columns();
    BatchBuffers buffers = BatchBuffers.read(index.data(), position, shape);
    BatchLoader.load(root.getFieldVectors(), shape.columns(), object, buffers);
    requireOffsets(root.getFieldVectors(), shape.columns());
    root.setRowCount(position.rowCount());
  }

  private void closeVectors() {
    try (root;
        loaded) {
      // Both, whatever one of them throws.
    }
  }

  /**
   * A root's row count can only be set by going through all vectors, and a list then gives its
   * child as many values as its last offset says. Where the child has fewer, arrow-java would
   * allocate the rest.
   */
  private static void requireOffsets(List<FieldVector> vectors, List<ColumnLayout> columns) {
    for (int i = 0; i < columns.size(); i++) {
      ColumnLayout layout = columns.get(i);
      FieldVector vector = vectors.get(i);
      List<FieldVector> children = vector.getChildrenFromFields();
      if (layout.kind() == ColumnLayout.Kind.LIST && vector.getValueCount() > 0) {
        long end = layout.lastOffset(vector.getOffsetBuffer(), vector.getValueCount());
        int limit = children.getFirst().getValueCount();
        if (end < 0 || end > limit) {
          throw new InvalidArrowDataException(
              "the offsets of a list end outside of its values: field="
                  + layout.field().getName()
                  + " offset="
                  + end
                  + " values="
                  + limit);
        }
      }
      requireOffsets(children, layout.children());
    }
  }
}
