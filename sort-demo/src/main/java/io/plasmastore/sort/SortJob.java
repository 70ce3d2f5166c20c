package io.plasmastore.sort;

import io.plasmastore.ObjectId;
import io.plasmastore.arrow.ArrowClient;
import io.plasmastore.arrow.ArrowObject;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.Schema;

/**
 * What every worker of a sort needs to know: the columns by value, the keys, and how rows travel.
 * It travels through the store itself, as a dataframe without rows whose metadata has the rest.
 *
 * @param schema by value, of the buckets
 * @param keys of columns that the schema has
 * @param beginnings for each key what most of its strings begin with; of other types nothing
 * @param packed whether rows travel packed, as {@link RowLayout} says, else as dataframes
 * @param nulls the numbers of the columns that have a null in some partition; of packed rows alone
 * @param arrangement which rows share a bucket
 * @param buckets how many there are
 * @param parts that each bucket is divided into, to be sorted; 1 where rows travel as dataframes
 * @param verified whether rows are hashed and their order is checked
 */
record SortJob(
    Schema schema,
    List<SortKey> keys,
    List<byte[]> beginnings,
    boolean packed,
    Set<Integer> nulls,
    Arrangement arrangement,
    int buckets,
    int parts,
    boolean verified) {
  private static final String PACKED = "plasma.sort.packed";
  private static final String NULLS = "plasma.sort.nulls";
  private static final String BEGINNING = "plasma.sort.beginning.";
  private static final String ARRANGEMENT = "plasma.sort.arrangement";
  private static final String BUCKETS = "plasma.sort.buckets";
  private static final String PARTS = "plasma.sort.parts";

  /** Drops what an earlier sort has left in the metadata. */
  public SortJob {
    schema = new Schema(schema.getFields(), SortManifest.withoutKeys(schema.getCustomMetadata()));
    keys = List.copyOf(keys);
    beginnings = List.copyOf(beginnings);
    nulls = Set.copyOf(nulls);
  }

  /** A job that is not planned yet. */
  SortJob(
      Schema schema,
      List<SortKey> keys,
      List<byte[]> beginnings,
      boolean packed,
      Set<Integer> nulls) {
    this(schema, keys, beginnings, packed, nulls, Arrangement.SORTED, 1, 1, true);
  }

  /** The same, planned. */
  SortJob with(Arrangement arrangement, int buckets, int parts, boolean verified) {
    return new SortJob(
        schema, keys, beginnings, packed, nulls, arrangement, buckets, parts, verified);
  }

  /** Puts it. */
  void put(ArrowClient dataframes, ObjectId id) {
    Map<String, String> metadata = new HashMap<>(schema.getCustomMetadata());
    metadata.putAll(SortManifest.metadata(keys));
    metadata.put(PACKED, Boolean.toString(packed));
    metadata.put(
        NULLS, new TreeSet<>(nulls).stream().map(String::valueOf).collect(Collectors.joining(",")));
    for (int key = 0; key < keys.size(); key++) {
      metadata.put(BEGINNING + key, HexFormat.of().formatHex(beginnings.get(key)));
    }
    metadata.put(ARRANGEMENT, arrangement.name());
    metadata.put(BUCKETS, Integer.toString(buckets));
    metadata.put(PARTS, Integer.toString(parts));
    metadata.put(SortManifest.VERIFIED, Boolean.toString(verified));
    Schema described = new Schema(schema.getFields(), metadata);
    try (VectorSchemaRoot root = VectorSchemaRoot.create(described, dataframes.allocator())) {
      dataframes.put(id, root);
    }
  }

  /** Gets it. */
  static SortJob get(ArrowClient dataframes, ObjectId id) {
    try (ArrowObject job = dataframes.open(id)) {
      Map<String, String> metadata = job.schema().getCustomMetadata();
      List<SortKey> keys = SortManifest.keys(metadata);
      return new SortJob(
          job.schema(),
          keys,
          IntStream.range(0, keys.size())
              .mapToObj(key -> metadata.getOrDefault(BEGINNING + key, ""))
              .map(HexFormat.of()::parseHex)
              .toList(),
          Boolean.parseBoolean(metadata.get(PACKED)),
          Arrays.stream(metadata.getOrDefault(NULLS, "").split(",", -1))
              .filter(number -> !number.isEmpty())
              .map(Integer::valueOf)
              .collect(Collectors.toSet()),
          Arrangement.valueOf(metadata.getOrDefault(ARRANGEMENT, "")),
          Integer.parseInt(metadata.getOrDefault(BUCKETS, "1")),
          Integer.parseInt(metadata.getOrDefault(PARTS, "1")),
          Boolean.parseBoolean(metadata.get(SortManifest.VERIFIED)));
    }
  }

  /** The order of the rows. */
  KeyRules rules() {
    List<Field> fields = keyFields();
    List<KeyType> types = new ArrayList<>();
    for (int key = 0; key < keys.size(); key++) {
      KeyType type = KeyColumn.requireOrder(fields.get(key));
      types.add(type instanceof BytesType ? new BytesType(beginnings.get(key)) : type);
    }
    return new KeyRules(keys, types);
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
