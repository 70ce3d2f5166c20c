package io.plasmastore.sort;

import io.plasmastore.ObjectId;
import io.plasmastore.arrow.ArrowClient;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

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
    BucketTable table = BucketTable.get(dataframes, id);
    return new SortManifest(
        table.buckets(),
        keys(table.metadata()),
        Boolean.parseBoolean(table.metadata().get(VERIFIED)));
  }

  /** Puts it. */
  void put(ArrowClient dataframes, ObjectId id) {
    Map<String, String> metadata = metadata(keys);
    metadata.put(VERIFIED, Boolean.toString(verified));
    new BucketTable(buckets, metadata).put(dataframes, id);
  }

  /** Keys as a schema's metadata. */
  static Map<String, String> metadata(List<SortKey> keys) {
    return metadata(keys, KEY_PREFIX);
  }

  /** Keys as a schema's metadata, under names that begin so. */
  static Map<String, String> metadata(List<SortKey> keys, String prefix) {
    Map<String, String> metadata = new LinkedHashMap<>();
    for (int i = 0; i < keys.size(); i++) {
      metadata.put(prefix + i, keys.get(i).toString());
    }
    return metadata;
  }

  /** The keys that a schema's metadata says. */
  static List<SortKey> keys(Map<String, String> metadata) {
    return keys(metadata, KEY_PREFIX);
  }

  /** The keys that a schema's metadata says under names that begin so. */
  static List<SortKey> keys(Map<String, String> metadata, String prefix) {
    List<SortKey> keys = new ArrayList<>();
    String text = metadata.get(prefix + 0);
    while (text != null) {
      keys.add(SortKey.parse(text));
      text = metadata.get(prefix + keys.size());
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
