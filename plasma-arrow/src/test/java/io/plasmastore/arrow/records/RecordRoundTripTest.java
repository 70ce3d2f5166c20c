package io.plasmastore.arrow.records;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.plasmastore.ObjectId;
import io.plasmastore.arrow.RunningStore;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Records of every kind of component come back as they were. */
@Timeout(180)
class RecordRoundTripTest {
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
    try (FilledRecords filled = FilledRecords.of(CODEC, list, store.allocator(), 200)) {
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
  void noRecordsAreAnEmptyList() {
    records.put(ID, List.of());
    try (RecordList<Everything> got = records.get(ID)) {
      assertEquals(List.of(), got);
      assertTrue(got.isEmpty());
      assertTrue(got.column("maybe", Everything.Plain.class).isEmpty());
    }
  }

  @Test
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
