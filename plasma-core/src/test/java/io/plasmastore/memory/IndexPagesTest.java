package io.plasmastore.memory;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.plasmastore.ObjectId;
import io.plasmastore.os.Posix;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.BitSet;
import org.junit.jupiter.api.Test;

/** Which pages of an index are committed and joined as it grows. */
class IndexPagesTest {
  private static final int PAGE = 4096;
  private static final int OBJECTS = 200_000;

  private final BitSet committed = new BitSet();
  private final BitSet joined = new BitSet();

  @Test
  void joinsEveryWholeHugePageOnceAndOnlyWhatIsCommitted() throws Exception {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment segment = arena.allocate(IndexLayout.fileSize(OBJECTS), 64);
      IndexWriter writer = new IndexWriter(segment, new Pages(), OBJECTS, 1, 1, 1);
      for (int slot = 0; slot < OBJECTS; slot++) {
        writer.prepare(slot);
        writer.create(slot, new IndexWriter.Extent(id(slot), 0, 0, 0, 0, false), 1);
      }
      long start = writer.index().offset(0);
      long end = writer.index().offset(OBJECTS);
      for (long huge = 0; huge + Posix.HUGE_PAGE_SIZE <= end; huge += Posix.HUGE_PAGE_SIZE) {
        if (huge >= start) {
          assertTrue(joined.get(Math.toIntExact(huge / PAGE)), "offset=" + huge);
        }
      }
      // The last table has 4 MB, of which one huge page is whole wherever it starts.
      long table = IndexLayout.tableOffset(19);
      assertEquals(19, IndexLayout.maxTableLog2(OBJECTS));
      assertTrue(
          joined.get(
              Math.toIntExact(
                  (table + Posix.HUGE_PAGE_SIZE - 1)
                      / Posix.HUGE_PAGE_SIZE
                      * (Posix.HUGE_PAGE_SIZE / PAGE))));
    }
  }

  private static ObjectId id(int number) {
    MemorySegment bytes = MemorySegment.ofArray(new byte[ObjectId.SIZE]);
    bytes.set(java.lang.foreign.ValueLayout.JAVA_INT_UNALIGNED, 0, number);
    return ObjectId.copyFrom(bytes, 0);
  }

  private final class Pages implements IndexWriter.Pages {
    @Override
    public void commit(long offset, long length) {
      committed.set((int) (offset / PAGE), (int) Math.ceilDiv(offset + length, PAGE));
    }

    @Override
    public void join(long offset, long length) {
      assertEquals(0, offset % Posix.HUGE_PAGE_SIZE);
      assertEquals(0, length % Posix.HUGE_PAGE_SIZE);
      int from = (int) (offset / PAGE);
      int to = (int) ((offset + length) / PAGE);
      assertTrue(committed.nextClearBit(from) >= to, "joins what is not committed");
      assertTrue(joined.nextSetBit(from) < 0 || joined.nextSetBit(from) >= to, "joined twice");
      joined.set(from, to);
    }
  }
}
