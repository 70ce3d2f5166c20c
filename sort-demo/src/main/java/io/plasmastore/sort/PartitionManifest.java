package io.plasmastore.sort;

import io.plasmastore.ObjectId;
import io.plasmastore.arrow.ArrowClient;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The list of the buckets that a partitioning has made, itself a dataframe in the store with the
 * columns of {@link SortManifest}. It is put last: where it is, the partitioning is complete, and
 * checked if it was to be.
 *
 * <pre>
 * schema metadata
 * plasma.partition.by             hash or range
 * plasma.partition.key.0, .1, …   the keys, as {@link SortKey#parse} reads them
 * plasma.partition.splitters      40 hex digits, the dataframe that says where buckets end;
 *                                 of a partitioning by range alone
 * plasma.partition.verified       true or false
 * </pre>
 *
 * @param buckets by their numbers
 * @param keys what they are divided by; of a partitioning by hash only the columns matter
 * @param splitters where buckets end; null of a partitioning by hash
 * @param verified whether the result was checked
 */
public record PartitionManifest(
    List<SortResult.Bucket> buckets,
    List<SortKey> keys,
    @Nullable ObjectId splitters,
    boolean verified) {
  private static final String PREFIX = "plasma.partition.";
  static final String KEY_PREFIX = PREFIX + "key.";
  static final String BY = PREFIX + "by";
  static final String SPLITTERS = PREFIX + "splitters";
  static final String VERIFIED = PREFIX + "verified";
  private static final String HASH = "hash";
  private static final String RANGE = "range";

  /** Keeps copies of the lists. */
  public PartitionManifest {
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
  public static PartitionManifest get(ArrowClient dataframes, ObjectId id) {
    BucketTable table = BucketTable.get(dataframes, id);
    Map<String, String> metadata = table.metadata();
    String by = metadata.getOrDefault(BY, "nothing");
    if (!by.equals(HASH) && !by.equals(RANGE)) {
      throw new IllegalArgumentException("not a partitioning's manifest: id=" + id + " by=" + by);
    }
    return new PartitionManifest(
        table.buckets(),
        SortManifest.keys(metadata, KEY_PREFIX),
        by.equals(HASH) ? null : ObjectId.fromHex(Objects.requireNonNull(metadata.get(SPLITTERS))),
        Boolean.parseBoolean(metadata.get(VERIFIED)));
  }

  /** Puts it. */
  void put(ArrowClient dataframes, ObjectId id) {
    Map<String, String> metadata = new LinkedHashMap<>(SortManifest.metadata(keys, KEY_PREFIX));
    metadata.put(BY, splitters == null ? HASH : RANGE);
    if (splitters != null) {
      metadata.put(SPLITTERS, splitters.toHex());
    }
    metadata.put(VERIFIED, Boolean.toString(verified));
    new BucketTable(buckets, metadata).put(dataframes, id);
  }
}
