package io.plasmastore.memory;

import static io.plasmastore.memory.IndexLayout.BYTE;
import static io.plasmastore.memory.IndexLayout.INT;
import static io.plasmastore.memory.IndexLayout.LONG;

import io.plasmastore.ErrorCode;
import io.plasmastore.ObjectId;
import io.plasmastore.PlasmaException;
import java.lang.foreign.MemorySegment;
import java.util.function.IntPredicate;

/**
 * The index of objects as a reader sees it, without locks and without system calls, from any
 * thread. What is found is a hint until {@link PinProtocol} has pinned it; what is not found may
 * exist all the same, since the store may just be moving table entries: only the store's answer
 * counts as "no".
 *
 * <p>Fields of a slot belong to the object whose {@link #word} was read before them <em>and</em> is
 * still the same after them, or that is pinned.
 */
public final class ObjectIndex {
  /** The answer of {@link #find} when no entry was seen. */
  public static final int NOT_FOUND = -1;

  private final MemorySegment segment;
  private final long slotsOffset;
  private final int maxSlots;

  /**
   * Looks at an index.
   *
   * @param segment all of the file, mapped; may be read-only
   * @throws PlasmaException VERSION_MISMATCH if it is not an index of this version
   */
  public ObjectIndex(MemorySegment segment) {
    long magic = (long) LONG.getAcquire(segment, IndexLayout.MAGIC_OFFSET);
    int version = (int) INT.get(segment, IndexLayout.VERSION_OFFSET);
    if (magic != IndexLayout.MAGIC || version != IndexLayout.VERSION) {
      throw new PlasmaException(
          ErrorCode.VERSION_MISMATCH,
          "not an index of this version: magic=%016x version=%d wanted=%d"
              .formatted(magic, version, IndexLayout.VERSION));
    }
    int slots = (int) INT.get(segment, IndexLayout.MAX_SLOTS_OFFSET);
    if (slots < IndexLayout.MIN_SLOTS
        || slots > IndexLayout.MAX_SLOTS
        || segment.byteSize() != IndexLayout.fileSize(slots)) {
      throw new PlasmaException(
          ErrorCode.VERSION_MISMATCH,
          "index has another size than it says: maxSlots="
              + slots
              + " bytes="
              + segment.byteSize());
    }
    this.segment = segment;
    this.maxSlots = slots;
    this.slotsOffset = IndexLayout.slotsOffset(slots);
  }

  /**
   * Looks an id up in the table.
   *
   * @param id the object
   * @return a slot that held this id when it was looked at, or {@link #NOT_FOUND}, which is no
   *     answer by itself
   */
  public int find(ObjectId id) {
    return find(id, slot -> true);
  }

  /**
   * Looks an id up in the table, and passes some slots over: an object that is being written may be
   * in several.
   *
   * @param id the object
   * @param accepted which slots to answer
   * @return a slot that held this id when it was looked at, or {@link #NOT_FOUND}
   */
  public int find(ObjectId id, IntPredicate accepted) {
    return probe(id, slot -> holds(slot, id) && accepted.test(slot));
  }

  /**
   * The slot that an id is in, unless another one with the same tag, which one in 2^32 has, stands
   * before it in the table: to be held against the slot, which the caller is about to read anyway.
   *
   * @param id the object
   * @return the slot of the first entry with the id's tag, or {@link #NOT_FOUND}, which is no
   *     answer by itself
   */
  public int candidate(ObjectId id) {
    return probe(id, slot -> true);
  }

  /**
   * Whether ids can be looked up at all.
   *
   * @return false while a store that takes over builds a table, and when the store has stopped
   */
  public boolean hasTable() {
    return tableLog2() > IndexLayout.NO_TABLE;
  }

  private int probe(ObjectId id, IntPredicate accepted) {
    int log2 = tableLog2();
    if (log2 <= IndexLayout.NO_TABLE) {
      return NOT_FOUND;
    }
    long table = IndexLayout.tableOffset(log2);
    int mask = (1 << log2) - 1;
    int tag = IndexLayout.tag(id.hash64());
    // Bounded by the table's length, since a reader may look while the store moves entries under
    // it.
    for (int position = tag & mask, probes = 0;
        probes <= mask;
        probes++, position = (position + 1) & mask) {
      long entry = (long) LONG.getOpaque(segment, table + position * IndexLayout.ENTRY_SIZE);
      if (entry == 0) {
        return NOT_FOUND;
      }
      if (IndexLayout.entryTag(entry) == tag) {
        int slot = IndexLayout.entrySlot(entry);
        if (accepted.test(slot)) {
          return slot;
        }
      }
    }
    return NOT_FOUND;
  }

  /**
   * The word of a slot, with acquire order: fields read afterwards are at least as new.
   *
   * @param slot a slot
   * @return state and generation, see {@link SlotState}
   */
  public long word(int slot) {
    return (long) LONG.getAcquire(segment, offset(slot) + IndexLayout.SLOT_WORD_OFFSET);
  }

  /**
   * The word of a slot, with volatile order: after every volatile access that comes before it in
   * this thread. For {@link PinProtocol}.
   *
   * @param slot a slot
   * @return state and generation, see {@link SlotState}
   */
  long wordVolatile(int slot) {
    return (long) LONG.getVolatile(segment, offset(slot) + IndexLayout.SLOT_WORD_OFFSET);
  }

  /**
   * Whether a slot holds this id.
   *
   * @param slot a slot
   * @param id the object
   * @return true if the id there is this one
   */
  public boolean holds(int slot, ObjectId id) {
    return id.matches(segment, offset(slot) + IndexLayout.SLOT_ID_OFFSET);
  }

  /**
   * The id in a slot.
   *
   * @param slot a slot
   * @return the id there, without its name
   */
  public ObjectId id(int slot) {
    return ObjectId.copyFrom(segment, offset(slot) + IndexLayout.SLOT_ID_OFFSET);
  }

  /**
   * Where the object's bytes start in the heap.
   *
   * @param slot a slot
   * @return offset of the data
   */
  public long dataOffset(int slot) {
    return (long) LONG.get(segment, offset(slot) + IndexLayout.SLOT_DATA_OFFSET_OFFSET);
  }

  /**
   * The length of the object's data.
   *
   * @param slot a slot
   * @return bytes, 0 or more
   */
  public long dataSize(int slot) {
    return (long) LONG.get(segment, offset(slot) + IndexLayout.SLOT_DATA_SIZE_OFFSET);
  }

  /**
   * The length of the object's metadata, which follows its data.
   *
   * @param slot a slot
   * @return bytes, 0 or more
   */
  public int metadataSize(int slot) {
    return (int) INT.get(segment, offset(slot) + IndexLayout.SLOT_METADATA_SIZE_OFFSET);
  }

  /**
   * The length of the object's name in UTF-8, which follows its metadata.
   *
   * @param slot a slot
   * @return bytes, 0 where it has none
   */
  public int nameSize(int slot) {
    return (byte) BYTE.get(segment, offset(slot) + IndexLayout.SLOT_NAME_SIZE_OFFSET) & 0xFF;
  }

  /**
   * Everything the heap holds of an object.
   *
   * @param slot a slot
   * @return bytes of data, metadata and name together
   */
  public long extentSize(int slot) {
    return dataSize(slot) + metadataSize(slot) + nameSize(slot);
  }

  /**
   * Whether the object may never be dropped to make room.
   *
   * @param slot a slot
   * @return true for an object that was created to be kept
   */
  public boolean isKept(int slot) {
    return ((byte) BYTE.get(segment, offset(slot) + IndexLayout.SLOT_FLAGS_OFFSET)
            & IndexLayout.FLAG_KEEP)
        != 0;
  }

  /**
   * When the object was created.
   *
   * @param slot a slot
   * @return milliseconds since 1970
   */
  public long createdMillis(int slot) {
    return (long) LONG.get(segment, offset(slot) + IndexLayout.SLOT_CREATED_MILLIS_OFFSET);
  }

  /**
   * When the object was sealed.
   *
   * @param slot a slot
   * @return milliseconds since 1970, or 0 if it is not sealed
   */
  public long sealedMillis(int slot) {
    int after = (int) INT.get(segment, offset(slot) + IndexLayout.SLOT_SEALED_AFTER_OFFSET);
    return after == -1 ? 0 : createdMillis(slot) + Integer.toUnsignedLong(after);
  }

  /**
   * Whether a store has died between the begin and the end of a seal.
   *
   * @param slot the slot
   * @return true if the object is complete, and in state CREATED all the same
   */
  public boolean isSealing(int slot) {
    return SlotState.state(word(slot)) == SlotState.CREATED && sealedMillis(slot) != 0;
  }

  /**
   * How many slots there are room for.
   *
   * @return a fixed count
   */
  public int maxSlots() {
    return maxSlots;
  }

  /**
   * The end of the slots that were ever used.
   *
   * @return a slot number; never falls
   */
  public int slotLimit() {
    return (int) INT.getAcquire(segment, IndexLayout.SLOT_LIMIT_OFFSET);
  }

  /**
   * The process that wrote this index.
   *
   * @return the store's process id
   */
  public long storePid() {
    return (long) LONG.get(segment, IndexLayout.STORE_PID_OFFSET);
  }

  /**
   * Whether the store has stopped for good, rather than died: nobody will take over this memory.
   *
   * @return true after a clean stop
   */
  public boolean isStopped() {
    return tableLog2() == IndexLayout.STOPPED;
  }

  /**
   * Whether the store is to be told of seals, as somebody waits for one. With volatile order: who
   * has {@linkplain ClientPage#countMark counted} its mark before either is told here, or its mark
   * is seen by the store, which looks at all of them after it has said that it listens.
   *
   * @return true too if the store has stopped, and there is none to be told
   */
  public boolean isListening() {
    return (int) INT.getVolatile(segment, IndexLayout.LISTENING_OFFSET) != 0;
  }

  /**
   * The length of the heap that the index speaks of.
   *
   * @return bytes
   */
  public long heapSize() {
    return (long) LONG.get(segment, IndexLayout.HEAP_SIZE_OFFSET);
  }

  /**
   * A counter as it is now.
   *
   * @param counter which
   * @return its value
   */
  public long counter(Counter counter) {
    return (long) LONG.getOpaque(segment, IndexLayout.counterOffset(counter));
  }

  private int tableLog2() {
    return (int) INT.getAcquire(segment, IndexLayout.TABLE_LOG2_OFFSET);
  }

  long offset(int slot) {
    return slotsOffset + slot * IndexLayout.SLOT_SIZE;
  }
}
