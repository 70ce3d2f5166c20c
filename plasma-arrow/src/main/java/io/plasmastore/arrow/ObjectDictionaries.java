package io.plasmastore.arrow;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.util.AutoCloseables;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.dictionary.Dictionary;
import org.jspecify.annotations.Nullable;

/**
 * The dictionaries of an object, over its memory, each loaded when it is first asked for. For one
 * thread at a time, and only while the object is held.
 */
final class ObjectDictionaries implements AutoCloseable {
  private final StreamIndex index;
  private final ArrowBuf object;
  private final BufferAllocator allocator;
  private final Map<Long, Dictionary> loaded = new LinkedHashMap<>();

  ObjectDictionaries(StreamIndex index, ArrowBuf object, BufferAllocator allocator) {
    this.index = index;
    this.object = object;
    this.allocator = allocator;
  }

  /** The ids that columns refer to. */
  Set<Long> ids() {
    return Collections.unmodifiableSet(index.schema().dictionaries().keySet());
  }

  /**
   * The dictionary of an id, or null if no column refers to it.
   *
   * @throws InvalidArrowDataException if its metadata does not fit to its body or the schema
   * @throws UnsupportedOperationException if it is compressed
   */
  @Nullable Dictionary lookup(long id) {
    Dictionary dictionary = loaded.get(id);
    StreamSchema.DictionaryShape shape = index.schema().dictionaries().get(id);
    if (dictionary == null && shape != null) {
      dictionary = new Dictionary(values(shape), shape.encoding());
      loaded.put(id, dictionary);
    }
    return dictionary;
  }

  /** Loads those that have not been asked for, and gives all of them by id. */
  Map<Long, Dictionary> all() {
    index.schema().dictionaries().keySet().forEach(this::lookup);
    return Collections.unmodifiableMap(loaded);
  }

  /** Closes the vectors of all of them, also when one of them throws. */
  @Override
  public void close() {
    List<FieldVector> vectors = loaded.values().stream().map(Dictionary::getVector).toList();
    loaded.clear();
    AutoCloseables.closeNoChecked(() -> AutoCloseables.close(vectors));
  }

  /** The values that a dictionary has in the stream; one without a batch has none. */
  private FieldVector values(StreamSchema.DictionaryShape shape) {
    StreamIndex.BatchPosition position = index.dictionary(shape.encoding().getId());
    List<ColumnLayout> columns = shape.values().columns();
    if (position == null) {
      return columns.getFirst().field().createVector(allocator);
    }
    BatchBuffers buffers = BatchBuffers.read(index.data(), position, shape.values());
    return BatchLoader.newVectors(columns, object, buffers, allocator).getFirst();
  }
}
