package io.plasmastore.arrow;

import java.util.List;
import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.FieldVector;

/** Checks the data of all batches of an object, one after the other. See {@link DataCheck}. */
final class ObjectCheck {
  private final StreamIndex index;
  private final StreamSchema schema;
  private final ArrowBuf object;
  private final BufferAllocator allocator;

  ObjectCheck(StreamIndex index, StreamSchema schema, ArrowBuf object, BufferAllocator allocator) {
    this.index = index;
    this.schema = schema;
    this.object = object;
    this.allocator = allocator;
  }

  /**
   * Checks the values of all dictionaries.
   *
   * @throws InvalidArrowDataException naming the first that does not fit
   */
  void dictionaries() {
    for (DictionaryIndex.Values values : index.dictionaries().all()) {
      StreamSchema.DictionaryShape shape = schema.dictionaries().get(values.id());
      if (shape != null) {
        for (StreamIndex.BatchPosition position : values.parts()) {
          check("dictionary=" + values.id(), position, shape.values(), values.firstBatch());
        }
      }
    }
  }

  /**
   * Checks all batches of rows.
   *
   * @throws InvalidArrowDataException naming the first that does not fit
   */
  void batches() {
    for (int i = 0; i < index.batches().size(); i++) {
      check("batch=" + i, index.batches().get(i), schema.columns(), i);
    }
  }

  private void check(
      String place, StreamIndex.BatchPosition position, BatchShape shape, int batch) {
    BatchBuffers buffers = BatchBuffers.read(index.data(), position, shape);
    List<FieldVector> vectors = BatchLoader.newVectors(shape, position, object, buffers, allocator);
    try {
      new DataCheck(place, buffers, id -> dictionarySize(id, batch))
          .columns(vectors, shape.columns());
    } finally {
      vectors.forEach(FieldVector::close);
    }
  }

  private long dictionarySize(long id, int batch) {
    DictionaryIndex.Values values = index.dictionaries().at(id, batch);
    return values == null ? 0 : values.count();
  }
}
