package io.plasmastore.memory;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.plasmastore.ErrorCode;
import io.plasmastore.ObjectId;
import io.plasmastore.ObjectState;
import io.plasmastore.PlasmaException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;

/** The plain numbers of the shared layouts: another process, of another release, counts on them. */
class LayoutTest {
  @Test
  void theIndexHasItsPlaces() {
    assertEquals("PLASMA-I", text(IndexLayout.MAGIC));
    assertEquals(4, IndexLayout.VERSION);
    assertEquals(12, IndexLayout.TABLE_LOG2_OFFSET);
    assertEquals(40, IndexLayout.STARTED_MILLIS_OFFSET);
    assertEquals(4096, IndexLayout.tableOffset(8));
    assertEquals(4096 + 2048, IndexLayout.tableOffset(9));
    assertEquals(4096 + 2048 + 4096, IndexLayout.tableOffset(10));
    assertEquals(63, IndexLayout.SLOT_NAME_SIZE_OFFSET + 1);
    assertEquals(64, IndexLayout.SLOT_SIZE);
    assertEquals(1024, IndexLayout.counterOffset(Counter.CAPACITY));
    assertEquals(1200, IndexLayout.counterOffset(Counter.TAKEOVERS));
    assertEquals(63, IndexLayout.SLOT_FLAGS_OFFSET);
    assertEquals(64, ClientPage.NAME_OFFSET);
  }

  @Test
  void theTablesGrowWithTheSlots() {
    assertEquals(8, IndexLayout.maxTableLog2(1));
    assertEquals(8, IndexLayout.maxTableLog2(153));
    assertEquals(9, IndexLayout.maxTableLog2(154));
    assertEquals(25, IndexLayout.maxTableLog2(1 << 24));
    assertEquals(29, IndexLayout.maxTableLog2(IndexLayout.MAX_SLOTS));
    assertEquals(8192 + 4096, IndexLayout.fileSize(1));
    assertEquals(8192 + 12288, IndexLayout.fileSize(153));
    assertEquals(4096 + 6144 + 2048 + 12288, IndexLayout.fileSize(154));
    assertEquals(
        IndexLayout.slotsOffset(IndexLayout.MAX_SLOTS) + (64L << 28),
        IndexLayout.fileSize(IndexLayout.MAX_SLOTS));
  }

  @Test
  void theClientPageHasItsPlaces() {
    assertEquals("PLASMA-P", text(ClientPage.MAGIC));
    assertEquals(16, ClientPage.PID_OFFSET);
    assertEquals(320, ClientPage.MARKED_OFFSET);
    assertEquals(4096, ClientPage.PINS_OFFSET);
    assertEquals(3 * 4096, ClientPage.fileSize(1));
    assertEquals(3 * 4096, ClientPage.fileSize(1024));
    assertEquals(4 * 4096, ClientPage.fileSize(1025));
    assertEquals(4096 + 5L * (1 << 28), ClientPage.fileSize(1 << 28));
  }

  @Test
  void aSealMarkLiesInMemoryAsDrawn() {
    assertEquals(16, SealMarks.SIZE);
    assertEquals(4096, SealMarks.fileSize(256));
    assertEquals(8192, SealMarks.fileSize(257));
    assertEquals(1L << 32, SealMarks.fileSize(1 << 28));
    MemorySegment segment = segment(SealMarks.fileSize(2));
    SealMarks marks = new SealMarks(segment);
    SealMark mark = new SealMark(0x3456, 0x789a_bcdeL, 0x11, 0x22);
    long word = SlotState.word(0x3456, SlotState.CREATED);
    assertNull(marks.at(1, word));
    assertFalse(marks.isMarked(1, word));
    marks.mark(1, mark);
    assertEquals(mark, marks.at(1, word));
    assertTrue(marks.isMarked(1, word));
    assertFalse(marks.isMarked(0, word));
    assertFalse(marks.isMarked(1, SlotState.word(0x3457, SlotState.CREATED)));
    assertNull(marks.at(1, SlotState.word(0x3456, SlotState.SEALED)));
    assertArrayEquals(
        HexFormat.of().parseHex("2256340000000000 1100bc7935f10000".replace(" ", "")),
        segment.asSlice(16, 16).toArray(ValueLayout.JAVA_BYTE));
  }

  @Test
  void aSealMarkSaysTheLargestSizes() {
    SealMarks marks = new SealMarks(segment(SealMarks.fileSize(1)));
    SealMark largest = new SealMark((1L << 56) - 1, (1L << 47) - 1, 65536, 255);
    assertTrue(SealMarks.canHold(largest));
    marks.mark(0, largest);
    assertEquals(largest, marks.at(0, SlotState.word((1L << 56) - 1, SlotState.CREATED)));
    assertFalse(SealMarks.canHold(new SealMark(1, 1L << 47, 0, 0)));
  }

  @Test
  void aWordHoldsGenerationAndState() {
    long word = SlotState.word(5, SlotState.SEALED);
    assertEquals(5 * 256 + 2, word);
    assertEquals(5, SlotState.generation(word));
    assertEquals(SlotState.SEALED, SlotState.state(word));
    long last = SlotState.word((1L << 56) - 1, SlotState.RETIRING);
    assertEquals((1L << 56) - 1, SlotState.generation(last));
    assertEquals(ObjectState.RETIRING, SlotState.named(SlotState.state(last)));
    assertThrows(IllegalArgumentException.class, () -> SlotState.named(SlotState.FREE));
  }

  @Test
  void aSlotLiesInMemoryAsDrawn() throws Exception {
    MemorySegment segment = index(100);
    IndexWriter writer = new IndexWriter(segment, (offset, length) -> {}, 100, 1 << 20, 77, 5);
    ObjectId id = ObjectId.fromHex("000102030405060708090a0b0c0d0e0f10111213");
    writer.create(2, new IndexWriter.Extent(id, 0x40, 0x1234, 0x56, 0x78, true), 1000);
    writer.seal(2, 1002);
    byte[] slot = segment.asSlice(8192 + 2 * 64, 64).toArray(ValueLayout.JAVA_BYTE);
    assertArrayEquals(
        HexFormat.of()
            .parseHex(
                ("0201000000000000 0001020304050607 08090a0b0c0d0e0f 10111213 56000000"
                        + " 4000000000000000 3412000000000000 e803000000000000 02000000 0000 78 01")
                    .replace(" ", "")),
        slot);
    assertEquals(1002, writer.index().sealedMillis(2));
    assertEquals(0x1234 + 0x56 + 0x78, writer.index().extentSize(2));
    assertEquals(3, writer.index().slotLimit());
    // Its entry: the tag is the upper half of the hash d2a3f5cffcadab83.
    long entry = segment.get(ValueLayout.JAVA_LONG, 4096 + 8 * 0xcf);
    assertEquals(0xd2a3f5cf_00000003L, entry);
  }

  @Test
  void aSealIsTimedEvenWhenTheClockGoesBackOrFar() throws Exception {
    IndexWriter writer = new IndexWriter(index(10), (offset, length) -> {}, 10, 1, 1, 1);
    for (long[] times : new long[][] {{1000, 900, 1000}, {1000, 1L << 50, 1000 + 0xFFFF_FFFEL}}) {
      writer.create(0, new IndexWriter.Extent(ObjectId.random(), 0, 0, 0, 0, false), times[0]);
      assertEquals(0, writer.index().sealedMillis(0));
      writer.seal(0, times[1]);
      assertEquals(times[2], writer.index().sealedMillis(0));
      writer.retire(0);
      writer.unlink(0);
      writer.free(0);
    }
  }

  @Test
  void whatIsNoIndexIsRefused() throws Exception {
    MemorySegment good = index(10);
    var unused = new IndexWriter(good, (offset, length) -> {}, 10, 1, 1, 1);
    assertEquals(10, new ObjectIndex(good).maxSlots());
    assertRefused(index(10));
    assertRefused(good.asSlice(0, good.byteSize() - 4096));
    for (long offset :
        new long[] {
          IndexLayout.MAGIC_OFFSET, IndexLayout.VERSION_OFFSET, IndexLayout.MAX_SLOTS_OFFSET
        }) {
      int before = good.get(ValueLayout.JAVA_INT, offset);
      for (int bad : new int[] {0, -1, before + 1000, Integer.MAX_VALUE}) {
        good.set(ValueLayout.JAVA_INT, offset, bad);
        assertRefused(good);
      }
      good.set(ValueLayout.JAVA_INT, offset, before);
    }
  }

  @Test
  void aPinIsToldOfOnlyWhenTheLastIsTakenFromARetiringObject() throws Exception {
    IndexWriter writer = new IndexWriter(index(10), (offset, length) -> {}, 10, 1, 1, 1);
    ClientPage page = new ClientPage(segment(ClientPage.fileSize(10)), 10);
    page.initialize(new ClientPage.Owner(3, 44, 1000, 5, 6, 2000, "reader"));
    assertEquals(new ClientPage.Owner(3, 44, 1000, 5, 6, 2000, "reader"), page.owner());
    ObjectIndex index = writer.index();
    writer.create(1, new IndexWriter.Extent(ObjectId.random(), 0, 0, 0, 0, false), 1);
    assertFalse(PinProtocol.pin(index, page, 1, index.word(1)));
    assertFalse(PinProtocol.unpin(index, page, 1));
    writer.seal(1, 1);
    assertTrue(PinProtocol.pin(index, page, 1, index.word(1)));
    assertTrue(PinProtocol.pin(index, page, 1, index.word(1)));
    writer.retire(1);
    writer.unlink(1);
    assertFalse(PinProtocol.pin(index, page, 1, index.word(1)));
    assertEquals(3, page.pins(1));
    assertFalse(PinProtocol.unpin(index, page, 1));
    assertFalse(PinProtocol.unpin(index, page, 1));
    assertTrue(PinProtocol.unpin(index, page, 1));
  }

  @Test
  void whoWritesInASlotIsEnteredBesideItsPins() throws Exception {
    IndexWriter writer = new IndexWriter(index(10), (offset, length) -> {}, 10, 1, 1, 1);
    ClientPage page = new ClientPage(segment(ClientPage.fileSize(10)), 10);
    ObjectIndex index = writer.index();
    writer.create(1, new IndexWriter.Extent(ObjectId.random(), 0, 0, 0, 0, false), 1);
    page.beginWrite(1);
    long word = index.word(1);
    assertTrue(PinProtocol.pinMarked(index, page, 1, word));
    assertTrue(page.isWriting(1));
    assertEquals(1, page.pins(1));
    page.endWrite(1);
    page.endWrite(1);
    assertFalse(page.isWriting(1));
    assertEquals(1, page.pins(1));
    writer.seal(1, 1);
    assertTrue(PinProtocol.pinMarked(index, page, 1, word));
    writer.retire(1);
    writer.unlink(1);
    assertFalse(PinProtocol.pinMarked(index, page, 1, word));
    assertFalse(PinProtocol.unpin(index, page, 1));
    assertFalse(PinProtocol.unpin(index, page, 1));
    assertTrue(PinProtocol.unpin(index, page, 1));
  }

  private static void assertRefused(MemorySegment segment) {
    PlasmaException e = assertThrows(PlasmaException.class, () -> new ObjectIndex(segment));
    assertEquals(ErrorCode.VERSION_MISMATCH, e.code());
  }

  private static MemorySegment index(int maxSlots) {
    return segment(IndexLayout.fileSize(maxSlots));
  }

  private static MemorySegment segment(long size) {
    return MemorySegment.ofArray(new long[(int) size / Long.BYTES]);
  }

  private static String text(long magic) {
    byte[] bytes =
        ByteBuffer.allocate(Long.BYTES).order(ByteOrder.LITTLE_ENDIAN).putLong(magic).array();
    return new String(bytes, StandardCharsets.US_ASCII);
  }
}
