package io.plasmastore.memory;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import io.plasmastore.ObjectId;
import java.lang.invoke.VarHandle;

/**
 * Layout of the file {@code index}, little-endian. The store writes it; every client maps it
 * read-only.
 *
 * <pre>
 *  header, 4096 bytes
 *    0 +-----------------------+-----------+-----------+
 *      | magic "PLASMA-I"    8 | version 4 | tableLog2 4 |    tableLog2: which table is in force; 0 = none just now, −1 = the store has stopped
 *   16 +-----------------------+-----------+-----------+
 *      | storePid            8 | maxSlots 4| slotLimit 4 |    slotLimit: no slot at or above it was ever used
 *   32 +-----------------------+-----------------------+
 *      | heapSize            8 | startedMillis       8 |
 *   48 +-----------------------+-----------------------+
 *      | (unused)              |                       |
 *   64 +-----------+-----------+-----------------------+
 *      | listening 4 | (unused up to 1024)             |    listening: 1 = somebody waits for seals, and the store is to be told of each
 * 1024 +-----------------------------------------------+
 *      | counters, 8 bytes each, in the order of {@link Counter}
 * 4096 +-----------------------------------------------+
 *      | tables: 2^8 entries, then 2^9, … 2^maxLog2 entries of 8 bytes
 *      +-----------------------------------------------+
 *      | slots: maxSlots × 64 bytes, from a multiple of 4096
 *      +-----------------------------------------------+
 *
 *  entry, 8 bytes: 0 = empty, else
 *   63                    32 31                     0
 *  +------------------------+------------------------+
 *  | tag: hash, upper half  | slot + 1               |     at position tag mod table size, or the next free one
 *  +------------------------+------------------------+
 *
 *  slot, 64 bytes, one cache line
 *    0 +-------------------------------+
 *      | word (see {@link SlotState})          8 |
 *    8 +-------------------------------+
 *      | id                         20 |
 *   28 +-------------------------------+
 *      | metadataSize                4 |
 *   32 +-------------------------------+
 *      | dataOffset, in the heap     8 |     metadata follows the data, the name follows the metadata
 *   40 +-------------------------------+
 *      | dataSize                    8 |
 *   48 +-------------------------------+
 *      | createdMillis               8 |
 *   56 +-------------------------------+
 *      | sealedAfterMillis           4 |     since createdMillis; −1 (all ones): not sealed
 *   60 +---------------+---------------+
 *      | heap 2 | nameSize 1 | flags 1 |     flags: 1 = keep, never dropped to make room
 *   64 +---------------+---------------+
 * </pre>
 *
 * The hash is {@link ObjectId#hash64()}. Every table is a power of two long; when one is 3/5 full
 * the next is filled and put in force by one store of {@code tableLog2}, and the old one stays as
 * it was: a reader that still looks there finds an object or asks the store.
 */
public final class IndexLayout {
  /** "PLASMA-I" as it lies in memory. */
  public static final long MAGIC = 0x492D_414D_5341_4C50L;

  /** Version of this layout and of those of {@link ClientPage} and {@link SealMarks}. */
  public static final int VERSION = 4;

  static final long MAGIC_OFFSET = 0;
  static final long VERSION_OFFSET = MAGIC_OFFSET + Long.BYTES;
  static final long TABLE_LOG2_OFFSET = VERSION_OFFSET + Integer.BYTES;
  static final long STORE_PID_OFFSET = TABLE_LOG2_OFFSET + Integer.BYTES;
  static final long MAX_SLOTS_OFFSET = STORE_PID_OFFSET + Long.BYTES;
  static final long SLOT_LIMIT_OFFSET = MAX_SLOTS_OFFSET + Integer.BYTES;
  static final long HEAP_SIZE_OFFSET = SLOT_LIMIT_OFFSET + Integer.BYTES;
  static final long STARTED_MILLIS_OFFSET = HEAP_SIZE_OFFSET + Long.BYTES;
  // In another cache line than what every get reads.
  static final long LISTENING_OFFSET = STARTED_MILLIS_OFFSET + Long.BYTES + 2 * Long.BYTES;
  static final long COUNTERS_OFFSET = 1024;
  static final long HEADER_SIZE = 4096;

  /** In place of a table: a store that takes over is building one. */
  static final int NO_TABLE = 0;

  /** In place of a table: the store has stopped for good. */
  static final int STOPPED = -1;

  static final int MIN_TABLE_LOG2 = 8;
  static final long ENTRY_SIZE = Long.BYTES;

  static final long SLOT_WORD_OFFSET = 0;
  static final long SLOT_ID_OFFSET = SLOT_WORD_OFFSET + Long.BYTES;
  static final long SLOT_METADATA_SIZE_OFFSET = SLOT_ID_OFFSET + ObjectId.SIZE;
  static final long SLOT_DATA_OFFSET_OFFSET = SLOT_METADATA_SIZE_OFFSET + Integer.BYTES;
  static final long SLOT_DATA_SIZE_OFFSET = SLOT_DATA_OFFSET_OFFSET + Long.BYTES;
  static final long SLOT_CREATED_MILLIS_OFFSET = SLOT_DATA_SIZE_OFFSET + Long.BYTES;
  static final long SLOT_SEALED_AFTER_OFFSET = SLOT_CREATED_MILLIS_OFFSET + Long.BYTES;
  static final long SLOT_HEAP_OFFSET = SLOT_SEALED_AFTER_OFFSET + Integer.BYTES;
  static final long SLOT_NAME_SIZE_OFFSET = SLOT_HEAP_OFFSET + Short.BYTES;
  static final long SLOT_FLAGS_OFFSET = SLOT_NAME_SIZE_OFFSET + Byte.BYTES;
  static final long SLOT_SIZE = SLOT_FLAGS_OFFSET + Byte.BYTES;

  static final byte FLAG_KEEP = 1;

  static final VarHandle INT = JAVA_INT.varHandle();
  static final VarHandle LONG = JAVA_LONG.varHandle();
  static final VarHandle BYTE = JAVA_BYTE.varHandle();

  /** Fewest slots an index can have. */
  public static final int MIN_SLOTS = 1;

  /** Most slots an index can have. */
  public static final int MAX_SLOTS = 1 << 28;

  private static final long PAGE_SIZE = 4096;

  private IndexLayout() {}

  /**
   * Length of an index file.
   *
   * @param maxSlots how many slots it has
   * @return bytes, a multiple of 4096
   */
  public static long fileSize(int maxSlots) {
    return roundUpToPage(slotsOffset(maxSlots) + maxSlots * SLOT_SIZE);
  }

  static long tableOffset(int log2) {
    return HEADER_SIZE + ((1L << log2) - (1L << MIN_TABLE_LOG2)) * ENTRY_SIZE;
  }

  static long tableSize(int log2) {
    return (1L << log2) * ENTRY_SIZE;
  }

  /** The largest table that {@code maxSlots} objects can need, at most 3/5 full. */
  static int maxTableLog2(int maxSlots) {
    int log2 = MIN_TABLE_LOG2;
    while (!holds(log2, maxSlots)) {
      log2++;
    }
    return log2;
  }

  /** Whether a table of this size may hold this many objects. */
  static boolean holds(int log2, int objects) {
    return objects <= (1L << log2) * 3 / 5;
  }

  static long slotsOffset(int maxSlots) {
    return roundUpToPage(tableOffset(maxTableLog2(maxSlots) + 1));
  }

  @SuppressWarnings("EnumOrdinal") // the order of the counters is the layout, and a test pins it
  static long counterOffset(Counter counter) {
    return COUNTERS_OFFSET + (long) counter.ordinal() * Long.BYTES;
  }

  static long roundUpToPage(long bytes) {
    return (bytes + PAGE_SIZE - 1) & -PAGE_SIZE;
  }

  static int tag(long hash) {
    return (int) (hash >>> 32);
  }

  static long entry(int tag, int slot) {
    return (long) tag << 32 | (slot + 1);
  }

  static int entryTag(long entry) {
    return (int) (entry >>> 32);
  }

  static int entrySlot(long entry) {
    return (int) entry - 1;
  }
}
