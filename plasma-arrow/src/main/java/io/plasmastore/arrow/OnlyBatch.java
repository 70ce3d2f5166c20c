package io.plasmastore.arrow;

import io.plasmastore.ObjectId;
import java.lang.foreign.MemorySegment;
import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.jspecify.annotations.Nullable;

/** Dataframes of one batch, or of none, which are read without an {@link ArrowObject}. */
final class OnlyBatch {
  private OnlyBatch() {}

  /**
   * A root over the one batch of an object's bytes; {@code release} is called when nothing refers
   * to them any more, also when this fails.
   *
   * @throws IllegalStateException if the object has several batches
   */
  static VectorSchemaRoot get(
      ObjectId id,
      MemorySegment data,
      @Nullable Columns columns,
      BufferAllocator allocator,
      SchemaCache schemas,
      Runnable release) {
    try {
      StreamIndex index = StreamIndex.ofObject(data, schemas);
      StreamSchema schema = schemas.select(index.schema(), columns);
      StreamIndex.BatchPosition batch = position(id, index);
      try (ArrowBuf object = PinnedAllocation.wrap(id, data, allocator, release)) {
        return batch == null
            ? LoadedRoot.empty(schema, columns, allocator)
            : LoadedRoot.of(index, schema, columns, batch, object, allocator, 0, batch.rowCount());
      }
    } catch (Throwable e) {
      release.run();
      throw e;
    }
  }

  /**
   * Loads the one batch of an object's bytes into a root; {@code release} is called when nothing
   * refers to them any more, also when this fails.
   *
   * @throws IllegalStateException if the object has several batches
   * @throws IllegalArgumentException if the object has other columns
   */
  static void load(
      ObjectId id, MemorySegment data, LoadedRoot root, SchemaCache schemas, Runnable release) {
    try {
      StreamIndex index = StreamIndex.ofObject(data, schemas);
      StreamSchema schema = root.schemaIn(index.schema(), schemas);
      StreamIndex.BatchPosition batch = position(id, index);
      try (ArrowBuf object = PinnedAllocation.wrap(id, data, root.allocator(), release)) {
        if (batch == null) {
          root.clear();
        } else {
          root.load(index, schema, batch, object);
        }
      }
    } catch (Throwable e) {
      release.run();
      throw e;
    }
  }

  private static StreamIndex.@Nullable BatchPosition position(ObjectId id, StreamIndex index) {
    int batches = index.batches().size();
    if (batches > 1) {
      throw new IllegalStateException(
          "the object has several batches, open it instead: id=" + id + " batches=" + batches);
    }
    return batches == 0 ? null : index.batches().getFirst();
  }
}
