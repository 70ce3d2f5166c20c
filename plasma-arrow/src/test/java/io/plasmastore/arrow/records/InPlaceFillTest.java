package io.plasmastore.arrow.records;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.plasmastore.ErrorCode;
import io.plasmastore.ObjectId;
import io.plasmastore.PlasmaException;
import io.plasmastore.SealedObject;
import io.plasmastore.arrow.ArrowObject;
import io.plasmastore.arrow.RunningStore;
import java.lang.invoke.MethodHandles;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Long lists that are taken apart straight into an object. */
@Timeout(180)
class InPlaceFillTest {
  /** A component of each kind that is one column. */
  record Row(
      long number,
      @Nullable Integer maybe,
      boolean flag,
      @Nullable Boolean doubt,
      @Nullable String text,
      TimeUnit unit,
      @Nullable TimeUnit other,
      BigDecimal amount,
      UUID id,
      Instant time,
      Optional<String> note,
      double real,
      char letter,
      @DictionaryEncoded String symbol,
      @DictionaryEncoded @Nullable String venue,
      @DictionaryEncoded Optional<String> city,
      String last) {}

  record Named(int number, String name) {}

  record Tagged(int number, List<String> tags) {}

  private static final ObjectId ID = ObjectId.named("records");
  private static final RecordCodec<Row> ROWS = RecordCodec.of(Row.class, MethodHandles.lookup());
  private static final RecordCodec<Named> NAMES =
      RecordCodec.of(Named.class, MethodHandles.lookup());

  private RunningStore store;

  @BeforeEach
  void startsAStore() throws Exception {
    store = new RunningStore(32 << 20);
  }

  @AfterEach
  void leavesNothing() throws Exception {
    assertEquals(0, store.pins());
    assertEquals(0, store.allocator().getAllocatedMemory());
    assertEquals(0, store.usedAfterDeleting(ID));
    store.close();
  }

  @Test
  void everyKindOfColumnComesBackWhateverTheNumberOfRowsAndThreads() {
    long seed = Long.getLong("plasma.test.seed", System.nanoTime());
    int threads = 1;
    for (int rows : new int[] {1, 63, 4096, 4097, 20_001, 30_000}) {
      List<Row> list = rows(seed, rows);
      assertTrue(put(ROWS, list, threads));
      assertGot(ROWS, list, "seed=" + seed + " rows=" + rows);
      store.client().delete(ID);
      threads = threads % 3 + 1;
    }
  }

  @Test
  void isWhatALongListIsPutBy() {
    List<Named> list = new ArrayList<>();
    for (int i = 0; i < InPlaceFill.MIN_ROWS + 5; i++) {
      list.add(new Named(i, "the name of " + 1_000_000 + i));
    }
    NAMES.over(store.dataframes()).put(ID, list);
    assertGot(NAMES, list, "long");
    // No more than a few blocks were ever in private memory, which the columns would not fit in.
    assertTrue(store.allocator().getPeakMemoryAllocation() < 24L * list.size() * 2);
  }

  @Test
  void givesBackTheRoomThatIsNotNeeded() {
    Random random = new Random(3);
    List<Named> list = new ArrayList<>();
    for (int i = 0; i < 10_000; i++) {
      list.add(new Named(i, "x".repeat(random.nextInt(60))));
    }
    assertTrue(put(NAMES, list, 2));
    long exact = list.stream().mapToLong(each -> each.name().length()).sum() + 8L * list.size();
    try (SealedObject object = store.client().get(ID)) {
      // Two validity bitmaps and metadata besides.
      assertTrue(object.data().byteSize() < exact + 2 * 10_000 / 8 + 2_000);
    }
    assertGot(NAMES, list, "sizes differ");
  }

  @Test
  void isNotDoneWhereTheSampleWasNotOneOfTheWhole() {
    List<Named> list = new ArrayList<>();
    for (int i = 0; i < 100_000; i++) {
      list.add(new Named(i, "short"));
    }
    for (int i = 0; i < 1024; i++) {
      // Between those that are looked at.
      list.set((int) (100_000L * i / 1024) + 1, new Named(-1, "long ".repeat(100)));
    }
    assertFalse(put(NAMES, list, 3));
    assertEquals(0, store.objects());
    NAMES.over(store.dataframes()).put(ID, list);
    assertGot(NAMES, list, "an estimate that is too low");
  }

  @Test
  void isNotDoneForWhatIsMoreThanAColumn() {
    RecordCodec<Tagged> codec = RecordCodec.of(Tagged.class, MethodHandles.lookup());
    List<Tagged> list = Collections.nCopies(70_000, new Tagged(1, List.of("a")));
    assertFalse(put(codec, list, 2));
    codec.over(store.dataframes()).put(ID, list);
    assertGot(codec, list, "lists");
  }

  @Test
  void namesTheFirstRowThatCanNotBeStored() {
    List<Named> list = new ArrayList<>(Collections.nCopies(200_000, new Named(1, "name")));
    for (int row : new int[] {199_999, 150_001, 70_001, 8_001, 4_095}) {
      list.set(row, new Named(1, "\uDC00"));
      IllegalArgumentException e =
          assertThrows(
              IllegalArgumentException.class, () -> NAMES.over(store.dataframes()).put(ID, list));
      assertTrue(e.getMessage().contains("component=name row=" + row + " "), () -> e.getMessage());
      assertEquals(0, store.objects());
      assertEquals(0, store.allocator().getAllocatedMemory());
    }
  }

  record Two(@Nullable String first, String second) {}

  /** Components are taken one after the other, of many rows each; the row counts all the same. */
  @Test
  void namesTheFirstRowWhicheverComponentComesFirst() {
    RecordCodec<Two> codec = RecordCodec.of(Two.class, MethodHandles.lookup());
    List<Two> list = new ArrayList<>(Collections.nCopies(70_000, new Two(null, "fine")));
    list.set(5_310, new Two("\uDC00", "fine"));
    list.set(5_300, new Two("fine", "\uD800"));
    for (int threads = 1; threads <= 2; threads++) {
      int parts = threads;
      IllegalArgumentException e =
          assertThrows(IllegalArgumentException.class, () -> put(codec, list, parts));
      assertTrue(e.getMessage().contains("component=second row=5300 "), e::getMessage);
      assertEquals(0, store.objects());
    }
    list.set(5_299, null);
    IllegalArgumentException e =
        assertThrows(IllegalArgumentException.class, () -> put(codec, list, 2));
    assertTrue(e.getMessage().contains("null in the place of a record"), e::getMessage);
    assertTrue(e.getMessage().contains("row=5299 "), e::getMessage);
  }

  @Test
  void leavesNothingWhereTheStoreIsFullOrTheIdTaken() {
    List<Named> list = Collections.nCopies(3_000_000, new Named(1, "a text of some length"));
    PlasmaException full =
        assertThrows(PlasmaException.class, () -> NAMES.over(store.dataframes()).put(ID, list));
    assertEquals(ErrorCode.OBJECT_TOO_LARGE, full.code());
    assertEquals(0, store.objects());
    store.client().createAndSeal(ID, new byte[] {1});
    PlasmaException taken =
        assertThrows(
            PlasmaException.class,
            () -> NAMES.over(store.dataframes()).put(ID, list.subList(0, 100_000)));
    assertEquals(ErrorCode.OBJECT_EXISTS, taken.code());
  }

  private <T extends Record> boolean put(RecordCodec<T> codec, List<T> list, int threads) {
    return InPlaceFill.put(store.dataframes(), ID, codec, list, threads);
  }

  private <T extends Record> void assertGot(RecordCodec<T> codec, List<T> list, String what) {
    try (RecordList<T> got = codec.over(store.dataframes()).get(ID)) {
      assertEquals(1, got.batchCount(), what);
      assertEquals(list, new ArrayList<>(got), what);
      assertEquals(list, got.stream().toList(), what);
    }
    try (ArrowObject object = store.dataframes().open(ID);
        VectorSchemaRoot root = object.batch(0)) {
      object.validate();
      for (var vector : root.getFieldVectors()) {
        int nulls = 0;
        for (int row = 0; row < vector.getValueCount(); row++) {
          nulls += vector.isNull(row) ? 1 : 0;
        }
        assertEquals(nulls, vector.getNullCount(), what);
      }
    }
  }

  private static List<Row> rows(long seed, int count) {
    Random random = new Random(seed);
    TimeUnit[] units = TimeUnit.values();
    List<Row> rows = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      boolean some = random.nextInt(10) > 0;
      rows.add(
          new Row(
              random.nextLong(),
              some ? random.nextInt() : null,
              random.nextBoolean(),
              some ? (Boolean) random.nextBoolean() : null,
              random.nextInt(4) > 0 ? "é√𝄞x?".repeat(random.nextInt(4)) : null,
              units[random.nextInt(units.length)],
              some ? null : units[random.nextInt(units.length)],
              BigDecimal.valueOf(random.nextLong(), 18),
              new UUID(random.nextLong(), random.nextLong()),
              Instant.ofEpochSecond(random.nextInt(), random.nextInt(1_000_000_000)),
              some ? Optional.of("n".repeat(random.nextInt(100))) : Optional.empty(),
              random.nextDouble(),
              (char) random.nextInt(1 << 16),
              "symbol " + random.nextInt(300),
              some ? "venue " + (char) random.nextInt(0x700) : null,
              some ? Optional.of("é".repeat(random.nextInt(9))) : Optional.empty(),
              "last " + random.nextInt()));
    }
    return rows;
  }
}
