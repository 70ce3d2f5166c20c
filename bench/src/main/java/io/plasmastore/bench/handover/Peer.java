package io.plasmastore.bench.handover;

import io.plasmastore.arrow.ArrowClient;
import io.plasmastore.bench.report.Libraries;
import io.plasmastore.bench.report.Row;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.function.Function;

/** The ways, by the names that reports give them. */
public enum Peer {
  /** A dataframe through the store. */
  DATAFRAME("dataframe, store → sum", simple(StoredDataframe::new)),

  /** A dataframe that was built in the store. */
  BUILT("dataframe built in the store, from its seal on → sum", simple(BuiltDataframe::new)),

  /** A dataframe through the store's channel of objects. */
  CHANNEL("dataframe, store's ObjectChannel → sum", simple(ChannelDataframe::new)),

  /** Records through the store, of which the other process reads one component. */
  RECORDS_TO_COLUMN("List<record>, store → sum of a column view", simple(StoredColumn::new)),

  /** Records through the store. */
  RECORDS("List<record>, store → every record", simple(StoredRecords::new)),

  /** A dataframe in LMDB. */
  LMDB(
      "dataframe, LMDB (lmdbjava "
          + Libraries.version("lmdbjava")
          + ", WRITEMAP, NOSYNC, reserved, wrapped by hand) → sum",
      Lmdb::new),

  /** A dataframe in a Chronicle Map. */
  CHRONICLE(
      "dataframe, Chronicle Map "
          + Libraries.version("chronicle-map")
          + " (own marshaller, wrapped by hand) → sum",
      Chronicle::new),

  /** A dataframe in a Chronicle Map, as its documentation advises for bytes. */
  CHRONICLE_ARRAYS(
      "dataframe, Chronicle Map "
          + Libraries.version("chronicle-map")
          + " (byte[] values, its own serialisers, getUsing) → sum",
      ChronicleArrays::new),

  /** A dataframe in a file that is mapped once. */
  MAPPED("dataframe, one mapped file used again, wrapped by hand → sum", each(MappedFile::new)),

  /** A dataframe in an Arrow IPC file. */
  ARROW_FILE(
      "dataframe, ArrowFileWriter to /dev/shm, mapped, wrapped by hand → sum",
      each(ArrowFiles::new)),

  /** A dataframe over the socket as an Arrow IPC stream. */
  ARROW_STREAM(
      "dataframe, ArrowStreamWriter " + Libraries.version("arrow") + " over a socket → sum",
      simple(dataframes -> new ArrowStream(dataframes.allocator()))),

  /** A dataframe by Arrow Flight. */
  FLIGHT(
      "dataframe, Arrow Flight "
          + Libraries.version("flight")
          + " (loopback, one batch, zero copy) → sum",
      Flight::new),

  /** A dataframe in Redis. */
  REDIS(
      "dataframe, Redis (Jedis " + Libraries.version("jedis") + ", loopback, no persistence) → sum",
      each(Redis::new)),

  /** Arrays over the socket by Java serialisation. */
  SERIALIZED_ARRAYS("arrays, Java serialisation → sum", simple(any -> new SerializedArrays())),

  /** Records over the socket by Fory. */
  FORY(
      "List<record>, Fory "
          + Libraries.version("fory")
          + " (registered, codegen, fixed numbers) → every record",
      simple(any -> new ForyRecords())),

  /** Records over the socket by Kryo. */
  KRYO(
      "List<record>, Kryo "
          + Libraries.version("kryo")
          + " (registered, no references, unsafe) → every record",
      simple(any -> new KryoRecords())),

  /** Records over the socket by Java serialisation. */
  SERIALIZED_RECORDS(
      "List<record>, Java serialisation (buffered) → every record",
      simple(any -> new SerializedRecords()));

  private final String label;
  private final Function<Place, Medium> media;

  Peer(String label, Function<Place, Medium> media) {
    this.label = label;
    this.media = media;
  }

  /** By which processes of one build know it. */
  @SuppressWarnings("EnumOrdinal")
  int number() {
    return ordinal();
  }

  /** The one of a {@link #number}. */
  @SuppressWarnings("EnumOrdinal")
  static Peer numbered(int number) {
    return values()[number];
  }

  /** What it is, with version and settings. */
  public String label() {
    return label;
  }

  /** What it is in two words, where versions and settings stand elsewhere. */
  public String title() {
    return switch (this) {
      case DATAFRAME -> Row.Place.OURS;
      case BUILT -> "Plasma, built in the store";
      case CHANNEL -> "Plasma, ObjectChannel";
      case RECORDS_TO_COLUMN -> "Plasma, records, one column";
      case RECORDS -> "Plasma, records";
      case LMDB -> "LMDB";
      case CHRONICLE -> "Chronicle Map, wrapped by hand";
      case CHRONICLE_ARRAYS -> "Chronicle Map";
      case MAPPED -> "one mapped file, used again";
      case ARROW_FILE -> "Arrow file in /dev/shm";
      case ARROW_STREAM -> "Arrow stream, socket";
      case FLIGHT -> "Arrow Flight";
      case REDIS -> "Redis";
      case SERIALIZED_ARRAYS -> "Java serialisation, arrays";
      case FORY -> "Fory, records";
      case KRYO -> "Kryo, records";
      case SERIALIZED_RECORDS -> "Java serialisation, records";
    };
  }

  /** Those of them that can run here. */
  public static List<Peer> installed(Set<Peer> wanted) {
    return wanted.stream().filter(Peer::isInstalled).toList();
  }

  /** What of them is skipped here, and why; empty if nothing is. */
  public static String skipped(Set<Peer> wanted) {
    return wanted.stream().allMatch(Peer::isInstalled)
        ? ""
        : "; skipped: Redis, since redis-server is not on the PATH";
  }

  /** The ways to hand a dataframe over, ours first. */
  public static Set<Peer> ofDataframes() {
    return EnumSet.of(
        DATAFRAME,
        BUILT,
        LMDB,
        CHRONICLE,
        CHRONICLE_ARRAYS,
        MAPPED,
        ARROW_FILE,
        ARROW_STREAM,
        FLIGHT,
        REDIS,
        SERIALIZED_ARRAYS);
  }

  /** The ways to hand a list of records over, and what these are held against. */
  public static Set<Peer> ofRecords() {
    return EnumSet.of(
        DATAFRAME,
        RECORDS_TO_COLUMN,
        RECORDS,
        ARROW_STREAM,
        SERIALIZED_ARRAYS,
        FORY,
        KRYO,
        SERIALIZED_RECORDS);
  }

  /** The ways to ask with rows and be answered with rows. */
  public static Set<Peer> ofMessages() {
    return EnumSet.of(
        DATAFRAME,
        CHANNEL,
        LMDB,
        CHRONICLE,
        MAPPED,
        ARROW_STREAM,
        FLIGHT,
        REDIS,
        SERIALIZED_ARRAYS,
        FORY,
        KRYO,
        SERIALIZED_RECORDS);
  }

  /** What the ends of it in this process share. */
  Medium medium(Place place) {
    return media.apply(place);
  }

  private boolean isInstalled() {
    return this != REDIS || RedisServer.isInstalled();
  }

  private static Function<Place, Medium> each(Function<Place, Way> ways) {
    return place -> () -> ways.apply(place);
  }

  private static Function<Place, Medium> simple(Function<ArrowClient, Way> ways) {
    return each(place -> ways.apply(place.dataframes()));
  }
}
