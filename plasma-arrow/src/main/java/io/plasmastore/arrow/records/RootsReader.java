package io.plasmastore.arrow.records;

import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.VectorLoader;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.VectorUnloader;
import org.apache.arrow.vector.dictionary.Dictionary;
import org.apache.arrow.vector.dictionary.DictionaryProvider;
import org.apache.arrow.vector.ipc.ArrowReader;
import org.apache.arrow.vector.ipc.message.ArrowRecordBatch;
import org.apache.arrow.vector.types.pojo.Schema;
import org.jspecify.annotations.Nullable;

/** Roots that are there already as the batches of a reader. They are not closed with it. */
final class RootsReader extends ArrowReader {
  private final List<VectorSchemaRoot> roots;
  private final DictionaryProvider provider;
  private final VectorSchemaRoot root;
  private int next;

  RootsReader(
      BufferAllocator allocator, List<VectorSchemaRoot> roots, DictionaryProvider provider) {
    super(allocator);
    this.roots = roots;
    this.provider = provider;
    this.root = VectorSchemaRoot.create(roots.getFirst().getSchema(), allocator);
  }

  @Override
  public VectorSchemaRoot getVectorSchemaRoot() {
    return root;
  }

  @Override
  public Map<Long, Dictionary> getDictionaryVectors() {
    throw new UnsupportedOperationException("they are looked up one by one");
  }

  @Override
  public @Nullable Dictionary lookup(long id) {
    return provider.lookup(id);
  }

  @Override
  public Set<Long> getDictionaryIds() {
    return provider.getDictionaryIds();
  }

  @Override
  public boolean loadNextBatch() {
    if (next == roots.size()) {
      return false;
    }
    try (ArrowRecordBatch batch = new VectorUnloader(roots.get(next++)).getRecordBatch()) {
      new VectorLoader(root).load(batch);
    }
    return true;
  }

  @Override
  public long bytesRead() {
    return 0;
  }

  @Override
  public void close(boolean closeReadSource) {
    root.close();
  }

  @Override
  public void close() {
    root.close();
  }

  @Override
  protected void closeReadSource() {}

  @Override
  protected Schema readSchema() {
    return root.getSchema();
  }
}
