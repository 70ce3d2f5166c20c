package io.plasmastore.sort;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.VectorUnloader;
import org.apache.arrow.vector.ipc.ArrowReader;
import org.apache.arrow.vector.types.pojo.Schema;

/** Reads batches that are in memory already. */
final class BatchesReader extends ArrowReader {
  private final List<VectorSchemaRoot> batches;
  private int next;

  /** One batch or more, which stay the caller's. */
  BatchesReader(List<VectorSchemaRoot> batches, BufferAllocator allocator) {
    super(allocator);
    this.batches = batches;
  }

  @Override
  public boolean loadNextBatch() throws IOException {
    prepareLoadNextBatch();
    if (next == batches.size()) {
      return false;
    }
    loadRecordBatch(new VectorUnloader(batches.get(next++)).getRecordBatch());
    return true;
  }

  @Override
  public void close() {
    try {
      super.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public long bytesRead() {
    return 0;
  }

  @Override
  protected void closeReadSource() {}

  @Override
  protected Schema readSchema() {
    return batches.getFirst().getSchema();
  }
}
