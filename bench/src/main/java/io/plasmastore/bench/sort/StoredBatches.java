package io.plasmastore.bench.sort;

import io.plasmastore.ObjectId;
import io.plasmastore.arrow.ArrowClient;
import io.plasmastore.arrow.ArrowObject;
import java.io.IOException;
import java.util.List;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.VectorUnloader;
import org.apache.arrow.vector.ipc.ArrowReader;
import org.apache.arrow.vector.types.pojo.Schema;

/**
 * The batches of dataframes in the store, one after the other, where they lie: nothing is copied.
 * One thread.
 */
final class StoredBatches extends ArrowReader {
  private final ArrowClient dataframes;
  private final List<ObjectId> ids;
  private int nextObject;
  private int nextBatch;

  /** One dataframe or more, all of the same plain columns. */
  StoredBatches(ArrowClient dataframes, List<ObjectId> ids) {
    super(dataframes.allocator());
    this.dataframes = dataframes;
    this.ids = ids;
  }

  @Override
  public boolean loadNextBatch() throws IOException {
    prepareLoadNextBatch();
    while (nextObject < ids.size()) {
      try (ArrowObject object = dataframes.open(ids.get(nextObject))) {
        if (nextBatch < object.batchCount()) {
          try (VectorSchemaRoot batch = object.batch(nextBatch++)) {
            loadRecordBatch(new VectorUnloader(batch).getRecordBatch());
            return true;
          }
        }
      }
      nextObject++;
      nextBatch = 0;
    }
    return false;
  }

  @Override
  public long bytesRead() {
    return 0;
  }

  @Override
  protected void closeReadSource() {}

  @Override
  protected Schema readSchema() {
    try (ArrowObject object = dataframes.open(ids.getFirst())) {
      return object.schema();
    }
  }
}
