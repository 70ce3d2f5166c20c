package io.plasmastore.sort;

import io.plasmastore.ObjectId;
import io.plasmastore.arrow.ArrowClient;
import java.util.ArrayList;
import java.util.List;
import org.apache.arrow.vector.VectorSchemaRoot;

/**
 * Partitions that are being put, one after the other: all of them, or none. Closing it unkept
 * deletes them. One thread.
 */
final class NewPartitions implements AutoCloseable {
  private final ArrowClient dataframes;
  private final String prefix = "partition/" + ObjectId.random().toHex().substring(0, 12) + "/";
  private final List<ObjectId> ids = new ArrayList<>();
  private boolean kept;

  NewPartitions(ArrowClient dataframes) {
    // A full store would make room for the last ones by dropping the first.
    this.dataframes = dataframes.keeping();
  }

  /** Puts the next one, of plain columns. */
  void put(VectorSchemaRoot root) {
    ObjectId id = ObjectId.named(prefix + ids.size());
    dataframes.put(id, root);
    ids.add(id);
  }

  /** The ids of all, which are the caller's from now on. */
  List<ObjectId> keep() {
    kept = true;
    return List.copyOf(ids);
  }

  @Override
  public void close() {
    if (kept) {
      return;
    }
    kept = true;
    Closing.all(
        ids.stream().map(id -> (AutoCloseable) () -> dataframes.client().delete(id)).toList());
  }
}
