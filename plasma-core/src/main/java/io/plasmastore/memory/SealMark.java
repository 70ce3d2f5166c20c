package io.plasmastore.memory;

import static io.plasmastore.memory.IndexLayout.INT;
import static io.plasmastore.memory.IndexLayout.LONG;

import java.lang.foreign.MemorySegment;

/**
 * What a client writes into its {@link ClientPage} to seal an object that it was writing: which one
 * it is, and how its extent is divided. Metadata and name are the client's to write where it gives
 * back a tail. 32 bytes, little-endian.
 *
 * <pre>
 *    0 +------------------------+-----------------------+
 *      | generation           8 | dataSize            8 |
 *   16 +-----------+------------+-----------+-----------+
 *      | slot    4 | metadata 4 | name    4 | unused  4 |    sizes in bytes; they follow the data
 *   32 +-----------+------------+-----------+-----------+
 * </pre>
 *
 * @param slot the object's
 * @param generation the slot's since the create
 * @param dataSize bytes of data, no more than were created
 * @param metadataSize bytes of metadata, right behind the data
 * @param nameSize bytes of the name in UTF-8, right behind the metadata
 */
public record SealMark(int slot, long generation, long dataSize, int metadataSize, int nameSize) {
  static final long GENERATION_OFFSET = 0;
  static final long DATA_SIZE_OFFSET = GENERATION_OFFSET + Long.BYTES;
  static final long SLOT_OFFSET = DATA_SIZE_OFFSET + Long.BYTES;
  static final long METADATA_SIZE_OFFSET = SLOT_OFFSET + Integer.BYTES;
  static final long NAME_SIZE_OFFSET = METADATA_SIZE_OFFSET + Integer.BYTES;
  static final long SIZE = NAME_SIZE_OFFSET + 2 * Integer.BYTES;

  private static final int MAX_NAME = 255;

  /**
   * Whether it speaks of an object that is being written.
   *
   * @param index where the slot is
   * @return false for one that is sealed already, or gone
   */
  public boolean isOfWritten(ObjectIndex index) {
    return slot >= 0
        && slot < index.slotLimit()
        && index.word(slot) == SlotState.word(generation, SlotState.CREATED);
  }

  /**
   * Whether its sizes make sense.
   *
   * @param offset of the object's data in the heap
   * @param heapSize bytes of the heap
   * @return true if an object can lie there so
   */
  public boolean fits(long offset, long heapSize) {
    return nameSize >= 0
        && nameSize <= MAX_NAME
        && SlotRules.extentFault(offset, dataSize, metadataSize, nameSize, heapSize) == null;
  }

  /**
   * The length of all of it.
   *
   * @return bytes of data, metadata and name
   */
  public long extentSize() {
    return dataSize + metadataSize + nameSize;
  }

  void writeTo(MemorySegment page, long offset) {
    LONG.set(page, offset + GENERATION_OFFSET, generation);
    LONG.set(page, offset + DATA_SIZE_OFFSET, dataSize);
    INT.set(page, offset + SLOT_OFFSET, slot);
    INT.set(page, offset + METADATA_SIZE_OFFSET, metadataSize);
    INT.set(page, offset + NAME_SIZE_OFFSET, nameSize);
  }

  static SealMark read(MemorySegment page, long offset) {
    return new SealMark(
        (int) INT.get(page, offset + SLOT_OFFSET),
        (long) LONG.get(page, offset + GENERATION_OFFSET),
        (long) LONG.get(page, offset + DATA_SIZE_OFFSET),
        (int) INT.get(page, offset + METADATA_SIZE_OFFSET),
        (int) INT.get(page, offset + NAME_SIZE_OFFSET));
  }
}
