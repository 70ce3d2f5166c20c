package io.plasmastore.arrow.records;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.plasmastore.ObjectId;
import io.plasmastore.SealedObject;
import io.plasmastore.arrow.ArrowObject;
import io.plasmastore.arrow.InvalidArrowDataException;
import io.plasmastore.arrow.RunningStore;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandles;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.function.IntFunction;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.VarCharVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.DictionaryEncoding;
import org.apache.arrow.vector.types.pojo.Field;
import org.jspecify.annotations.NullMarked;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Texts that are stored by a dictionary. */
@Timeout(180)
@NullMarked
class DictionaryEncodedTest {
  record Trade(
      long id, @DictionaryEncoded String symbol, @DictionaryEncoded @Nullable String venue) {}

  /** The same without dictionaries. */
  record Plain(long id, String symbol, @Nullable String venue) {}

  record Place(@DictionaryEncoded String country, @Nullable String city) {}

  record Trip(@Nullable Place from, @Nullable Place to, int days) {}

  private static final ObjectId ID = ObjectId.named("trades");
  private static final long SEED = Long.getLong("plasma.test.seed", System.nanoTime());
  private static final int LONG = InPlaceFill.MIN_ROWS + 321;
  private static final RecordCodec<Trade> TRADES = codec(Trade.class);
  private static final RecordCodec<Plain> PLAIN = codec(Plain.class);
  private static final RecordCodec<Trip> TRIPS = codec(Trip.class);

  private RunningStore store;

  @BeforeEach
  void startsAStore() throws Exception {
    store = new RunningStore(64 << 20);
  }

  @AfterEach
  void leavesNothing() throws Exception {
    assertEquals(0, store.pins());
    assertEquals(0, store.allocator().getAllocatedMemory());
    assertEquals(0, store.usedAfterDeleting(ID));
    store.close();
  }

  @Test
  void aTextIsStoredOnceForAllItsRows() {
    List<Trade> list = trades(10_000, row -> "symbol " + row % 7);
    put(TRADES, list);
    assertGot(TRADES, list);
    assertEquals(distinct(list), new HashSet<>(dictionary("symbol")));
    assertEquals(7, dictionary("symbol").size());
    DictionaryEncoding encoding = TRADES.schema().findField("symbol").getDictionary();
    assertEquals(new ArrowType.Int(32, true), encoding.getIndexType());
  }

  @Test
  void aLongListHasOneDictionaryWhateverTheThreads() {
    Random random = new Random(SEED);
    for (int kinds : new int[] {1, 3, 257, 3_000}) {
      // A String of its own in each row, as of what was read from somewhere.
      List<Trade> list = trades(LONG, row -> "kind " + random.nextInt(kinds));
      for (int threads = 1; threads <= 3; threads++) {
        assertTrue(putInPlace(TRADES, list, threads), () -> "seed=" + SEED + " kinds=" + kinds);
        assertGot(TRADES, list);
        assertEquals(distinct(list).size(), dictionary("symbol").size());
        assertEquals(distinct(list), new HashSet<>(dictionary("symbol")));
      }
    }
  }

  @Test
  void textsThatAreAllDifferentAreKeptAllTheSame() {
    List<Trade> list = trades(LONG, row -> "only once: " + row);
    assertFalse(putInPlace(TRADES, list, 2));
    put(TRADES, list);
    assertGot(TRADES, list);
  }

  @Test
  void aDictionaryThatGrowsLargerThanItsSampleSaidIsKeptAllTheSame() {
    // The rows that are looked at have one of two kinds each, those between them others.
    List<Trade> list = trades(LONG, row -> "kind " + row % 2);
    for (int row = 0; row < LONG; row++) {
      if (row % 64 > 2 && row % 64 < 62) {
        list.set(row, new Trade(row, "another kind " + row, null));
      }
    }
    Set<Integer> looked = new HashSet<>();
    for (int i = 0; i < 1024; i++) {
      looked.add((int) ((long) LONG * i / 1024));
    }
    looked.forEach(row -> list.set(row, new Trade(row, "kind " + row % 2, null)));
    assertFalse(putInPlace(TRADES, list, 2));
    assertEquals(0, store.objects());
    put(TRADES, list);
    assertGot(TRADES, list);
  }

  @Test
  void rowsWithoutATextNeedNone() {
    for (int rows : new int[] {0, 1, 1_000, LONG}) {
      List<Trip> trips = new ArrayList<>(Collections.nCopies(rows, new Trip(null, null, 3)));
      put(TRIPS, trips);
      assertGot(TRIPS, trips);
      List<Trade> trades = new ArrayList<>();
      for (int row = 0; row < rows; row++) {
        trades.add(new Trade(row, "", null));
      }
      put(TRADES, trades);
      assertGot(TRADES, trades);
    }
  }

  @Test
  void aRecordInTwoPlacesHasOneDictionary() {
    Random random = new Random(SEED);
    List<Trip> trips = new ArrayList<>();
    for (int row = 0; row < 3_000; row++) {
      trips.add(new Trip(place(random), place(random), row));
    }
    put(TRIPS, trips);
    assertGot(TRIPS, trips);
    // Records in records take the way by private columns, by several threads.
    trips.addAll(trips.reversed());
    List<Trip> many = new ArrayList<>();
    Collections.nCopies(30, trips).forEach(many::addAll);
    put(TRIPS, many);
    assertGot(TRIPS, many);
  }

  @Test
  void equalTextsThatAreReadAreOneObject() {
    put(TRADES, trades(1_000, row -> "symbol " + row % 5));
    try (RecordList<Trade> got = TRADES.over(store.dataframes()).get(ID)) {
      IdentityHashMap<String, Boolean> objects = new IdentityHashMap<>();
      got.forEach(trade -> objects.put(trade.symbol(), true));
      got.column("symbol", String.class).forEach(symbol -> objects.put(symbol, true));
      got.stream().parallel().forEach(trade -> assertTrue(trade.symbol().startsWith("symbol ")));
      for (int row = 0; row < got.size(); row++) {
        objects.put(got.get(row).symbol(), true);
      }
      assertEquals(5, objects.size());
      assertSame(got.get(3).symbol(), got.column("symbol", String.class).get(8));
    }
  }

  @Test
  void whatIsEncodedIsReadByWhoDoesNotSaySoAndTheOtherWayRound() {
    List<Trade> encoded = trades(20_000, row -> "symbol " + row % 300);
    List<Plain> plain =
        encoded.stream().map(each -> new Plain(each.id(), each.symbol(), each.venue())).toList();
    put(TRADES, encoded);
    assertGot(PLAIN, plain);
    put(PLAIN, plain);
    assertGot(TRADES, encoded);
    try (RecordList<Trade> got = TRADES.over(store.dataframes()).get(ID)) {
      List<@Nullable String> symbols = got.column("symbol", String.class);
      assertEquals(encoded.stream().map(Trade::symbol).toList(), symbols);
    }
  }

  @Test
  void aTextThatCanNotBeStoredIsNamedByItsRow() {
    for (int rows : new int[] {100, LONG * 2}) {
      List<Trade> list = trades(rows, row -> "fine");
      for (int row : new int[] {rows - 1, rows / 2 + 1, 7}) {
        list.set(row, new Trade(1, "fine", "\uDC00?"));
        IllegalArgumentException e =
            assertThrows(IllegalArgumentException.class, () -> put(TRADES, list));
        assertTrue(
            e.getMessage()
                .startsWith(
                    "half a surrogate pair, which UTF-8 can't hold: component=venue row=" + row),
            e.getMessage());
        assertEquals(0, store.objects());
      }
    }
    List<Trip> trips = List.of(new Trip(null, new Place("\uD800", null), 1));
    IllegalArgumentException e =
        assertThrows(IllegalArgumentException.class, () -> put(TRIPS, trips));
    assertTrue(e.getMessage().contains("component=to.country row=0"), e.getMessage());
    List<Trade> nulls = Arrays.asList(new Trade(1, "a", null), new Trade(2, nothing(), null));
    e = assertThrows(IllegalArgumentException.class, () -> put(TRADES, nulls));
    assertTrue(e.getMessage().contains("component=symbol row=1"), e.getMessage());
  }

  @Test
  void anIndexOutsideOfTheDictionaryIsRefusedHoweverItIsRead() {
    for (String venue : new @Nullable String[] {"a venue", null}) {
      List<Trade> list = trades(1_000, row -> "symbol " + row % 5);
      // A column beside it that is null there hides nothing.
      list.set(700, new Trade(700, "symbol 0", venue));
      assertIndicesAreChecked(list);
    }
  }

  private void assertIndicesAreChecked(List<Trade> list) {
    put(TRADES, list);
    byte[] object = bytes();
    int indices = 0;
    ByteBuffer numbers = ByteBuffer.wrap(object).order(ByteOrder.LITTLE_ENDIAN);
    while (!isRamp(numbers, indices)) {
      indices += Integer.BYTES;
    }
    for (int wrong : new int[] {5, -1, Integer.MAX_VALUE, Integer.MIN_VALUE}) {
      byte[] broken = object.clone();
      ByteBuffer.wrap(broken).order(ByteOrder.LITTLE_ENDIAN).putInt(indices + 4 * 700, wrong);
      store.client().delete(ID);
      store.client().createAndSeal(ID, broken);
      try (RecordList<Trade> got = TRADES.over(store.dataframes()).get(ID)) {
        assertEquals(list.get(699), got.get(699));
        assertRefused(wrong, () -> got.get(700));
        assertRefused(wrong, () -> got.column("symbol", String.class).get(700));
        List<Trade> before = new ArrayList<>();
        assertRefused(wrong, () -> got.forEach(before::add));
        assertEquals(list.subList(0, 700), before);
      }
    }
  }

  record Numbered(@DictionaryEncoded int number) {}

  record Points(@DictionaryEncoded List<Place> places) {}

  enum Side {
    BUY
  }

  record Sided(String text, @DictionaryEncoded Side side) {}

  @Test
  void whatHasNoTextsIsRefused() {
    assertRefused(Numbered.class, "component=number type=int");
    assertRefused(Points.class, "component=places type=java.util.List<" + Place.class.getName());
    assertRefused(Sided.class, "component=side type=" + Side.class.getName());
  }

  record Nest(
      @DictionaryEncoded Optional<String> one,
      @DictionaryEncoded List<@Nullable String> many,
      @DictionaryEncoded Map<String, Optional<String>> named) {}

  @Test
  void textsInOtherThingsAreEncoded() {
    RecordCodec<Nest> nests = codec(Nest.class);
    List<Field> encoded = new ArrayList<>();
    nests.schema().getFields().forEach(field -> addEncoded(field, encoded));
    assertEquals(4, encoded.stream().map(Field::getDictionary).distinct().count());
    List<Nest> list =
        List.of(
            new Nest(
                Optional.of("a"), Arrays.asList("b", null, "b"), Map.of("k", Optional.empty())),
            new Nest(Optional.empty(), List.of(), Map.of("k", Optional.of(""))));
    put(nests, list);
    assertGot(nests, list);
  }

  private static void addEncoded(Field field, List<Field> encoded) {
    if (field.getDictionary() != null) {
      encoded.add(field);
    }
    field.getChildren().forEach(child -> addEncoded(child, encoded));
  }

  private void assertRefused(int index, org.junit.jupiter.api.function.Executable read) {
    InvalidArrowDataException e = assertThrows(InvalidArrowDataException.class, read);
    assertTrue(
        e.getMessage().contains("component=symbol row=700 index=" + index + " values=5"),
        e.getMessage());
  }

  private static void assertRefused(Class<? extends Record> type, String facts) {
    IllegalArgumentException e = assertThrows(IllegalArgumentException.class, () -> codec(type));
    assertTrue(
        e.getMessage()
            .startsWith(
                "no texts to encode by a dictionary: record=" + type.getName() + " " + facts),
        e.getMessage());
  }

  /** Whether here begin the indices 0 1 2 3 4 0 1 … */
  private static boolean isRamp(ByteBuffer numbers, int offset) {
    for (int i = 0; i < 1_000; i++) {
      if (numbers.getInt(offset + 4 * i) != i % 5) {
        return false;
      }
    }
    return true;
  }

  private static @Nullable Place place(Random random) {
    return random.nextInt(5) == 0
        ? null
        : new Place("country " + random.nextInt(40), random.nextBoolean() ? "city" : null);
  }

  private static List<Trade> trades(int rows, IntFunction<String> symbols) {
    Random random = new Random(SEED);
    List<Trade> list = new ArrayList<>(rows);
    for (int row = 0; row < rows; row++) {
      String venue = random.nextInt(3) == 0 ? null : "é𝄞".repeat(random.nextInt(20));
      list.add(new Trade(row, symbols.apply(row), venue));
    }
    return list;
  }

  private static Set<String> distinct(List<Trade> list) {
    Set<String> symbols = new HashSet<>();
    list.forEach(each -> symbols.add(each.symbol()));
    return symbols;
  }

  private static <T extends Record> RecordCodec<T> codec(Class<T> type) {
    return RecordCodec.of(type, MethodHandles.lookup());
  }

  @SuppressWarnings("NullAway") // What a caller may do all the same.
  private static String nothing() {
    return null;
  }

  private <T extends Record> boolean putInPlace(RecordCodec<T> codec, List<T> list, int threads) {
    delete();
    return InPlaceFill.put(store.dataframes(), ID, codec, list, threads);
  }

  private <T extends Record> void put(RecordCodec<T> codec, List<T> list) {
    delete();
    codec.over(store.dataframes()).put(ID, list);
  }

  private void delete() {
    if (store.client().contains(ID)) {
      store.client().delete(ID);
    }
  }

  private <T extends Record> void assertGot(RecordCodec<T> codec, List<T> list) {
    try (RecordList<T> got = codec.over(store.dataframes()).get(ID)) {
      assertEquals(list, new ArrayList<>(got), "seed=" + SEED);
      List<T> iterated = new ArrayList<>();
      got.forEach(iterated::add);
      assertEquals(list, iterated, "seed=" + SEED);
      assertEquals(list, got.stream().parallel().toList(), "seed=" + SEED);
    }
    try (ArrowObject object = store.dataframes().open(ID)) {
      object.validate();
    }
  }

  /** What the dictionary of a column has. */
  private List<String> dictionary(String column) {
    List<String> values = new ArrayList<>();
    try (ArrowObject object = store.dataframes().open(ID);
        VectorSchemaRoot root = object.batch(0)) {
      FieldVector indices = root.getVector(column);
      long id = indices.getField().getDictionary().getId();
      VarCharVector texts = (VarCharVector) object.dictionaries(0).lookup(id).getVector();
      for (int i = 0; i < texts.getValueCount(); i++) {
        values.add(texts.getObject(i).toString());
      }
    }
    return values;
  }

  private byte[] bytes() {
    try (SealedObject object = store.client().get(ID)) {
      return object.data().toArray(ValueLayout.JAVA_BYTE);
    }
  }
}
