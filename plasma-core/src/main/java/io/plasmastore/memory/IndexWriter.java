package io.plasmastore.memory;

import static io.plasmastore.memory.IndexLayout.BYTE;
import static io.plasmastore.memory.IndexLayout.INT;
import static io.plasmastore.memory.IndexLayout.LONG;

import io.plasmastore.ObjectId;
import io.plasmastore.os.NativeCallException;
import io.plasmastore.os.Posix;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.VarHandle;

/**
 * The index as the store writes it. One thread. Readers look on at any instruction, so the order of
 * stores matters: fields are written while the slot's word says that nobody may read them, and the
 * word last, with release order.
 *
 * <p>Pages are committed before they are used: slots in steps up to the highest ever handed out, a
 * table when it is put in force.
 */
public final class IndexWriter {
  /** How many slots are committed at a time: 256 KB of them. */
  public static final int SLOT_STEP = 4096;

  private final Pages pages;
  private final MemorySegment segment;
  private final ObjectIndex index;
  private final int maxTableLog2;
  private int tableLog2;
  private int committedSlots;
  private int entries;

  /** Gives ranges of the index their memory before they are used. */
  @FunctionalInterface
  public interface Pages {
    /**
     * Commits a range.
     *
     * @param offset of the first byte in the file
     * @param length in bytes
     * @throws NativeCallException if the mount is full
     */
    void commit(long offset, long length) throws NativeCallException;

    /**
     * Joins committed pages into huge ones, if that can be done: a look-up at random then waits for
     * one read of memory less where the processor has forgotten which page is where.
     *
     * @param offset of the first byte in the file, a multiple of {@link Posix#HUGE_PAGE_SIZE}
     * @param length in bytes, a multiple of the same
     */
    default void join(long offset, long length) {}
  }

  /**
   * Makes an empty index.
   *
   * @param segment all zeros, {@link IndexLayout#fileSize} bytes
   * @param pages commits ranges of it
   * @param maxSlots how many objects there can be
   * @param heapSize length of the heap
   * @param storePid of this process
   * @param nowMillis the time
   * @throws NativeCallException if the mount has no room for the header and the first table
   */
  public IndexWriter(
      MemorySegment segment,
      Pages pages,
      int maxSlots,
      long heapSize,
      long storePid,
      long nowMillis)
      throws NativeCallException {
    this.segment = segment;
    this.pages = pages;
    this.maxTableLog2 = IndexLayout.maxTableLog2(maxSlots);
    this.tableLog2 = IndexLayout.MIN_TABLE_LOG2;
    pages.commit(0, IndexLayout.tableOffset(tableLog2 + 1));
    INT.set(segment, IndexLayout.VERSION_OFFSET, IndexLayout.VERSION);
    INT.set(segment, IndexLayout.TABLE_LOG2_OFFSET, tableLog2);
    LONG.set(segment, IndexLayout.STORE_PID_OFFSET, storePid);
    INT.set(segment, IndexLayout.MAX_SLOTS_OFFSET, maxSlots);
    LONG.set(segment, IndexLayout.HEAP_SIZE_OFFSET, heapSize);
    LONG.set(segment, IndexLayout.STARTED_MILLIS_OFFSET, nowMillis);
    // The magic goes last: who sees it sees the header.
    LONG.setRelease(segment, IndexLayout.MAGIC_OFFSET, IndexLayout.MAGIC);
    this.index = new ObjectIndex(segment);
  }

  /**
   * Takes over the index of a store that died. Nothing is found in it until {@link #link} has
   * entered what is to be found and {@link #publish} is called; clients of the dead store may be
   * reading all the while.
   *
   * @param index of the dead store, checked
   * @param segment all of its file
   * @param pages commits ranges of it
   * @param objects how many will be linked
   * @param storePid of this process
   * @throws NativeCallException if the mount has no room for a table
   */
  public IndexWriter(
      ObjectIndex index, MemorySegment segment, Pages pages, int objects, long storePid)
      throws NativeCallException {
    this.segment = segment;
    this.pages = pages;
    this.index = index;
    this.maxTableLog2 = IndexLayout.maxTableLog2(index.maxSlots());
    INT.setVolatile(segment, IndexLayout.TABLE_LOG2_OFFSET, IndexLayout.NO_TABLE);
    this.tableLog2 = IndexLayout.MIN_TABLE_LOG2;
    while (!IndexLayout.holds(tableLog2, objects)) {
      tableLog2++;
    }
    pages.commit(0, IndexLayout.tableOffset(tableLog2 + 1));
    segment
        .asSlice(IndexLayout.tableOffset(tableLog2), IndexLayout.tableSize(tableLog2))
        .fill((byte) 0);
    this.committedSlots = committedUpTo(index.slotLimit());
    pages.commit(index.offset(0), committedSlots * IndexLayout.SLOT_SIZE);
    LONG.set(segment, IndexLayout.STORE_PID_OFFSET, storePid);
    // Nobody waits in this store yet; who waited in the dead one asks again.
    listen(false);
  }

  /**
   * Enters an object of the dead store into the new table.
   *
   * @param slot in state CREATED or SEALED
   */
  public void link(int slot) {
    insert(tableLog2, IndexLayout.entry(IndexLayout.tag(index.id(slot).hash64()), slot));
    entries++;
  }

  /** Lets readers find what was linked. */
  public void publish() {
    INT.setRelease(segment, IndexLayout.TABLE_LOG2_OFFSET, tableLog2);
  }

  /**
   * The same index, to read.
   *
   * @return a view that sees every write of this thread
   */
  public ObjectIndex index() {
    return index;
  }

  /**
   * Makes room for a slot and for one more table entry. Must succeed before {@link #create}.
   *
   * @param slot the slot to be used next
   * @throws NativeCallException if the mount is full; the index is as it was
   */
  public void prepare(int slot) throws NativeCallException {
    if (slot >= committedSlots) {
      int upTo = committedUpTo(slot);
      long from = index.offset(committedSlots);
      long to = index.offset(upTo);
      pages.commit(from, to - from);
      join(index.offset(0), from, to);
      committedSlots = upTo;
    }
    if (!IndexLayout.holds(tableLog2, entries + 1) && tableLog2 < maxTableLog2) {
      grow();
    }
  }

  /**
   * How far slots are committed when one is used: the same in the index and in every client's page.
   *
   * @param slot the slot to be used
   * @return the end of the step that it is in
   */
  public int committedUpTo(int slot) {
    return (int) Math.min(index.maxSlots(), Math.ceilDiv(slot + 1L, SLOT_STEP) * SLOT_STEP);
  }

  /**
   * Enters an object that is about to be written.
   *
   * @param slot a free slot, {@linkplain #prepare prepared}
   * @param extent where it lies
   * @param nowMillis the time
   * @return the slot's generation
   */
  public long create(int slot, Extent extent, long nowMillis) {
    long generation = SlotState.generation(index.word(slot)) + 1;
    long offset = index.offset(slot);
    // A reader that still trusts the slot's last object sees its word change before any field:
    // retire() and hide() end with a full fence.
    extent.id().copyTo(segment, offset + IndexLayout.SLOT_ID_OFFSET);
    INT.set(segment, offset + IndexLayout.SLOT_METADATA_SIZE_OFFSET, extent.metadataSize());
    LONG.set(segment, offset + IndexLayout.SLOT_DATA_OFFSET_OFFSET, extent.dataOffset());
    LONG.set(segment, offset + IndexLayout.SLOT_DATA_SIZE_OFFSET, extent.dataSize());
    LONG.set(segment, offset + IndexLayout.SLOT_CREATED_MILLIS_OFFSET, nowMillis);
    INT.set(segment, offset + IndexLayout.SLOT_SEALED_AFTER_OFFSET, -1);
    BYTE.set(segment, offset + IndexLayout.SLOT_NAME_SIZE_OFFSET, (byte) extent.nameSize());
    byte flags = extent.keep() ? IndexLayout.FLAG_KEEP : 0;
    BYTE.set(segment, offset + IndexLayout.SLOT_FLAGS_OFFSET, flags);
    setState(slot, generation, SlotState.CREATED);
    if (slot >= index.slotLimit()) {
      INT.setRelease(segment, IndexLayout.SLOT_LIMIT_OFFSET, slot + 1);
    }
    insert(tableLog2, IndexLayout.entry(IndexLayout.tag(extent.id().hash64()), slot));
    entries++;
    return generation;
  }

  /**
   * Changes the size of an object that is being written. It has no name from here on until {@link
   * #name}: a store that takes over in between finds an extent that covers what is being written,
   * and no name in a wrong place.
   *
   * @param slot in state CREATED
   * @param dataSize bytes of data
   * @param metadataSize bytes of metadata, which are to follow the data
   */
  public void resize(int slot, long dataSize, int metadataSize) {
    name(slot, 0);
    long offset = index.offset(slot);
    LONG.setRelease(segment, offset + IndexLayout.SLOT_DATA_SIZE_OFFSET, dataSize);
    INT.setRelease(segment, offset + IndexLayout.SLOT_METADATA_SIZE_OFFSET, metadataSize);
  }

  /**
   * Says that the name follows the metadata.
   *
   * @param slot in state CREATED
   * @param nameSize its bytes in UTF-8; 0: none
   */
  public void name(int slot, int nameSize) {
    BYTE.setRelease(
        segment, index.offset(slot) + IndexLayout.SLOT_NAME_SIZE_OFFSET, (byte) nameSize);
  }

  /**
   * Notes that an object is complete, and when that was: from here on it is sealed even if this
   * store dies before {@link #seal}.
   *
   * @param slot in state CREATED
   * @param nowMillis the time
   */
  public void beginSeal(int slot, long nowMillis) {
    long after = Math.clamp(nowMillis - index.createdMillis(slot), 0, 0xFFFF_FFFEL);
    INT.setRelease(segment, index.offset(slot) + IndexLayout.SLOT_SEALED_AFTER_OFFSET, (int) after);
  }

  /**
   * Makes an object readable.
   *
   * @param slot in state CREATED
   * @param nowMillis the time
   */
  public void seal(int slot, long nowMillis) {
    beginSeal(slot, nowMillis);
    setState(slot, SlotState.generation(index.word(slot)), SlotState.SEALED);
  }

  /**
   * Deletes an object: no new reader can pin it. Who has it pinned is to be looked for after this
   * call, which ends with the full fence that {@link PinProtocol} needs.
   *
   * @param slot in state CREATED or SEALED
   */
  public void retire(int slot) {
    setStateAndFence(slot, SlotState.RETIRING);
  }

  /**
   * Hides an object for a moment, to look whether anybody holds it: no new reader can pin it. The
   * same order as that of {@link #retire}, but if the store dies now the object is not lost, and no
   * reader tells the store of an unpin.
   *
   * @param slot in state SEALED
   */
  public void hide(int slot) {
    setStateAndFence(slot, SlotState.HIDDEN);
  }

  /**
   * Shows a hidden object again, as it was: somebody holds it, and it was only to be dropped or
   * moved if nobody did.
   *
   * @param slot in state HIDDEN, still linked
   */
  public void show(int slot) {
    setState(slot, SlotState.generation(index.word(slot)), SlotState.SEALED);
  }

  /**
   * Says that a hidden object, which nobody holds, lies somewhere else: the one write that moves
   * it. Its bytes must be at both places, since after the death of the store either may count.
   *
   * @param slot in state HIDDEN, still linked
   * @param dataOffset of the copy
   */
  public void relocate(int slot, long dataOffset) {
    LONG.setRelease(segment, index.offset(slot) + IndexLayout.SLOT_DATA_OFFSET_OFFSET, dataOffset);
  }

  /**
   * Shows an object that may have been moved while it was hidden. In a new generation: a reader
   * that took the old place along fails to pin it, and asks again.
   *
   * @param slot in state HIDDEN
   */
  public void showMoved(int slot) {
    setState(slot, SlotState.generation(index.word(slot)) + 1, SlotState.SEALED);
  }

  /**
   * Takes an object out of the table: its id is free.
   *
   * @param slot in state RETIRING or HIDDEN, still linked
   */
  public void unlink(int slot) {
    remove(slot);
  }

  /**
   * Empties a slot.
   *
   * @param slot in state RETIRING or HIDDEN, unlinked, with no pin on it
   */
  public void free(int slot) {
    setState(slot, SlotState.generation(index.word(slot)), SlotState.FREE);
  }

  /**
   * Tells readers that the store has stopped: nothing is found any more, and what is pinned stays.
   */
  public void stop() {
    INT.setVolatile(segment, IndexLayout.TABLE_LOG2_OFFSET, IndexLayout.STOPPED);
    listen(true);
  }

  /**
   * Says whether seals are to be told. The marks are to be looked at after this call: who has set
   * one before it could see this tells nobody.
   *
   * @param listening whether somebody waits for one
   */
  public void listen(boolean listening) {
    INT.setVolatile(segment, IndexLayout.LISTENING_OFFSET, listening ? 1 : 0);
    VarHandle.fullFence();
  }

  /**
   * Sets a counter.
   *
   * @param counter which
   * @param value its new value
   */
  public void set(Counter counter, long value) {
    LONG.setOpaque(segment, IndexLayout.counterOffset(counter), value);
  }

  /**
   * Adds to a counter.
   *
   * @param counter which
   * @param count how much
   */
  public void add(Counter counter, long count) {
    set(counter, index.counter(counter) + count);
  }

  private void setStateAndFence(int slot, int state) {
    LONG.setVolatile(
        segment,
        index.offset(slot) + IndexLayout.SLOT_WORD_OFFSET,
        SlotState.word(SlotState.generation(index.word(slot)), state));
    VarHandle.fullFence();
  }

  private void setState(int slot, long generation, int state) {
    LONG.setRelease(
        segment,
        index.offset(slot) + IndexLayout.SLOT_WORD_OFFSET,
        SlotState.word(generation, state));
  }

  private void grow() throws NativeCallException {
    int bigger = tableLog2 + 1;
    long from = IndexLayout.tableOffset(bigger);
    long to = from + IndexLayout.tableSize(bigger);
    pages.commit(from, to - from);
    join(from, from, to);
    for (long position = 0; position < 1L << tableLog2; position++) {
      long entry = entry(tableLog2, position);
      if (entry != 0) {
        insert(bigger, entry);
      }
    }
    INT.setRelease(segment, IndexLayout.TABLE_LOG2_OFFSET, bigger);
    tableLog2 = bigger;
  }

  /** Joins what has become whole huge pages since a range was committed only up to {@code from}. */
  private void join(long start, long from, long to) {
    long first = Math.max(roundUpToHugePage(start), from & -Posix.HUGE_PAGE_SIZE);
    long end = to & -Posix.HUGE_PAGE_SIZE;
    if (first < end) {
      pages.join(first, end - first);
    }
  }

  private static long roundUpToHugePage(long offset) {
    return (offset + Posix.HUGE_PAGE_SIZE - 1) & -Posix.HUGE_PAGE_SIZE;
  }

  private void insert(int log2, long entry) {
    long mask = (1L << log2) - 1;
    long position = IndexLayout.entryTag(entry) & mask;
    while (entry(log2, position) != 0) {
      position = (position + 1) & mask;
    }
    setEntry(log2, position, entry);
  }

  private void remove(int slot) {
    long mask = (1L << tableLog2) - 1;
    long wanted = IndexLayout.entry(IndexLayout.tag(index.id(slot).hash64()), slot);
    long hole = IndexLayout.entryTag(wanted) & mask;
    while (entry(tableLog2, hole) != wanted) {
      hole = (hole + 1) & mask;
    }
    // Close the gap (Knuth's algorithm R) instead of leaving a tombstone. A reader that misses an
    // entry on the move asks the store.
    for (long next = (hole + 1) & mask; ; next = (next + 1) & mask) {
      long entry = entry(tableLog2, next);
      if (entry == 0) {
        break;
      }
      long home = IndexLayout.entryTag(entry) & mask;
      if (((next - home) & mask) >= ((next - hole) & mask)) {
        setEntry(tableLog2, hole, entry);
        hole = next;
      }
    }
    setEntry(tableLog2, hole, 0);
    entries--;
  }

  private long entry(int log2, long position) {
    return (long)
        LONG.get(segment, IndexLayout.tableOffset(log2) + position * IndexLayout.ENTRY_SIZE);
  }

  private void setEntry(int log2, long position, long entry) {
    LONG.setRelease(
        segment, IndexLayout.tableOffset(log2) + position * IndexLayout.ENTRY_SIZE, entry);
  }

  /**
   * Where an object lies in the heap: data, then metadata, then name.
   *
   * @param id the object
   * @param dataOffset of its first byte in the heap
   * @param dataSize bytes of data
   * @param metadataSize bytes of metadata
   * @param nameSize bytes of the name, 0 to 255
   * @param keep whether it may never be dropped to make room
   */
  public record Extent(
      ObjectId id, long dataOffset, long dataSize, int metadataSize, int nameSize, boolean keep) {}
}
