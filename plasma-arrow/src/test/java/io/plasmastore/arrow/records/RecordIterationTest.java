package io.plasmastore.arrow.records;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.plasmastore.ObjectId;
import io.plasmastore.arrow.RunningStore;
import java.lang.invoke.MethodHandles;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.SplittableRandom;
import java.util.function.IntPredicate;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** An iterator, which reads many rows at a time, gives what each of them has. */
class RecordIterationTest {
  private static final long SEED = 3;
  private static final List<Integer> SIZES = List.of(0, 1, 8, 9, 64, 65, 256, 257, 1_000, 3_001);

  enum Side {
    BUY,
    SELL,
    NEITHER
  }

  /** Everything that is found in runs, and a list, which is not. */
  record Row(
      long id,
      boolean flag,
      byte small,
      double price,
      @Nullable String text,
      @Nullable Side side,
      List<Integer> parts) {}

  private static final RecordCodec<Row> CODEC = RecordCodec.of(Row.class, MethodHandles.lookup());

  private final SplittableRandom random = new SplittableRandom(SEED);
  private RunningStore store;

  @BeforeEach
  void startsAStore() throws Exception {
    store = new RunningStore(16 << 20);
  }

  @AfterEach
  void leavesNothing() throws Exception {
    assertEquals(0, store.pins());
    store.close();
  }

  @Test
  void givesNullsWhereverTheyAre() throws Exception {
    for (int size : SIZES) {
      assertIterated(rows(size, row -> false));
      assertIterated(rows(size, row -> true));
      assertIterated(rows(size, row -> row == size - 1));
      assertIterated(rows(size, row -> row == 256));
      assertIterated(rows(size, row -> random.nextInt(100) == 0));
      assertIterated(rows(size, row -> random.nextBoolean()));
    }
  }

  @Test
  void endsWithTheLastRow() throws Exception {
    try (RecordList<Row> list = stored(rows(300, row -> false))) {
      Iterator<Row> iterator = list.iterator();
      for (int i = 0; i < list.size(); i++) {
        iterator.next();
      }
      assertFalse(iterator.hasNext());
      assertThrows(NoSuchElementException.class, iterator::next);
      assertFalse(iterator.hasNext());
    }
  }

  private List<Row> rows(int size, IntPredicate nulls) {
    List<Row> rows = new ArrayList<>();
    for (int i = 0; i < size; i++) {
      rows.add(
          new Row(
              random.nextLong(),
              random.nextBoolean(),
              (byte) i,
              random.nextDouble(),
              nulls.test(i) ? null : text(),
              nulls.test(i) ? null : Side.values()[random.nextInt(3)],
              List.of(i, -i)));
    }
    return rows;
  }

  /** One of many or of few, short or long, in letters of one to four bytes. */
  private String text() {
    return switch (random.nextInt(5)) {
      case 0 -> "";
      case 1 -> "city " + random.nextInt(20);
      case 2 -> "日本🙂".repeat(random.nextInt(4));
      case 3 -> "é" + random.nextLong();
      default -> "x".repeat(random.nextInt(200));
    };
  }

  private void assertIterated(List<Row> rows) throws Exception {
    try (RecordList<Row> list = stored(rows)) {
      List<Row> found = new ArrayList<>();
      list.iterator().forEachRemaining(found::add);
      assertEquals(rows, found, () -> "seed=" + SEED + " rows=" + rows.size());
    }
  }

  private RecordList<Row> stored(List<Row> rows) {
    ObjectId id = ObjectId.random();
    RecordClient<Row> records = CODEC.over(store.dataframes());
    records.put(id, rows);
    return records.get(id);
  }
}
