package io.plasmastore.arrow;

import java.io.IOException;
import java.util.List;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.VectorUnloader;
import org.apache.arrow.vector.ipc.ArrowReader;
import org.apache.arrow.vector.types.pojo.Schema;

/** Reads roots that are there already, one batch each. They are not closed. */
class BatchesReader extends ArrowReader {
  private final Schema schema;
  private final List<VectorSchemaRoot> roots;
  private int next;

  BatchesReader(BufferAllocator allocator, Schema schema, List<VectorSchemaRoot> roots) {
    super(allocator);
    this.schema = schema;
    this.roots = roots;
  }

  @Override
  public boolean loadNextBatch() throws IOException {
    prepareLoadNextBatch();
    if (next == roots.size()) {
      return false;
    }
    loadRecordBatch(new VectorUnloader(roots.get(next++)).getRecordBatch());
    return true;
  }

  @Override
  public long bytesRead() {
    return 0;
  }

  @Override
  protected void closeReadSource() {}

  @Override
  protected Schema readSchema() {
    return schema;
  }
}
