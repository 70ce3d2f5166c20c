package io.plasmastore.bench.handover;

import com.esotericsoftware.kryo.Kryo;
import io.plasmastore.arrow.ArrowClient;
import java.util.function.Function;
import org.apache.fory.Fory;

/** The ways, by the names that reports give them. */
public enum Peer {
  /** A dataframe through the store. */
  DATAFRAME("dataframe, store → sum", StoredDataframe::new),

  /** Records through the store, of which the other process reads one component. */
  RECORDS_TO_COLUMN("List<record>, store → sum of a column view", StoredColumn::new),

  /** Records through the store. */
  RECORDS("List<record>, store → every record", StoredRecords::new),

  /** A dataframe over the socket as an Arrow IPC stream. */
  ARROW_STREAM(
      "dataframe, ArrowStreamWriter → sum", dataframes -> new ArrowStream(dataframes.allocator())),

  /** Arrays over the socket by Java serialisation. */
  SERIALIZED_ARRAYS("arrays, Java serialisation → sum", dataframes -> new SerializedArrays()),

  /** Records over the socket by Fory. */
  FORY(
      "List<record>, Fory "
          + version(Fory.class, "0.15.0")
          + " (registered, codegen, fixed numbers) → every record",
      dataframes -> new ForyRecords()),

  /** Records over the socket by Kryo. */
  KRYO(
      "List<record>, Kryo "
          + version(Kryo.class, "5.6.2")
          + " (registered, no references, unsafe) → every record",
      dataframes -> new KryoRecords()),

  /** Records over the socket by Java serialisation. */
  SERIALIZED_RECORDS(
      "List<record>, Java serialisation (buffered) → every record",
      dataframes -> new SerializedRecords());

  private final String label;
  private final Function<ArrowClient, Way> ways;

  Peer(String label, Function<ArrowClient, Way> ways) {
    this.label = label;
    this.ways = ways;
  }

  /** What it is, with version and settings. */
  public String label() {
    return label;
  }

  /** A new end of it. */
  Way way(ArrowClient dataframes) {
    return ways.apply(dataframes);
  }

  /** What the library's jar says of itself; else what this was written for. */
  private static String version(Class<?> type, String otherwise) {
    String stated = type.getPackage().getImplementationVersion();
    return stated == null ? otherwise : stated;
  }
}
