package io.plasmastore.arrow.records;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.plasmastore.ObjectId;
import io.plasmastore.arrow.RunningStore;
import java.lang.invoke.MethodHandles;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Iterator;
import java.util.LinkedList;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Records of every kind of component come back as they were. */
@Timeout(180)
class RecordRoundTripTest {
  /** A text that need not be there. */
  record Note(int number, @Nullable String text, boolean flag) {}

  private static final ObjectId ID = ObjectId.named("records");
  private static final RecordCodec<Everything> CODEC = OtherRecordProcess.CODEC;

  @TempDir Path folder;

  private RunningStore store;
  private RecordClient<Everything> records;

  @BeforeEach
  void startsAStore() throws Exception {
    store = new RunningStore(64 << 20);
    records = CODEC.over(store.dataframes());
  }

  @AfterEach
  void leavesNothing() throws Exception {
    assertEquals(0, store.pins());
    assertEquals(0, store.allocator().getAllocatedMemory());
    store.close();
  }

  @Test
  void everyKindComesBack() {
    long first = Long.getLong("plasma.test.seed", System.nanoTime());
    for (long seed = first; seed < first + 20; seed++) {
      List<Everything> list = Everything.list(seed, 50);
      records.put(ID, list);
      try (RecordList<Everything> got = records.get(ID)) {
        assertEqual(list, got, seed);
      }
      store.client().delete(ID);
    }
  }

  @Test
  void everyKindComesBackFromAnotherJvm() throws Exception {
    long seed = Long.getLong("plasma.test.seed", System.nanoTime());
    List<Everything> list = Everything.list(seed, 500);
    ObjectId copyId = ObjectId.random();
    records.put(ID, list);
    try (OtherJvm other =
        OtherJvm.start(folder, "copy", store.socket().toString(), ID.toHex(), copyId.toHex())) {
      assertEquals("rows=500", other.line());
    }
    try (RecordList<Everything> copy = records.get(copyId)) {
      assertEqual(list, copy, seed);
    }
  }

  @Test
  void manyBatchesAreOneList() {
    List<Everything> list = Everything.list(7, 300);
    try (FilledRecords filled = FilledRecords.of(CODEC, list, store.allocator(), 200, 1)) {
      filled.put(store.dataframes(), ID);
    }
    try (RecordList<Everything> got = records.get(ID)) {
      assertTrue(got.batchCount() > 10, got::toString);
      assertEqual(list, got, 7);
      assertEquals(
          list.stream().map(Everything::plain).toList(),
          got.column("plain", Everything.Plain.class));
    }
  }

  @Test
  void severalThreadsFillOneBatch() {
    long first = Long.getLong("plasma.test.seed", System.nanoTime());
    for (long seed = first; seed < first + 10; seed++) {
      // Runs that begin anywhere within a word of a bitmap.
      List<Everything> list = Everything.list(seed, 200 + (int) Math.floorMod(seed, 100L));
      putWith(3, list, FilledRecords.BATCH_BYTES);
      try (RecordList<Everything> got = records.get(ID)) {
        assertEquals(1, got.batchCount());
        assertEqual(list, got, seed);
      }
      store.client().delete(ID);
    }
  }

  @Test
  void severalThreadsFillSeveralBatchesWhereOneIsTooSmall() {
    List<Everything> list = Everything.list(7, 300);
    putWith(2, list, 200);
    try (RecordList<Everything> got = records.get(ID)) {
      assertTrue(got.batchCount() > 10, got::toString);
      assertEqual(list, got, 7);
    }
  }

  @Test
  void aLongListIsFilledByThreadsAndReadInAnyWay() {
    long seed = Long.getLong("plasma.test.seed", System.nanoTime());
    Random random = new Random(seed);
    List<Note> list = new ArrayList<>();
    for (int row = 0; row < 200_000; row++) {
      // Mostly short; some are longer than what is copied at a time.
      int size = random.nextInt(5000) == 0 ? random.nextInt(20_000) : random.nextInt(24);
      String text = "é√𝄞x".repeat(size / 4) + "z".repeat(size % 4);
      list.add(new Note(row, row % 7 == 0 ? null : text + (row & 1023), row % 3 == 0));
    }
    RecordClient<Note> notes =
        RecordCodec.of(Note.class, MethodHandles.lookup()).over(store.dataframes());
    notes.put(ID, list);
    try (RecordList<Note> got = notes.get(ID)) {
      assertEquals(1, got.batchCount());
      assertEquals(list, new ArrayList<>(got), "seed=" + seed);
      assertEquals(list, got.stream().parallel().toList(), "seed=" + seed);
      Iterator<Note> one = got.iterator();
      Iterator<Note> other = got.iterator();
      for (Note note : list) {
        assertEquals(note, one.next());
        assertEquals(note, other.next());
      }
    }
  }

  @Test
  void shortAndLongTextsAreIteratedOverWhateverTheirOrder() {
    RecordClient<Note> notes =
        RecordCodec.of(Note.class, MethodHandles.lookup()).over(store.dataframes());
    long seed = Long.getLong("plasma.test.seed", System.nanoTime());
    Random random = new Random(seed);
    for (int rows = 0; rows < 300; rows += 7) {
      List<Note> list = new ArrayList<>();
      for (int row = 0; row < rows; row++) {
        String text = "é".repeat(random.nextInt(3)) + "z".repeat(random.nextInt(900));
        list.add(new Note(row, random.nextInt(5) == 0 ? null : text, row % 3 == 0));
      }
      notes.put(ID, list);
      try (RecordList<Note> got = notes.get(ID)) {
        assertEquals(list, new ArrayList<>(got), "seed=" + seed + " rows=" + rows);
        List<Note> iterated = new ArrayList<>();
        got.forEach(iterated::add);
        assertEquals(list, iterated, "seed=" + seed + " rows=" + rows);
      }
      store.client().delete(ID);
    }
  }

  @Test
  void aMisfitIsNamedByItsRowWhicheverThreadMeetsIt() {
    List<Note> list = new ArrayList<>(Collections.nCopies(100, new Note(1, "a", true)));
    list.set(80, new Note(1, "\uD800", true));
    assertMisfit(list, "row=80");
    list.set(20, new Note(1, "?\uDC00", true));
    assertMisfit(list, "row=20");
  }

  private void assertMisfit(List<Note> list, String row) {
    RecordCodec<Note> codec = RecordCodec.of(Note.class, MethodHandles.lookup());
    IllegalArgumentException e =
        assertThrows(
            IllegalArgumentException.class,
            () -> FilledRecords.of(codec, list, store.allocator(), FilledRecords.BATCH_BYTES, 3));
    assertTrue(
        e.getMessage().contains("component=text") && e.getMessage().contains(row), e.getMessage());
  }

  private void putWith(int threads, List<Everything> list, long batchBytes) {
    try (FilledRecords filled =
        FilledRecords.of(CODEC, list, store.allocator(), batchBytes, threads)) {
      filled.put(store.dataframes(), ID);
    }
  }

  @Test
  void noRecordsAreAnEmptyList() {
    records.put(ID, List.of());
    try (RecordList<Everything> got = records.get(ID)) {
      assertEquals(List.of(), got);
      assertTrue(got.isEmpty());
      assertTrue(got.column("maybe", Everything.Plain.class).isEmpty());
    }
  }

  @Test
  @SuppressWarnings("JdkObsolete") // users have them
  void aLinkedListWillDo() {
    List<Everything> list = new LinkedList<>(Everything.list(3, 20));
    records.put(ID, list);
    try (RecordList<Everything> got = records.get(ID)) {
      assertEquals(list, got);
    }
  }

  private static void assertEqual(List<Everything> wanted, RecordList<Everything> got, long seed) {
    assertEquals(wanted.size(), got.size(), "seed=" + seed);
    for (int row = wanted.size() - 1; row >= 0; row--) {
      assertEquals(wanted.get(row), got.get(row), "seed=" + seed + " row=" + row);
    }
    assertEquals(wanted, new ArrayList<>(got), "seed=" + seed);
    assertEquals(wanted, got.stream().toList(), "seed=" + seed);
  }
}
