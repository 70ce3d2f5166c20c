package io.plasmastore.bench.sort;

import io.plasmastore.ObjectId;
import io.plasmastore.arrow.ArrowClient;
import io.plasmastore.bench.sort.SortColumn.Values;
import io.plasmastore.sort.SortKey;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.types.pojo.Schema;

/**
 * Rows to sort, and how many times as fast as each peer that is to go. The columns are {@code k0},
 * {@code k1}, … to sort by, and {@code p0}, {@code p1}, … that travel along.
 */
enum SortCase {
  /** One column of doubles. */
  A(
      "float64, one column",
      100_000_000,
      List.of(SortKey.of("k0")),
      List.of(Values.UNIFORM),
      Map.of(
          Peer.POLARS,
          2.5,
          Peer.DUCKDB,
          6.0,
          Peer.DUCKDB_JAVA,
          6.0,
          Peer.PANDAS,
          25.0,
          Peer.PARALLEL_SORT,
          2.0,
          Peer.NUMPY,
          1.3)),
  /** Whole numbers with a payload. */
  B(
      "int64 key, payload int64, float64, int32",
      100_000_000,
      List.of(SortKey.of("k0")),
      List.of(Values.LONGS, Values.ROW_NUMBERS, Values.UNIFORM, Values.SMALL_INTS),
      Map.of(Peer.POLARS, 3.0, Peer.DUCKDB, 5.5, Peer.DUCKDB_JAVA, 5.5, Peer.PANDAS, 12.0)),
  /** Strings. */
  C(
      "utf8 keys of 10 to 20 letters, payload int64",
      10_000_000,
      List.of(SortKey.of("k0")),
      List.of(Values.WORDS, Values.ROW_NUMBERS),
      Map.of(Peer.DUCKDB, 1.5, Peer.DUCKDB_JAVA, 1.5, Peer.POLARS, 5.0, Peer.PANDAS, 20.0)),
  /** Strings, most of them the same. */
  C2(
      "utf8 keys of 10 to 20 letters, 10,000 different ones, payload int64",
      10_000_000,
      List.of(SortKey.of("k0")),
      List.of(Values.FEW_WORDS, Values.ROW_NUMBERS),
      Map.of(Peer.DUCKDB, 1.5, Peer.DUCKDB_JAVA, 1.5, Peer.POLARS, 5.0, Peer.PANDAS, 20.0)),
  /** Two keys. */
  D(
      "two keys, int32 of 1,000 values ascending and float64 descending, payload int64",
      10_000_000,
      List.of(SortKey.of("k0"), SortKey.of("k1").descending()),
      List.of(Values.SMALL_INTS, Values.UNIFORM, Values.ROW_NUMBERS),
      Map.of(Peer.DUCKDB, 2.5, Peer.DUCKDB_JAVA, 2.5, Peer.POLARS, 4.0)),
  /** Few keys that most rows have. */
  E(
      "Zipf int64 keys (s = 1 over 1 to 10⁹), payload int64, float64",
      50_000_000,
      List.of(SortKey.of("k0")),
      List.of(Values.ZIPF, Values.ROW_NUMBERS, Values.UNIFORM),
      Map.of(Peer.POLARS, 2.5, Peer.DUCKDB, 4.0, Peer.DUCKDB_JAVA, 4.0));

  private static final long MOST_ROWS_OF_A_PARTITION = 4_000_000;
  private static final int LEAST_PARTITIONS = 8;

  private final String title;
  private final long fullRows;
  private final List<SortKey> keys;
  private final List<SortColumn> columns;
  private final Map<Peer, Double> goals;

  SortCase(
      String title,
      long fullRows,
      List<SortKey> keys,
      List<Values> values,
      Map<Peer, Double> goals) {
    this.title = title;
    this.fullRows = fullRows;
    this.keys = keys;
    this.goals = goals;
    List<SortColumn> named = new ArrayList<>();
    for (int i = 0; i < values.size(); i++) {
      String name = i < keys.size() ? "k" + i : "p" + (i - keys.size());
      named.add(new SortColumn(name, values.get(i)));
    }
    this.columns = List.copyOf(named);
  }

  String title() {
    return title;
  }

  /** The rows that the goals are stated for. */
  long fullRows() {
    return fullRows;
  }

  List<SortKey> keys() {
    return keys;
  }

  /** How many times as fast as a peer this is to go, or null if nothing is said. */
  @org.jspecify.annotations.Nullable
  Double goal(Peer peer) {
    return goals.get(peer);
  }

  /** The peers that can sort such rows. */
  List<Peer> peers() {
    return java.util.Arrays.stream(Peer.values())
        .filter(peer -> columns.size() == 1 || !peer.sortsOneColumnOnly())
        .toList();
  }

  /** Bytes of so many rows. */
  long size(long rows) {
    return rows * columns.stream().mapToInt(column -> column.values().size).sum();
  }

  /**
   * Bytes that a sort of two passes has to read and write: every row from its partition, to a
   * piece, from there, and to its bucket, and its keys once more, to find where it goes.
   */
  long movedSize(long rows) {
    int keySize =
        columns.stream().limit(keys.size()).mapToInt(column -> column.values().size).sum();
    return 4 * size(rows) + rows * keySize;
  }

  /** The order as a database has it. */
  String orderBy() {
    return keys.stream()
        .map(
            key ->
                key.column()
                    + ((key.direction() == SortKey.Direction.DESCENDING) ? " DESC" : " ASC"))
        .collect(Collectors.joining(", "));
  }

  /** The order for {@link RowChecksum}: keys are the first columns. */
  List<RowChecksum.SortOrder> order() {
    List<RowChecksum.SortOrder> order = new ArrayList<>();
    for (int i = 0; i < keys.size(); i++) {
      order.add(
          new RowChecksum.SortOrder(i, keys.get(i).direction() == SortKey.Direction.DESCENDING));
    }
    return order;
  }

  /**
   * Puts rows into a store.
   *
   * @param checksum goes through them
   * @return the partitions, the caller's to delete
   */
  List<ObjectId> put(ArrowClient dataframes, long rows, RowChecksum checksum) {
    long partitions = Math.max(LEAST_PARTITIONS, Math.ceilDiv(rows, MOST_ROWS_OF_A_PARTITION));
    Schema schema = new Schema(columns.stream().map(SortColumn::field).toList());
    List<ObjectId> ids = new ArrayList<>();
    for (long i = 0; i < partitions; i++) {
      long from = rows * i / partitions;
      int count = Math.toIntExact(rows * (i + 1) / partitions - from);
      try (VectorSchemaRoot root = VectorSchemaRoot.create(schema, dataframes.allocator())) {
        List<FieldVector> vectors = root.getFieldVectors();
        for (int c = 0; c < vectors.size(); c++) {
          columns.get(c).fill(vectors.get(c), c, from, count);
        }
        root.setRowCount(count);
        checksum.add(root);
        ObjectId id = ObjectId.named("bench/sort/" + name() + "/" + i);
        dataframes.put(id, root);
        ids.add(id);
      }
    }
    return ids;
  }
}
