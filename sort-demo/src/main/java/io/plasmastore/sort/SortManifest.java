package io.plasmastore.sort;

import io.plasmastore.ObjectId;
import io.plasmastore.arrow.ArrowClient;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
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
 * The list of the buckets that a sort has made, itself a dataframe in the store. It is put last:
 * where it is, the sort is complete, and checked if it was to be.
 *
 * <pre>
 * column   type     of each bucket, in order
 * bucket   int32    its number, from 0
 * id       utf8     its object's id, 40 hex digits
 * rows     int64    its rows
 *
 * schema metadata
 * plasma.sort.key.0, .1, …    the keys, as {@link SortKey#parse} reads them
 * plasma.sort.verified        true or false
 * </pre>
 *
 * @param buckets in order
 * @param keys what they are sorted by
 * @param verified whether the result was checked
 */
public record SortManifest(List<SortResult.Bucket> buckets, List<SortKey> keys, boolean verified) {
  private static final String PREFIX = "plasma.sort.";
  private static final String KEY_PREFIX = PREFIX + "key.";
  static final String VERIFIED = PREFIX + "verified";

  static final Schema SCHEMA =
      new Schema(
          List.of(
              Field.notNullable("bucket", new ArrowType.Int(Integer.SIZE, true)),
              Field.notNullable("id", ArrowType.Utf8.INSTANCE),
              Field.notNullable("rows", new ArrowType.Int(Long.SIZE, true))));

  /** Keeps copies of the lists. */
  public SortManifest {
    buckets = List.copyOf(buckets);
    keys = List.copyOf(keys);
  }

  /**
   * Reads a manifest.
   *
   * @param dataframes the store
   * @param id the manifest's object
   * @return what it says
   * @throws IllegalArgumentException if the object is another dataframe
   * @throws io.plasmastore.PlasmaException if there is no such object
   */
  public static SortManifest get(ArrowClient dataframes, ObjectId id) {
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
      Map<String, String> metadata = schema.getCustomMetadata();
      return new SortManifest(
          buckets, keys(metadata), Boolean.parseBoolean(metadata.get(VERIFIED)));
    }
  }

  /** Puts it. */
  void put(ArrowClient dataframes, ObjectId id) {
    Map<String, String> metadata = metadata(keys);
    metadata.put(VERIFIED, Boolean.toString(verified));
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

  /** Keys as a schema's metadata. */
  static Map<String, String> metadata(List<SortKey> keys) {
    Map<String, String> metadata = new LinkedHashMap<>();
    for (int i = 0; i < keys.size(); i++) {
      metadata.put(KEY_PREFIX + i, keys.get(i).toString());
    }
    return metadata;
  }

  /** The keys that a schema's metadata says. */
  static List<SortKey> keys(Map<String, String> metadata) {
    List<SortKey> keys = new ArrayList<>();
    String text = metadata.get(KEY_PREFIX + 0);
    while (text != null) {
      keys.add(SortKey.parse(text));
      text = metadata.get(KEY_PREFIX + keys.size());
    }
    return keys;
  }

  /** A schema's metadata without what is said here. */
  static Map<String, String> withoutKeys(Map<String, String> metadata) {
    Map<String, String> others = new LinkedHashMap<>(metadata);
    others.keySet().removeIf(key -> key.startsWith(PREFIX));
    return others;
  }
}
