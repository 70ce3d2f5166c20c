package io.plasmastore.arrow.records;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.plasmastore.ObjectId;
import io.plasmastore.SealedObject;
import io.plasmastore.arrow.InvalidArrowDataException;
import io.plasmastore.arrow.RunningStore;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandles;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.BigIntVector;
import org.apache.arrow.vector.BitVector;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.TimeStampNanoTZVector;
import org.apache.arrow.vector.TinyIntVector;
import org.apache.arrow.vector.VarCharVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.ViewVarBinaryVector;
import org.apache.arrow.vector.ViewVarCharVector;
import org.apache.arrow.vector.complex.RunEndEncodedVector;
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

/** The same values in the forms that other producers like: views, run ends, dictionaries. */
class OtherFormsTest {
  private static final ObjectId ID = ObjectId.named("forms");
  private static final ArrowType LONG = new ArrowType.Int(64, true);

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
    assertEquals(0, allocator.getAllocatedMemory());
    store.close();
  }

  record Texts(@Nullable String text, byte @Nullable [] bytes) {}

  @Test
  void viewsAreRead() {
    String[] texts = {"", "twelve bytes", "thirteen byte", null, "𝄞 and many more bytes"};
    put(views(texts), binaryViews(texts));
    try (RecordList<Texts> rows = get(Texts.class)) {
      assertEquals(Arrays.asList(texts), rows.column("text", String.class));
      List<Texts> inOrder = new ArrayList<>(rows);
      for (int row = 0; row < texts.length; row++) {
        assertEquals(texts[row], inOrder.get(row).text());
        assertArrayEquals(utf8(texts[row]), inOrder.get(row).bytes());
      }
    }
  }

  /** They are data, which nobody has looked at before; a put reads where long values lie. */
  @Test
  void viewsThatLeadOutsideAreRefused() {
    ViewVarCharVector views = views("short", "a longer one of them", "fine");
    put(views);
    byte[] object = bytes();
    int view = indexOf(object, "a lo".getBytes(StandardCharsets.UTF_8)) - Integer.BYTES;
    for (int[] wrong : new int[][] {{0, -1}, {0, 1 << 20}, {8, 1}, {8, -1}, {12, -1}, {12, 99}}) {
      replace(object, view + wrong[0], wrong[1]);
      try (RecordList<Texts> rows = get(Texts.class)) {
        assertEquals("short", rows.get(0).text());
        assertThrows(InvalidArrowDataException.class, () -> rows.get(1));
        assertEquals("fine", rows.get(2).text());
      }
    }
  }

  enum Side {
    BUY,
    SELL
  }

  @NullMarked
  record Run(long id, boolean flag, @Nullable Long size, Side side, @Nullable String text) {}

  @Test
  void runsAreRead() {
    int[] ends = {2, 3, 7};
    put(
        runs("id", 32, ends, longs("values", 5L, 6L, 7L)),
        runs("flag", 16, ends, bits("values", true, false, true)),
        runs("size", 64, ends, longs("values", 1L, null, 3L)),
        runs("side", 32, ends, texts("values", "SELL", "BUY", "SELL")),
        runs("text", 32, ends, views("one", null, "three")));
    List<Run> wanted = new ArrayList<>();
    for (int row = 0; row < 7; row++) {
      wanted.add(
          row < 2
              ? new Run(5, true, 1L, Side.SELL, "one")
              : row < 3
                  ? new Run(6, false, null, Side.BUY, null)
                  : new Run(7, true, 3L, Side.SELL, "three"));
    }
    try (RecordList<Run> rows = get(Run.class)) {
      assertEquals(wanted, new ArrayList<>(rows));
      assertEquals(wanted.reversed(), rows.reversed());
      assertArrayEquals(new long[] {5, 5, 6, 7, 7, 7, 7}, rows.longColumn("id").toArray());
      LongColumn sizes = rows.longColumn("size");
      assertTrue(sizes.isNull(2));
      assertEquals(3, sizes.get(3));
    }
  }

  @NullMarked
  record Strict(long id, String text) {}

  @Test
  void aNullInARunIsRefusedWithItsRow() {
    int[] ends = {4, 6};
    put(
        runs("id", 32, ends, longs("values", 1L, null)),
        runs("text", 32, ends, texts("v", "", "")));
    assertRefused("component=id row=4");
    store.client().delete(ID);
    put(
        runs("id", 32, ends, longs("values", 1L, 2L)),
        runs("text", 32, ends, texts("v", "", null)));
    assertRefused("component=text row=4");
  }

  @Test
  void runsThatEndTooEarlyOrOutOfOrderLeadNowhereElse() {
    int[] ends = {2, 4, 6};
    byte[] middle = {2, 0, 0, 0, 4, 0, 0, 0, 6, 0, 0, 0};
    put(runs("id", 32, ends, longs("v", 1L, 2L, 3L)), texts("text", "", "", "", "", "", ""));
    byte[] object = bytes();
    int offset = indexOf(object, middle) + Integer.BYTES;
    replace(object, offset + Integer.BYTES, 5);
    assertThrows(InvalidArrowDataException.class, () -> get(Strict.class));
    for (int wrong : new int[] {-1, 0, 7, Integer.MAX_VALUE, Integer.MIN_VALUE}) {
      replace(object, offset, wrong);
      try (RecordList<Strict> rows = get(Strict.class)) {
        assertTrue(rows.stream().allMatch(row -> row.id() >= 1 && row.id() <= 3), rows::toString);
      }
    }
  }

  @NullMarked
  record Encoded(long id, @Nullable Long size, Instant time) {}

  @Test
  void dictionariesOfNumbersAndTimesAreRead() {
    DictionaryEncoding ids = new DictionaryEncoding(1, false, new ArrowType.Int(8, true));
    DictionaryEncoding sizes = new DictionaryEncoding(2, false, new ArrowType.Int(8, true));
    DictionaryEncoding times = new DictionaryEncoding(3, false, new ArrowType.Int(8, true));
    TimeStampNanoTZVector nanos =
        new TimeStampNanoTZVector(
            "t",
            FieldType.nullable(new ArrowType.Timestamp(TimeUnit.NANOSECOND, "UTC")),
            allocator);
    nanos.setSafe(0, 1);
    nanos.setSafe(1, 2_000_000_000L);
    nanos.setValueCount(2);
    putEncoded(
        List.of(
            indices("id", ids, 1, 0, 1),
            indices("size", sizes, 0, 1, null),
            indices("time", times, 1, 0, 1)),
        Map.of(ids, longs("i", 10L, 20L), sizes, longs("s", 7L, null), times, nanos));
    Instant late = Instant.ofEpochSecond(2);
    try (RecordList<Encoded> rows = get(Encoded.class)) {
      assertEquals(
          List.of(
              new Encoded(20, 7L, late),
              new Encoded(10, null, Instant.ofEpochSecond(0, 1)),
              new Encoded(20, null, late)),
          new ArrayList<>(rows));
      assertArrayEquals(new long[] {20, 10, 20}, rows.longColumn("id").toArray());
    }
  }

  @Test
  void anIndexOfANumberOutsideOfTheDictionaryIsRefused() {
    DictionaryEncoding ids = new DictionaryEncoding(1, false, new ArrowType.Int(8, true));
    for (int wrong : new int[] {2, -1}) {
      putEncoded(
          List.of(indices("id", ids, 0, wrong), texts("text", "", "")),
          Map.of(ids, longs("i", 10L, 20L)));
      InvalidArrowDataException e =
          assertThrows(InvalidArrowDataException.class, () -> get(Strict.class));
      assertTrue(e.getMessage().contains("component=id row=1 index=" + wrong), e.getMessage());
      store.client().delete(ID);
    }
  }

  private void assertRefused(String facts) {
    SchemaMismatchException e =
        assertThrows(SchemaMismatchException.class, () -> get(Strict.class));
    assertTrue(e.getMessage().contains(facts), e.getMessage());
  }

  private <T extends Record> RecordList<T> get(Class<T> type) {
    return RecordCodec.of(type, MethodHandles.lookup()).over(store.dataframes()).get(ID);
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

  /** A column of runs that end before these rows; takes the values over. */
  private RunEndEncodedVector runs(String name, int width, int[] ends, FieldVector values) {
    Field runEnds = Field.notNullable("run_ends", new ArrowType.Int(width, true));
    RunEndEncodedVector vector =
        (RunEndEncodedVector)
            new Field(
                    name,
                    FieldType.notNullable(ArrowType.RunEndEncoded.INSTANCE),
                    List.of(runEnds, values.getField()))
                .createVector(allocator);
    FieldVector ends32 = vector.getRunEndsVector();
    ends32.setInitialCapacity(ends.length);
    ends32.allocateNew();
    for (int run = 0; run < ends.length; run++) {
      ((org.apache.arrow.vector.BaseIntVector) ends32)
          .setUnsafeWithPossibleTruncate(run, ends[run]);
    }
    ends32.setValueCount(ends.length);
    values.makeTransferPair(vector.getValuesVector()).transfer();
    vector.setValueCount(ends[ends.length - 1]);
    return vector;
  }

  private TinyIntVector indices(
      String name, DictionaryEncoding encoding, @Nullable Integer... indices) {
    TinyIntVector vector =
        new TinyIntVector(name, new FieldType(true, encoding.getIndexType(), encoding), allocator);
    for (int row = 0; row < indices.length; row++) {
      Integer index = indices[row];
      if (index == null) {
        vector.setNull(row);
      } else {
        vector.setSafe(row, index.byteValue());
      }
    }
    vector.setValueCount(indices.length);
    return vector;
  }

  private BigIntVector longs(String name, @Nullable Long... values) {
    BigIntVector vector = new BigIntVector(name, FieldType.nullable(LONG), allocator);
    for (int i = 0; i < values.length; i++) {
      Long value = values[i];
      if (value == null) {
        vector.setNull(i);
      } else {
        vector.setSafe(i, value);
      }
    }
    vector.setValueCount(values.length);
    return vector;
  }

  private BitVector bits(String name, boolean... values) {
    BitVector vector = new BitVector(name, allocator);
    for (int i = 0; i < values.length; i++) {
      vector.setSafe(i, values[i] ? 1 : 0);
    }
    vector.setValueCount(values.length);
    return vector;
  }

  private VarCharVector texts(String name, @Nullable String... values) {
    VarCharVector vector = new VarCharVector(name, allocator);
    for (int i = 0; i < values.length; i++) {
      byte[] value = utf8(values[i]);
      if (value == null) {
        vector.setNull(i);
      } else {
        vector.setSafe(i, value);
      }
    }
    vector.setValueCount(values.length);
    return vector;
  }

  private ViewVarCharVector views(@Nullable String... values) {
    ViewVarCharVector vector = new ViewVarCharVector("text", allocator);
    vector.allocateNew();
    for (int i = 0; i < values.length; i++) {
      byte[] value = utf8(values[i]);
      if (value == null) {
        vector.setNull(i);
      } else {
        vector.setSafe(i, value);
      }
    }
    vector.setValueCount(values.length);
    return vector;
  }

  private ViewVarBinaryVector binaryViews(@Nullable String... values) {
    ViewVarBinaryVector vector = new ViewVarBinaryVector("bytes", allocator);
    vector.allocateNew();
    for (int i = 0; i < values.length; i++) {
      byte[] value = utf8(values[i]);
      if (value == null) {
        vector.setNull(i);
      } else {
        vector.setSafe(i, value);
      }
    }
    vector.setValueCount(values.length);
    return vector;
  }

  private byte[] bytes() {
    try (SealedObject object = store.client().get(ID)) {
      return object.data().toArray(ValueLayout.JAVA_BYTE);
    }
  }

  /** Stores the same with another number at an offset. */
  private void replace(byte[] object, int offset, int value) {
    byte[] broken = object.clone();
    ByteBuffer.wrap(broken).order(ByteOrder.LITTLE_ENDIAN).putInt(offset, value);
    store.client().delete(ID);
    store.client().createAndSeal(ID, broken);
  }

  private static byte @Nullable [] utf8(@Nullable String text) {
    return text == null ? null : text.getBytes(StandardCharsets.UTF_8);
  }

  private static int indexOf(byte[] bytes, byte[] wanted) {
    for (int i = 0; i <= bytes.length - wanted.length; i++) {
      if (Arrays.equals(bytes, i, i + wanted.length, wanted, 0, wanted.length)) {
        return i;
      }
    }
    throw new AssertionError("not there");
  }
}
