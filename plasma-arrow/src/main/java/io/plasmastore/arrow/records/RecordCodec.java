package io.plasmastore.arrow.records;

import io.plasmastore.arrow.ArrowClient;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.util.List;
import java.util.Objects;
import org.apache.arrow.vector.types.pojo.Schema;

/**
 * How the records of one class are stored as the columns of a dataframe. Made once for a class, it
 * is immutable and for any thread; keep it in a constant.
 *
 * <pre>{@code
 * record Trade(long id, Instant time, String symbol, double price, Side side) {}
 *
 * RecordCodec<Trade> codec = RecordCodec.of(Trade.class);
 * codec.over(dataframes).put(ObjectId.named("trades"), trades);
 * // in another process
 * try (RecordList<Trade> trades = codec.over(dataframes).get(ObjectId.named("trades"))) {
 *   ...
 * }
 * }</pre>
 *
 * <table>
 * <caption>What components may be, and what they are stored as</caption>
 * <tr><th>component</th><th>column</th></tr>
 * <tr><td>primitives and their boxes</td><td>bool, int8 to int64, float32, float64; a char is a
 * uint16</td></tr>
 * <tr><td>String</td><td>utf8, by a dictionary where it is {@link DictionaryEncoded}; half a
 * surrogate pair is refused</td></tr>
 * <tr><td>enum</td><td>a dictionary of the constants' names</td></tr>
 * <tr><td>byte[]</td><td>binary</td></tr>
 * <tr><td>BigDecimal</td><td>decimal128 or decimal256, see {@link Decimal}</td></tr>
 * <tr><td>UUID</td><td>fixed-size binary of 16 bytes</td></tr>
 * <tr><td>Instant, LocalDateTime, LocalTime, Duration</td><td>timestamp in UTC, timestamp without
 * zone, time, duration; see {@link Resolution}</td></tr>
 * <tr><td>LocalDate</td><td>date32</td></tr>
 * <tr><td>OffsetDateTime, ZonedDateTime</td><td>struct of the instant and the offset in seconds, or
 * the zone's id</td></tr>
 * <tr><td>record</td><td>struct</td></tr>
 * <tr><td>List, Map</td><td>list, map; of any of these</td></tr>
 * <tr><td>Optional</td><td>the column of its value, null where it is empty</td></tr>
 * </table>
 *
 * <p><b>Null.</b> JSpecify decides: within {@code @NullMarked}, only what is {@code @Nullable} may
 * be null; elsewhere all but primitives may, unless it is {@code @NonNull}. What may not be null
 * makes a column that is not nullable. A list, a map and an Optional are not null themselves unless
 * they say so as well; keys never are.
 *
 * <p><b>Speed.</b> Records are made and taken apart by code that is generated for their class;
 * nothing is looked up by reflection once the codec is there.
 *
 * @param <T> the class of the records
 */
public final class RecordCodec<T extends Record> {
  private final Class<T> type;
  private final RecordType columns;
  private final List<EnumType> enums;
  private final List<EncodedTextType> encodedTexts;
  private final Schema schema;

  private RecordCodec(Class<T> type, MethodHandles.Lookup lookup) {
    if (!type.isRecord() || type.getTypeParameters().length > 0) {
      throw new IllegalArgumentException(
          "a record without type parameters is wanted: type=" + type.toGenericString());
    }
    TypeResolver resolver = new TypeResolver(lookup);
    this.type = type;
    this.columns = resolver.record(type);
    this.enums = List.copyOf(resolver.enums());
    this.encodedTexts = List.copyOf(resolver.encodedTexts());
    this.schema = new Schema(columns.fields());
  }

  /**
   * The codec of a public record.
   *
   * @param <T> the class of the records
   * @param type the class, public and in a package that its module exports, as those of the records
   *     in it
   * @return a new codec; making one takes some milliseconds
   * @throws IllegalArgumentException naming record, component and type of the first component that
   *     can't be stored, or if a record is not public
   */
  public static <T extends Record> RecordCodec<T> of(Class<T> type) {
    return of(type, MethodHandles.publicLookup());
  }

  /**
   * The codec of a record that is not public, or in a package that is not exported.
   *
   * @param <T> the class of the records
   * @param type the class
   * @param lookup {@code MethodHandles.lookup()}, called where the record's constructor could be
   *     called
   * @return a new codec
   * @throws IllegalArgumentException naming record, component and type of the first component that
   *     can't be stored, or if the lookup can't reach a record
   */
  public static <T extends Record> RecordCodec<T> of(Class<T> type, MethodHandles.Lookup lookup) {
    return new RecordCodec<>(
        Objects.requireNonNull(type, "type"), Objects.requireNonNull(lookup, "lookup"));
  }

  /**
   * The class of the records.
   *
   * @return the class that this was made for
   */
  public Class<T> type() {
    return type;
  }

  /**
   * The schema that is written. The column of an enum, or of texts that are {@link
   * DictionaryEncoded}, has the type of its indices.
   *
   * @return a column for each component, in their order and of their names
   */
  public Schema schema() {
    return schema;
  }

  /**
   * Records in and out of a store.
   *
   * @param dataframes by which they are put and got, not owned
   * @return a new object, cheap to make
   */
  public RecordClient<T> over(ArrowClient dataframes) {
    return new RecordClient<>(this, dataframes);
  }

  @Override
  public String toString() {
    return "RecordCodec[" + type.getName() + "]";
  }

  RecordType columns() {
    return columns;
  }

  List<EnumType> enums() {
    return enums;
  }

  List<EncodedTextType> encodedTexts() {
    return encodedTexts;
  }

  /** The box of the type of a component. */
  Class<?> boxOf(int component) {
    return MethodType.methodType(type.getRecordComponents()[component].getType())
        .wrap()
        .returnType();
  }

  /** The number of a component. */
  int indexOf(String component) {
    List<RecordType.Component> components = columns.components();
    for (int i = 0; i < components.size(); i++) {
      if (components.get(i).name().equals(component)) {
        return i;
      }
    }
    throw new IllegalArgumentException(
        "no such component: record="
            + type.getName()
            + " component="
            + component
            + " known="
            + components.stream().map(RecordType.Component::name).toList());
  }
}
