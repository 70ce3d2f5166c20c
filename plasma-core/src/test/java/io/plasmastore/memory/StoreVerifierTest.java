package io.plasmastore.memory;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.plasmastore.ErrorCode;
import io.plasmastore.ObjectId;
import io.plasmastore.ObjectOptions;
import io.plasmastore.ObjectWriter;
import io.plasmastore.PlasmaClient;
import io.plasmastore.PlasmaException;
import io.plasmastore.SealedObject;
import io.plasmastore.StoreFiles;
import io.plasmastore.VerifyReport;
import io.plasmastore.store.StoreOptions;
import io.plasmastore.testing.TestStore;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.api.parallel.ResourceLock;

/** A dead store's files, broken in one place after the other. */
@Execution(ExecutionMode.CONCURRENT)
@ResourceLock("the turn beside the others")
class StoreVerifierTest {
  private static final long CAPACITY = 32 << 20;
  private static final ObjectId NAMED = ObjectId.named("named");
  private static final int NAMED_SLOT = 0;
  private static final int SECOND_SLOT = 1;
  private static final int WRITING_SLOT = 2;
  private static final int RETIRING_SLOT = 3;
  private static final int FREE_SLOT = 4;
  private static final int SLOT_LIMIT = 5;

  @TempDir private Path folder;

  private StoreOptions options;
  private PlasmaClient client;
  private final ObjectId second = ObjectId.random();
  private ObjectWriter writing;
  private SealedObject deleted;

  /** A store that died, with an object in each state, and a client that lives. */
  @BeforeEach
  void leavesFiles() throws Exception {
    options = TestStore.options(folder, CAPACITY).withMaxObjects(10_000);
    TestStore store = TestStore.inAnotherProcess(options);
    client = store.connect();
    client.createAndSeal(NAMED, new byte[1000]);
    try (ObjectWriter writer =
        client.create(
            second, 5000, ObjectOptions.DEFAULT.withKeep(true).withMetadata(new byte[100]))) {
      writer.seal();
    }
    writing = client.create(ObjectId.random(), 10_000);
    ObjectId gone = ObjectId.random();
    client.createAndSeal(gone, new byte[64]);
    ObjectId free = ObjectId.random();
    client.createAndSeal(free, new byte[64]);
    deleted = client.get(gone);
    assertTrue(client.delete(gone));
    assertTrue(client.delete(free));
    store.process().kill();
  }

  @AfterEach
  void removesFiles() throws IOException {
    // Closed first, though it holds something, or each of these would wait for another store.
    assertThrows(IllegalStateException.class, client::close);
    deleted.close();
    writing.close();
    try (var files = Files.list(options.directory())) {
      for (Path file : files.toList()) {
        Files.delete(file);
      }
    }
    Files.delete(options.directory());
    Files.deleteIfExists(options.socket());
  }

  @Test
  void findsNothingWrongAndChangesNothing() throws Exception {
    String before = state();
    VerifyReport report = StoreFiles.verify(options.directory());
    assertEquals(List.of(), report.faults());
    assertEquals(List.of(), report.notes());
    assertFalse(report.live());
    assertTrue(report.countersCompared());
    assertEquals(2, report.sealed());
    assertEquals(1, report.created());
    assertEquals(1, report.retiring());
    assertEquals(3, report.entries());
    assertEquals(1, report.pages());
    assertEquals(1, report.pins());
    assertEquals(1, report.passes());
    assertEquals(client.stats().used(), report.bytes());
    assertEquals(client.stats(), StoreFiles.stats(options.directory()));
    assertEquals(before, state());
  }

  @Test
  void namesWhatIsWrongWithTheHeader() throws Exception {
    expect("header", "not an index: magic=", index(IndexLayout.MAGIC_OFFSET, 1L));
    expect("header", "version=99", index(IndexLayout.VERSION_OFFSET, 99));
    expect("header", "maxSlots=5", index(IndexLayout.MAX_SLOTS_OFFSET, 5));
    expect("header", "slotLimit=10001 max=10000", index(IndexLayout.SLOT_LIMIT_OFFSET, 10_001));
    expect("header", "slotLimit=-1", index(IndexLayout.SLOT_LIMIT_OFFSET, -1));
    expect("header", "tableLog2=30", index(IndexLayout.TABLE_LOG2_OFFSET, 30));
    expect("header", "tableLog2=7", index(IndexLayout.TABLE_LOG2_OFFSET, 7));
    expect("header", "wanted=4096", index(IndexLayout.HEAP_SIZE_OFFSET, 4096L));
  }

  @Test
  void namesWhatIsWrongWithTheCounters() throws Exception {
    long used = client.stats().used();
    expect("counters", "capacity=1,", counter(Counter.CAPACITY, 1));
    expect("counters", "used=1, but there are " + used, counter(Counter.USED, 1));
    expect("counters", "objects=1, but there are 4", counter(Counter.OBJECTS, 1));
    expect("counters", "largest_free=-1,", counter(Counter.LARGEST_FREE, -1));
    expect(
        "counters", "largest_free=" + (CAPACITY + 1), counter(Counter.LARGEST_FREE, CAPACITY + 1));
    expect("counters", "committed=-1,", counter(Counter.COMMITTED, -1));
    expect("counters", "committed=" + (CAPACITY + 1), counter(Counter.COMMITTED, CAPACITY + 1));
    excused("committed=0, but objects take " + used, counter(Counter.COMMITTED, 0));
    // A store that dies in the middle of a step that frees many has said too much.
    excused("used=" + (used + 64), counter(Counter.USED, used + 64));
  }

  @Test
  void namesWhatIsWrongWithASlot() throws Exception {
    expect("slot", "no such state", slot(NAMED_SLOT, IndexLayout.SLOT_WORD_OFFSET, (1 << 8) + 7L));
    expect("slot", "no generation", slot(NAMED_SLOT, IndexLayout.SLOT_WORD_OFFSET, 2L));
    expect(
        "slot", "no such heap: heap=1", slot(NAMED_SLOT, IndexLayout.SLOT_HEAP_OFFSET, (byte) 1));
    expect("slot", "no such flags: flags=2", slot(1, IndexLayout.SLOT_FLAGS_OFFSET, (byte) 2));
    expect("slot", "sealed without", slot(1, IndexLayout.SLOT_SEALED_AFTER_OFFSET, -1));
    excused("not sealed, but", slot(WRITING_SLOT, IndexLayout.SLOT_SEALED_AFTER_OFFSET, 5));
    long above = slotOffset(SLOT_LIMIT);
    excused("above the slot limit", change(DirectoryLayout.INDEX, above, 0x102L));
    long further = slotOffset(SLOT_LIMIT + 1);
    expect(
        "slot",
        "above the slot limit: slot=6",
        change(DirectoryLayout.INDEX, above, 0x102L),
        change(DirectoryLayout.INDEX, further, 0x102L));
  }

  @Test
  void namesAnObjectThatCannotLieWhereItDoes() throws Exception {
    expect("extent", "outside of the heap", slot(1, IndexLayout.SLOT_DATA_OFFSET_OFFSET, CAPACITY));
    expect("extent", "outside of the heap", slot(1, IndexLayout.SLOT_DATA_OFFSET_OFFSET, -64L));
    expect("extent", "not aligned to 64", slot(1, IndexLayout.SLOT_DATA_OFFSET_OFFSET, 1025L));
    expect("extent", "outside of the heap", slot(1, IndexLayout.SLOT_DATA_SIZE_OFFSET, CAPACITY));
    expect("extent", "outside", slot(1, IndexLayout.SLOT_DATA_SIZE_OFFSET, Long.MAX_VALUE));
    expect("extent", "outside of the heap", slot(1, IndexLayout.SLOT_DATA_SIZE_OFFSET, -1L));
    expect("extent", "impossible size", slot(1, IndexLayout.SLOT_METADATA_SIZE_OFFSET, 65_537));
    expect("extent", "impossible size", slot(1, IndexLayout.SLOT_METADATA_SIZE_OFFSET, -1));
  }

  @Test
  void countsAnObjectThatWasHiddenForAMomentAsSealed() throws Exception {
    VerifyReport report =
        verifyWith(
            slot(NAMED_SLOT, IndexLayout.SLOT_WORD_OFFSET, SlotState.word(1, SlotState.HIDDEN)));
    assertEquals(List.of(), report.faults());
    assertEquals(List.of(), report.notes());
    assertEquals(2, report.sealed());
  }

  @Test
  void namesTwoObjectsThatOverlap() throws Exception {
    expect(
        "overlap",
        "slot=1 generation=1 state=SEALED id=" + second.toHex(),
        slot(SECOND_SLOT, IndexLayout.SLOT_DATA_OFFSET_OFFSET, 64L));
    expect("overlap", "slot=0 ", slot(NAMED_SLOT, IndexLayout.SLOT_DATA_SIZE_OFFSET, 2000L));
    expect("overlap", "slot=3", slot(RETIRING_SLOT, IndexLayout.SLOT_DATA_OFFSET_OFFSET, 0L));
  }

  @Test
  void namesWhatIsWrongWithTheTable() throws Exception {
    int log2 = IndexLayout.MIN_TABLE_LOG2;
    long mask = (1L << log2) - 1;
    int tag = IndexLayout.tag(NAMED.hash64());
    long at = IndexLayout.tableOffset(log2) + (tag & mask) * IndexLayout.ENTRY_SIZE;
    long far = IndexLayout.tableOffset(log2) + ((tag + 100) & mask) * IndexLayout.ENTRY_SIZE;
    String index = DirectoryLayout.INDEX;
    expect("table", "no entry of a sealed object: slot=0", change(index, at, 0L));
    expect("table", "an entry of no slot", change(index, at, IndexLayout.entry(tag, SLOT_LIMIT)));
    expect("table", "an entry of no slot", change(index, far, 0xFFFF_FFFFL << 8));
    expect("table", "an entry of a free slot", change(index, far, IndexLayout.entry(1, FREE_SLOT)));
    expect("table", "another id's tag", change(index, at, IndexLayout.entry(tag + 1, 0)));
    expect(
        "table",
        "no look-up gets to",
        change(index, at, 0L),
        change(index, far, IndexLayout.entry(tag, 0)));
    excused(
        "no entry of an object that may be on its way out",
        slot(NAMED_SLOT, IndexLayout.SLOT_WORD_OFFSET, SlotState.word(1, SlotState.HIDDEN)),
        change(index, at, 0L));
    excused(
        "an entry of a deleted object",
        change(index, far, IndexLayout.entry(tag + 100, RETIRING_SLOT)));
    byte[] id = NAMED.toBytes();
    expect(
        "table",
        "another id's tag",
        new Change(index, slotOffset(SECOND_SLOT) + IndexLayout.SLOT_ID_OFFSET, id));
    expect("table", "no entry of a sealed", index(IndexLayout.TABLE_LOG2_OFFSET, log2 + 1));
    excused("no table is in force", index(IndexLayout.TABLE_LOG2_OFFSET, IndexLayout.NO_TABLE));
  }

  @Test
  void namesATableThatIsFull() throws Exception {
    int log2 = IndexLayout.MIN_TABLE_LOG2;
    byte[] all = new byte[(int) IndexLayout.tableSize(log2)];
    java.util.Arrays.fill(all, (byte) 1);
    Change full = new Change(DirectoryLayout.INDEX, IndexLayout.tableOffset(log2), all);
    expect("table", "the table has no empty entry", full);
    // Each at home, of no object: all but one entry.
    ByteBuffer many = ByteBuffer.allocate(all.length).order(ByteOrder.LITTLE_ENDIAN);
    for (int position = 1; position < 1 << log2; position++) {
      many.putLong(position * Long.BYTES, IndexLayout.entry(position, 0));
    }
    excusedAmong("too full", new Change(full.file, full.offset, many.array()));
  }

  @Test
  void namesANameThatIsAnotherIds() throws Exception {
    long offset = 1000;
    byte[] other = "n0med".getBytes(StandardCharsets.UTF_8);
    expect("name", "slot=0 ", new Change(DirectoryLayout.HEAP, offset, other));
    byte[] notText = {-1, -1, -1, -1, -1};
    expect("name", "slot=0 ", new Change(DirectoryLayout.HEAP, offset, notText));
    expect("name", "slot=0 ", slot(NAMED_SLOT, IndexLayout.SLOT_NAME_SIZE_OFFSET, (byte) 4));
  }

  @Test
  void namesWhatIsWrongWithAPage() throws Exception {
    String page = "page-1";
    expect("page", "magic=", change(page, ClientPage.MAGIC_OFFSET, 5L));
    expect("page", "version=9", change(page, ClientPage.VERSION_OFFSET, 9));
    expect("page", "client=2 file=page-1", change(page, ClientPage.CLIENT_OFFSET, 2));
    expect("page", "pid=-1", change(page, ClientPage.PID_OFFSET, -1L));
    expect("page", "bytes=256", change(page, ClientPage.NAME_SIZE_OFFSET, 256));
    expect("page", "left=2", change(page, ClientPage.LEFT_OFFSET, 2));
    Path twin = options.directory().resolve("page-2");
    Files.copy(options.directory().resolve(page), twin);
    try {
      expect("page", "two pages of one session: file=page-2");
      expect("page", "client=1 file=page-2");
    } finally {
      Files.delete(twin);
    }
    excused("a page without a head", change(page, ClientPage.MAGIC_OFFSET, 0L));
  }

  @Test
  void namesPinsOnNothing() throws Exception {
    String page = "page-1";
    long pins = ClientPage.PINS_OFFSET;
    expect("pin", "let go more often than held: pins=-1 slot=0", change(page, pins, -1));
    Change onFree = change(page, pins + FREE_SLOT * 4L, 1);
    excused("a pin on nothing", onFree);
    Change onUnused = change(page, pins + SLOT_LIMIT * 4L, 1);
    Change onNext = change(page, pins + SLOT_LIMIT * 4L + 4, 1);
    excused("a pin on a slot that was never used", onUnused);
    expect("pin", "never used: pins=1 slot=6 slotLimit=5", onUnused, onNext);
  }

  @Test
  void namesWritersOfNothing() throws Exception {
    String page = "page-1";
    long pins = ClientPage.PINS_OFFSET;
    excused("writes what is not being written: slot=1", change(page, pins + 4, ClientPage.WRITER));
    excused(
        "writes what is not being written: slot=5 slotLimit=5",
        change(page, pins + SLOT_LIMIT * 4L, ClientPage.WRITER));
  }

  @Test
  void holdsSealMarksAgainstWhatIsBeingWritten() throws Exception {
    long head = 1 << 8;
    expect("mark", "of impossible sizes", mark(WRITING_SLOT, head, CAPACITY + 1, 0));
    expect("mark", "of impossible sizes", mark(WRITING_SLOT, head, 10, 65537));
    excused("of more than there is", mark(WRITING_SLOT, head, 20_000, 0));
    excused("on what was never there", mark(WRITING_SLOT, 2 << 8, 10, 0));
    Path seals = options.directory().resolve(DirectoryLayout.SEALS);
    byte[] whole = Files.readAllBytes(seals);
    try (FileChannel file = FileChannel.open(seals, StandardOpenOption.WRITE)) {
      file.truncate(5000);
      expect("mark", "seal marks of another length: bytes=5000");
    } finally {
      Files.write(seals, whole);
    }
  }

  private static Change mark(int slot, long head, long dataSize, int metadataSize) {
    ByteBuffer bytes = ByteBuffer.allocate(16).order(ByteOrder.LITTLE_ENDIAN);
    bytes.putLong(head).putLong(dataSize << 17 | metadataSize);
    return new Change(DirectoryLayout.SEALS, SealMarks.at(slot), bytes.array());
  }

  @Test
  void refusesWhatIsNoStore() {
    PlasmaException nothing = assertThrows(PlasmaException.class, () -> StoreFiles.verify(folder));
    assertEquals(ErrorCode.OBJECT_NOT_FOUND, nothing.code());
    assertTrue(nothing.getMessage().contains("dir=" + folder), nothing.getMessage());
    assertThrows(PlasmaException.class, () -> StoreFiles.stats(folder));
    assertFalse(StoreFiles.isServed(folder));
  }

  @Test
  void endsWithAnErrorWhereAFileWasCutShort() throws Exception {
    Path page = options.directory().resolve("page-1");
    byte[] whole = Files.readAllBytes(page);
    try (FileChannel file = FileChannel.open(page, StandardOpenOption.WRITE)) {
      file.truncate(5000);
      excused("a page of another length: file=page-1 bytes=5000");
    } finally {
      Files.write(page, whole);
    }
  }

  /** Bytes to write over what is in a file. */
  private record Change(String file, long offset, byte[] bytes) {}

  private static Change index(long offset, Number value) {
    return change(DirectoryLayout.INDEX, offset, value);
  }

  private static Change counter(Counter counter, long value) {
    return index(IndexLayout.counterOffset(counter), value);
  }

  private Change slot(int slot, long offset, Number value) {
    return index(slotOffset(slot) + offset, value);
  }

  private long slotOffset(int slot) {
    return IndexLayout.slotsOffset(options.maxObjects()) + slot * IndexLayout.SLOT_SIZE;
  }

  private static Change change(String file, long offset, Number value) {
    ByteBuffer bytes = ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN);
    switch (value) {
      case Byte b -> bytes.put(b);
      case Integer i -> bytes.putInt(i);
      default -> bytes.putLong(value.longValue());
    }
    byte[] written = new byte[bytes.position()];
    bytes.flip().get(written);
    return new Change(file, offset, written);
  }

  private void expect(String rule, String text, Change... changes) throws Exception {
    VerifyReport report = verifyWith(changes);
    assertTrue(
        report.faults().stream()
            .anyMatch(fault -> fault.rule().equals(rule) && fault.text().contains(text)),
        () -> "wanted=" + rule + ": " + text + " found=" + report);
    assertEquals(3, report.passes());
  }

  private void excused(String text, Change... changes) throws Exception {
    VerifyReport report = verifyWith(changes);
    assertEquals(List.of(), report.faults());
    assertTrue(report.notes().stream().anyMatch(note -> note.contains(text)), report::toString);
  }

  private void excusedAmong(String text, Change... changes) throws Exception {
    VerifyReport report = verifyWith(changes);
    assertTrue(report.notes().stream().anyMatch(note -> note.contains(text)), text);
    assertEquals("table", report.faults().getFirst().rule());
  }

  private VerifyReport verifyWith(Change... changes) throws Exception {
    byte[][] before = new byte[changes.length][];
    try {
      for (int i = 0; i < changes.length; i++) {
        before[i] = exchange(changes[i], changes[i].bytes);
      }
      return StoreFiles.verify(options.directory());
    } finally {
      for (int i = changes.length - 1; i >= 0; i--) {
        byte[] damage = exchange(changes[i], before[i]);
        assertEquals(changes[i].bytes.length, damage.length);
      }
    }
  }

  private byte[] exchange(Change change, byte[] bytes) throws IOException {
    try (FileChannel file =
        FileChannel.open(
            options.directory().resolve(change.file),
            StandardOpenOption.READ,
            StandardOpenOption.WRITE)) {
      ByteBuffer before = ByteBuffer.allocate(bytes.length);
      file.read(before, change.offset);
      file.write(ByteBuffer.wrap(bytes), change.offset);
      return before.array();
    }
  }

  /** Lengths, times and blocks of all files. */
  private String state() throws Exception {
    Process stat =
        new ProcessBuilder(
                "sh", "-c", "stat -c '%n %s %b %Y %Z' \"$0\"/*", options.directory().toString())
            .start();
    String text = new String(stat.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertEquals(0, stat.waitFor());
    return text;
  }
}
