package io.plasmastore.sort;

import io.plasmastore.ObjectId;
import io.plasmastore.PlasmaException;
import io.plasmastore.arrow.ArrowClient;
import java.util.ArrayList;
import java.util.List;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.dictionary.DictionaryProvider;

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
    this.dataframes = dataframes.keeping();
  }

  /** Puts the next one. */
  void put(VectorSchemaRoot root, DictionaryProvider dictionaries) {
    ObjectId id = ObjectId.named(prefix + ids.size());
    dataframes.put(id, root, dictionaries);
    ids.add(id);
  }

  /** The ids of all, which stay in the store from now on. */
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
    PlasmaException failure = null;
    for (ObjectId id : ids) {
      try {
        dataframes.client().delete(id);
      } catch (PlasmaException e) {
        if (failure == null) {
          failure = e;
        } else {
          failure.addSuppressed(e);
        }
      }
    }
    if (failure != null) {
      throw failure;
    }
  }
}
