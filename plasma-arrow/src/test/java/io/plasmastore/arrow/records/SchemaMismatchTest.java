package io.plasmastore.arrow.records;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.plasmastore.ObjectId;
import io.plasmastore.arrow.InvalidArrowDataException;
import io.plasmastore.arrow.RunningStore;
import java.lang.invoke.MethodHandles;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.BigIntVector;
import org.apache.arrow.vector.DateMilliVector;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.IntVector;
import org.apache.arrow.vector.LargeVarCharVector;
import org.apache.arrow.vector.NullVector;
import org.apache.arrow.vector.TimeStampMicroTZVector;
import org.apache.arrow.vector.TimeStampSecTZVector;
import org.apache.arrow.vector.UInt4Vector;
import org.apache.arrow.vector.VarCharVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.complex.ListVector;
import org.apache.arrow.vector.complex.StructVector;
import org.apache.arrow.vector.dictionary.Dictionary;
import org.apache.arrow.vector.dictionary.DictionaryProvider.MapDictionaryProvider;
import org.apache.arrow.vector.types.TimeUnit;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.DictionaryEncoding;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.FieldType;
import org.jspecify.annotations.NullMarked;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Dataframes that other producers made: what fits is read, what doesn't is said. */
class SchemaMismatchTest {
  private static final ObjectId ID = ObjectId.named("foreign");

  @NullMarked
  record Row(long id, @Nullable String text, @Nullable Instant time, Optional<LocalDate> date) {}

  private RunningStore store;
  private BufferAllocator allocator;

  @BeforeEach
  void startsAStore() throws Exception {
    store = new RunningStore(16 << 20);
    allocator = store.allocator();
  }

  @AfterEach
  void leavesNothing() throws Exception {
    assertEquals(0, store.pins());
    store.close();
  }

  @Test
  void eachDifferenceIsSaid() {
    put(ints("id", 1), ints("text", 2), longs("time", 3), longs("date", 4));
    SchemaMismatchException e = refused(Row.class);
    assertEquals(
        List.of(
            "another type: component=id stored=Int(32, true) wanted=Int(64, true)",
            "another type: component=text stored=Int(32, true) wanted=Utf8",
            "another type: component=time stored=Int(64, true)"
                + " wanted=Timestamp(NANOSECOND, UTC)",
            "another type: component=date stored=Int(64, true) wanted=Date(DAY)"),
        e.differences());
    assertTrue(e.getMessage().contains(Row.class.getName()), e.getMessage());
    assertTrue(e.getMessage().contains(ID.toHex()), e.getMessage());
  }

  @Test
  void aColumnMoreIsLeftAloneAndOneThatMayBeNullMayBeMissing() {
    put(ints("more", 1, 2), longs("id", 5, 6));
    try (RecordList<Row> rows = get(Row.class)) {
      assertEquals(
          List.of(
              new Row(5, null, null, Optional.empty()), new Row(6, null, null, Optional.empty())),
          rows);
    }
  }

  @Test
  void aColumnThatMustBeThereIsMissed() {
    put(texts("text", "a"));
    assertEquals(
        List.of("missing: component=id wanted=Int(64, true)"), refused(Row.class).differences());
  }

  @Test
  void twoColumnsOfOneNameAreRefused() {
    put(longs("id", 1), longs("id", 2));
    assertEquals(
        List.of("more than one column of that name: component=id"),
        refused(Row.class).differences());
  }

  @Test
  void aNullInAPrimitiveIsRefusedWithItsRow() {
    BigIntVector ids = longs("id", new long[200]);
    ids.setNull(137);
    put(ids);
    assertTrue(
        refused(Row.class).getMessage().contains("component=id row=137"),
        refused(Row.class).getMessage());
  }

  @Test
  void aColumnOfNullsIsNullWhereThatIsAllowed() {
    put(longs("id", 1, 2), new NullVector("text", 2));
    try (RecordList<Row> rows = get(Row.class)) {
      assertEquals(null, rows.get(1).text());
    }
    store.client().delete(ID);
    put(new NullVector("id", 2));
    assertTrue(refused(Row.class).getMessage().contains("a column of nulls: component=id"));
  }

  @Test
  void otherFormsOfTheSameAreRead() {
    LargeVarCharVector text = new LargeVarCharVector("text", allocator);
    text.setSafe(0, "large".getBytes(StandardCharsets.UTF_8));
    text.setNull(1);
    text.setValueCount(2);
    TimeStampMicroTZVector time =
        new TimeStampMicroTZVector(
            "time",
            FieldType.nullable(new ArrowType.Timestamp(TimeUnit.MICROSECOND, "Asia/Tokyo")),
            allocator);
    time.setSafe(0, -1);
    time.setSafe(1, Long.MAX_VALUE);
    time.setValueCount(2);
    DateMilliVector date = new DateMilliVector("date", allocator);
    date.setSafe(0, -86_400_000L);
    date.setNull(1);
    date.setValueCount(2);
    put(longs("id", 1, 2), text, time, date);
    try (RecordList<Row> rows = get(Row.class)) {
      Instant late = Instant.EPOCH.plus(Long.MAX_VALUE, java.time.temporal.ChronoUnit.MICROS);
      assertEquals(
          List.of(
              new Row(
                  1,
                  "large",
                  Instant.EPOCH.minusNanos(1000),
                  Optional.of(LocalDate.of(1969, 12, 31))),
              new Row(2, null, late, Optional.empty())),
          rows);
    }
  }

  @Test
  void aTimeThatJavaHasNotIsRefusedWhenItIsRead() {
    TimeStampSecTZVector time =
        new TimeStampSecTZVector(
            "time", FieldType.nullable(new ArrowType.Timestamp(TimeUnit.SECOND, "UTC")), allocator);
    time.setSafe(0, Long.MAX_VALUE);
    time.setValueCount(1);
    put(longs("id", 1), time);
    try (RecordList<Row> rows = get(Row.class)) {
      assertThrows(InvalidArrowDataException.class, () -> rows.get(0));
    }
  }

  enum Side {
    BUY,
    SELL
  }

  @NullMarked
  record Order(Side side, @Nullable String city) {}

  @Test
  void dictionariesOfAnyIndicesAreRead() {
    DictionaryEncoding sides = new DictionaryEncoding(4, false, new ArrowType.Int(32, false));
    DictionaryEncoding cities = new DictionaryEncoding(9, false, new ArrowType.Int(64, true));
    UInt4Vector side =
        new UInt4Vector("side", new FieldType(true, sides.getIndexType(), sides), allocator);
    BigIntVector city =
        new BigIntVector("city", new FieldType(true, cities.getIndexType(), cities), allocator);
    for (int row = 0; row < 4; row++) {
      side.setSafe(row, row % 2);
      city.setSafe(row, 2L - row % 3);
    }
    side.setValueCount(4);
    city.setNull(3);
    city.setValueCount(4);
    putEncoded(
        List.of(side, city),
        Map.of(sides, texts("s", "SELL", "BUY"), cities, texts("c", "Rom", null, "Bern")));
    try (RecordList<Order> orders = get(Order.class)) {
      assertEquals(
          List.of(
              new Order(Side.SELL, "Bern"),
              new Order(Side.BUY, null),
              new Order(Side.SELL, "Rom"),
              new Order(Side.BUY, null)),
          orders);
    }
  }

  @Test
  void indicesOutsideOfTheDictionaryAndUnknownConstantsAreRefused() {
    DictionaryEncoding sides = new DictionaryEncoding(4, false, new ArrowType.Int(32, true));
    IntVector side =
        new IntVector("side", new FieldType(false, sides.getIndexType(), sides), allocator);
    int[] indices = {0, 1, 2, -1, Integer.MAX_VALUE};
    for (int row = 0; row < indices.length; row++) {
      side.setSafe(row, indices[row]);
    }
    side.setValueCount(indices.length);
    putEncoded(List.of(side), Map.of(sides, texts("s", "BUY", "HOLD")));
    try (RecordList<Order> orders = get(Order.class)) {
      assertEquals(new Order(Side.BUY, null), orders.get(0));
      String message =
          assertThrows(SchemaMismatchException.class, () -> orders.get(1)).getMessage();
      assertTrue(message.contains("component=side") && message.contains("HOLD"), message);
      for (int row = 2; row < indices.length; row++) {
        int wrong = row;
        assertThrows(InvalidArrowDataException.class, () -> orders.get(wrong));
      }
    }
  }

  @Test
  void namesOfConstantsAreReadFromPlainTexts() {
    put(texts("side", "SELL", "BUY"));
    try (RecordList<Order> orders = get(Order.class)) {
      assertEquals(List.of(new Order(Side.SELL, null), new Order(Side.BUY, null)), orders);
    }
  }

  @NullMarked
  record Point(int x) {}

  @NullMarked
  record Shape(List<Long> sizes, @Nullable Point point) {}

  @Test
  void nestedNullsAreRefusedWhereTheyAreReadAlone() {
    ListVector sizes = ListVector.empty("sizes", allocator);
    sizes.addOrGetVector(FieldType.nullable(new ArrowType.Int(64, true)));
    StructVector point = StructVector.empty("point", allocator);
    IntVector x =
        point.addOrGet("x", FieldType.nullable(new ArrowType.Int(32, true)), IntVector.class);
    BigIntVector elements = (BigIntVector) sizes.getDataVector();
    for (int row = 0; row < 3; row++) {
      sizes.startNewValue(row);
      elements.setSafe(2 * row, row);
      elements.setSafe(2 * row + 1, row);
      sizes.endValue(row, 2);
      x.setSafe(row, row);
      point.setIndexDefined(row);
    }
    elements.setNull(3);
    x.setNull(0);
    x.setNull(2);
    sizes.setValueCount(3);
    point.setValueCount(3);
    point.setNull(0);
    put(sizes, point);
    try (RecordList<Shape> shapes = get(Shape.class)) {
      assertEquals(new Shape(List.of(0L, 0L), null), shapes.get(0));
      assertTrue(
          assertThrows(SchemaMismatchException.class, () -> shapes.get(1))
              .getMessage()
              .contains("component=sizes[]"));
      assertTrue(
          assertThrows(SchemaMismatchException.class, () -> shapes.get(2))
              .getMessage()
              .contains("component=point.x"));
    }
  }

  @Test
  void nestedDifferencesAreNamedByTheirPath() {
    ListVector sizes = ListVector.empty("sizes", allocator);
    sizes.addOrGetVector(FieldType.nullable(ArrowType.Utf8.INSTANCE));
    sizes.setValueCount(0);
    StructVector point = StructVector.empty("point", allocator);
    point.addOrGet("y", FieldType.nullable(new ArrowType.Int(32, true)), IntVector.class);
    point.setValueCount(0);
    put(sizes, point);
    assertEquals(
        List.of(
            "another type: component=sizes[] stored=Utf8 wanted=Int(64, true)",
            "missing: component=point.x wanted=Int(32, true)"),
        refused(Shape.class).differences());
  }

  /** The offsets are data, which nobody has looked at before. */
  @Test
  void offsetsThatLeadOutsideAreRefused() {
    for (int wrong : new int[] {-1, 100, Integer.MAX_VALUE, Integer.MIN_VALUE}) {
      VarCharVector text = texts("text", "aaaa", "bbbb", "cccc");
      // The last offset stays, as the put copies as many bytes as it says.
      text.getOffsetBuffer().setInt(Integer.BYTES, wrong);
      put(longs("id", 1, 2, 3), text);
      try (RecordList<Row> rows = get(Row.class)) {
        assertThrows(InvalidArrowDataException.class, () -> rows.get(0));
        assertThrows(InvalidArrowDataException.class, () -> rows.get(1));
        assertEquals("cccc", rows.get(2).text());
      }
      store.client().delete(ID);
    }
  }

  @Test
  void bytesThatAreNoDataframeAreRefused() {
    store.client().createAndSeal(ID, new byte[100]);
    assertThrows(InvalidArrowDataException.class, () -> get(Row.class));
    assertEquals(0, allocator.getAllocatedMemory());
  }

  @Test
  void noBatchAtAllIsAnEmptyList() throws Exception {
    Field id = Field.notNullable("id", new ArrowType.Int(64, true));
    try (RootsReader reader =
        new RootsReader(
            allocator, List.of(VectorSchemaRoot.of(longs("id"))), new MapDictionaryProvider())) {
      assertTrue(reader.loadNextBatch());
      store.dataframes().put(ID, reader);
    }
    try (RecordList<Row> rows = get(Row.class)) {
      assertEquals(0, rows.batchCount());
      assertTrue(rows.isEmpty());
      assertEquals(0, rows.longColumn("id").size());
      assertEquals(0, rows.longColumn(id.getName()).toArray().length);
    }
  }

  private <T extends Record> RecordList<T> get(Class<T> type) {
    return RecordCodec.of(type, MethodHandles.lookup()).over(store.dataframes()).get(ID);
  }

  private SchemaMismatchException refused(Class<? extends Record> type) {
    SchemaMismatchException e = assertThrows(SchemaMismatchException.class, () -> get(type));
    assertEquals(0, store.pins());
    assertEquals(0, allocator.getAllocatedMemory());
    return e;
  }

  private void put(FieldVector... vectors) {
    putEncoded(List.of(vectors), Map.of());
  }

  private void putEncoded(
      List<FieldVector> vectors, Map<DictionaryEncoding, FieldVector> dictionaries) {
    MapDictionaryProvider provider = new MapDictionaryProvider();
    dictionaries.forEach((encoding, values) -> provider.put(new Dictionary(values, encoding)));
    try (VectorSchemaRoot root = new VectorSchemaRoot(vectors)) {
      store.dataframes().put(ID, root, provider);
    } finally {
      dictionaries.values().forEach(FieldVector::close);
    }
  }

  private BigIntVector longs(String name, long... values) {
    BigIntVector vector = new BigIntVector(name, allocator);
    for (int i = 0; i < values.length; i++) {
      vector.setSafe(i, values[i]);
    }
    vector.setValueCount(values.length);
    return vector;
  }

  private IntVector ints(String name, int... values) {
    IntVector vector = new IntVector(name, allocator);
    for (int i = 0; i < values.length; i++) {
      vector.setSafe(i, values[i]);
    }
    vector.setValueCount(values.length);
    return vector;
  }

  private VarCharVector texts(String name, @Nullable String... values) {
    VarCharVector vector = new VarCharVector(name, allocator);
    for (int i = 0; i < values.length; i++) {
      String value = values[i];
      if (value == null) {
        vector.setNull(i);
      } else {
        vector.setSafe(i, value.getBytes(StandardCharsets.UTF_8));
      }
    }
    vector.setValueCount(values.length);
    return vector;
  }
}
