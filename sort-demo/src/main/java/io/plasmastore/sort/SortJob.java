package io.plasmastore.sort;

import io.plasmastore.ObjectId;
import io.plasmastore.arrow.ArrowClient;
import io.plasmastore.arrow.ArrowObject;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.Schema;

/**
 * What every worker of a sort needs to know: the columns by value, and the keys. It travels through
 * the store, as a dataframe without rows whose metadata has the keys.
 *
 * @param schema by value, of pieces and buckets
 * @param keys of columns that the schema has
 */
record SortJob(Schema schema, List<SortKey> keys) {
  /** Drops what an earlier sort has left in the metadata. */
  public SortJob {
    schema = new Schema(schema.getFields(), SortManifest.withoutKeys(schema.getCustomMetadata()));
  }

  /** Puts it. */
  void put(ArrowClient dataframes, ObjectId id) {
    Map<String, String> metadata = new HashMap<>(schema.getCustomMetadata());
    metadata.putAll(SortManifest.metadata(keys));
    Schema described = new Schema(schema.getFields(), metadata);
    try (VectorSchemaRoot root = VectorSchemaRoot.create(described, dataframes.allocator())) {
      dataframes.put(id, root);
    }
  }

  /** Gets it. */
  static SortJob get(ArrowClient dataframes, ObjectId id) {
    try (ArrowObject job = dataframes.open(id)) {
      Map<String, String> metadata = job.schema().getCustomMetadata();
      return new SortJob(job.schema(), SortManifest.keys(metadata));
    }
  }

  /** The column of each key. */
  List<Field> keyFields() {
    return Arrays.stream(keyColumns()).mapToObj(schema.getFields()::get).toList();
  }

  /** The number of each key's column. */
  int[] keyColumns() {
    List<String> names = schema.getFields().stream().map(Field::getName).toList();
    return keys.stream().mapToInt(key -> names.indexOf(key.column())).toArray();
  }
}
