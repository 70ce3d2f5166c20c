package io.plasmastore.sort;

import io.plasmastore.ObjectId;
import io.plasmastore.arrow.ArrowClient;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.arrow.vector.BigIntVector;
import org.apache.arrow.vector.IntVector;
import org.apache.arrow.vector.VarCharVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.Schema;

/**
 * A list of buckets as a dataframe in the store, and what is said of them in its metadata.
 *
 * @param buckets by their numbers
 * @param metadata of the schema
 */
record BucketTable(List<SortResult.Bucket> buckets, Map<String, String> metadata) {
  static final Schema SCHEMA =
      new Schema(
          List.of(
              Field.notNullable("bucket", new ArrowType.Int(Integer.SIZE, true)),
              Field.notNullable("id", ArrowType.Utf8.INSTANCE),
              Field.notNullable("rows", new ArrowType.Int(Long.SIZE, true))));

  BucketTable {
    buckets = List.copyOf(buckets);
    metadata = Map.copyOf(metadata);
  }

  /**
   * Reads one.
   *
   * @throws IllegalArgumentException if the object is another dataframe
   */
  static BucketTable get(ArrowClient dataframes, ObjectId id) {
    try (VectorSchemaRoot root = dataframes.get(id)) {
      Schema schema = root.getSchema();
      if (!schema.getFields().equals(SCHEMA.getFields())) {
        throw new IllegalArgumentException("not a manifest: id=" + id + " columns=" + schema);
      }
      VarCharVector ids = (VarCharVector) root.getVector(1);
      BigIntVector rows = (BigIntVector) root.getVector(2);
      List<SortResult.Bucket> buckets = new ArrayList<>();
      for (int i = 0; i < root.getRowCount(); i++) {
        ObjectId bucket = ObjectId.fromHex(new String(ids.get(i), StandardCharsets.US_ASCII));
        buckets.add(new SortResult.Bucket(bucket, rows.get(i)));
      }
      return new BucketTable(buckets, schema.getCustomMetadata());
    }
  }

  /** Puts it. */
  void put(ArrowClient dataframes, ObjectId id) {
    try (VectorSchemaRoot root =
        VectorSchemaRoot.create(new Schema(SCHEMA.getFields(), metadata), dataframes.allocator())) {
      IntVector numbers = (IntVector) root.getVector(0);
      VarCharVector ids = (VarCharVector) root.getVector(1);
      BigIntVector rows = (BigIntVector) root.getVector(2);
      for (int i = 0; i < buckets.size(); i++) {
        numbers.setSafe(i, i);
        ids.setSafe(i, buckets.get(i).id().toHex().getBytes(StandardCharsets.US_ASCII));
        rows.setSafe(i, buckets.get(i).rows());
      }
      root.setRowCount(buckets.size());
      dataframes.put(id, root);
    }
  }
}
