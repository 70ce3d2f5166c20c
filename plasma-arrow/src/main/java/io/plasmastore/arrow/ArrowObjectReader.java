package io.plasmastore.arrow;

import java.util.Map;
import java.util.Set;
import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.memory.BufferAllocator;
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
  private final StreamSchema schema;
  private final ArrowBuf object;
  private final LoadedRoot root;
  private final ObjectDictionaries loaded;
  private int next;
  private boolean closed;

  /** Takes over the buffer, unless it throws. */
  ArrowObjectReader(
      StreamIndex index,
      StreamSchema schema,
      @Nullable Columns columns,
      ArrowBuf object,
      BufferAllocator allocator) {
    super(allocator);
    this.index = index;
    this.schema = schema;
    this.object = object;
    this.root = LoadedRoot.empty(schema, columns, allocator);
    this.loaded = new ObjectDictionaries(index, schema, object, allocator);
    try {
      loaded.all(0);
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
    return loaded.all(current());
  }

  @Override
  public @Nullable Dictionary lookup(long id) {
    return loaded.lookup(id, current());
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
      root.load(index, schema, index.batches().get(next), object);
      if (index.dictionaries().isAnyReplaced()) {
        loaded.all(next);
      }
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

  /** Number of the batch that is loaded, or of the first. */
  private int current() {
    return Math.max(0, next - 1);
  }

  private void closeVectors() {
    try (root;
        loaded) {
      // Both, whatever one of them throws.
    }
  }
}
