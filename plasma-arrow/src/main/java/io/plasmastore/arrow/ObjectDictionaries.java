package io.plasmastore.arrow;

import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.util.AutoCloseables;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.dictionary.Dictionary;
import org.apache.arrow.vector.util.VectorAppender;
import org.jspecify.annotations.Nullable;

/**
 * The dictionaries of an object, over its memory, each loaded when it is first asked for. One that
 * the stream appends to is put together in memory of the allocator. For one thread at a time, and
 * only while the object is held.
 */
final class ObjectDictionaries implements AutoCloseable {
  /** A dictionary, from a record batch on. */
  private record Key(long id, int firstBatch) {}

  private final StreamIndex index;
  private final StreamSchema schema;
  private final ArrowBuf object;
  private final BufferAllocator allocator;
  private final Map<Key, Dictionary> loaded = new HashMap<>();

  /** Of the columns of a schema that the object has, or some of them. */
  ObjectDictionaries(
      StreamIndex index, StreamSchema schema, ArrowBuf object, BufferAllocator allocator) {
    this.index = index;
    this.schema = schema;
    this.object = object;
    this.allocator = allocator;
  }

  /** The ids that columns refer to. */
  Set<Long> ids() {
    return Collections.unmodifiableSet(schema.dictionaries().keySet());
  }

  /**
   * The dictionary of an id as a record batch refers to it, or null if no column refers to it.
   *
   * @throws InvalidArrowDataException if its metadata does not fit to its body or the schema
   * @throws UnsupportedOperationException if a part of it is not supported
   */
  @Nullable Dictionary lookup(long id, int batch) {
    StreamSchema.DictionaryShape shape = schema.dictionaries().get(id);
    if (shape == null) {
      return null;
    }
    DictionaryIndex.Values values = index.dictionaries().at(id, batch);
    Key key = new Key(id, values == null ? 0 : values.firstBatch());
    Dictionary dictionary = loaded.get(key);
    if (dictionary == null) {
      dictionary = new Dictionary(vector(shape, values), shape.encoding());
      loaded.put(key, dictionary);
    }
    return dictionary;
  }

  /** All of them by id, as a record batch refers to them. */
  Map<Long, Dictionary> all(int batch) {
    Map<Long, Dictionary> all = new LinkedHashMap<>();
    for (long id : schema.dictionaries().keySet()) {
      Dictionary dictionary = lookup(id, batch);
      if (dictionary != null) {
        all.put(id, dictionary);
      }
    }
    return Collections.unmodifiableMap(all);
  }

  /** Closes the vectors of all of them, also when one of them throws. */
  @Override
  public void close() {
    List<FieldVector> vectors = loaded.values().stream().map(Dictionary::getVector).toList();
    loaded.clear();
    AutoCloseables.closeNoChecked(() -> AutoCloseables.close(vectors));
  }

  /** The values that a dictionary has in the stream; one without a batch has none. */
  private FieldVector vector(
      StreamSchema.DictionaryShape shape, DictionaryIndex.@Nullable Values values) {
    ColumnLayout column = shape.values().columns().getFirst();
    if (values == null) {
      return NewVectors.of(column, allocator);
    }
    List<StreamIndex.BatchPosition> parts = values.parts();
    if (parts.size() == 1) {
      return part(shape, parts.getFirst());
    }
    requireAppendable(values.id(), column);
    FieldVector whole = NewVectors.of(column, allocator);
    try {
      // What is not allocated can't be appended to.
      whole.allocateNew();
      for (StreamIndex.BatchPosition position : parts) {
        try (FieldVector part = part(shape, position)) {
          part.accept(new VectorAppender(whole), null);
        }
      }
      return whole;
    } catch (Throwable e) {
      whole.close();
      throw e;
    }
  }

  private FieldVector part(StreamSchema.DictionaryShape shape, StreamIndex.BatchPosition position) {
    BatchBuffers buffers = BatchBuffers.read(index.data(), position, shape.values());
    return BatchLoader.newVectors(shape.values(), position, object, buffers, allocator).getFirst();
  }

  /** arrow-java appends some types wrongly, and others not at all. */
  private static void requireAppendable(long id, ColumnLayout column) {
    switch (column.kind()) {
      case FIXED, VARIABLE, VIEW, LIST, FIXED_SIZE_LIST, STRUCT ->
          column.children().forEach(child -> requireAppendable(id, child));
      case NULL, LIST_VIEW, SPARSE_UNION, DENSE_UNION, RUN_END_ENCODED ->
          throw new UnsupportedOperationException(
              "a dictionary of this type that grows between batches is not supported: dictionary="
                  + id
                  + " field="
                  + column.field().getName()
                  + " type="
                  + column.field().getType());
    }
  }
}
