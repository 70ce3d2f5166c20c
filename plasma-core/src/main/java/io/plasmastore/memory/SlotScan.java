package io.plasmastore.memory;

import io.plasmastore.ObjectId;
import io.plasmastore.memory.Findings.Rule;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * All slots of an index, read once, each checked by itself; what the other checks need of them is
 * kept: about 30 bytes a slot.
 */
final class SlotScan {
  private static final int NOT_SEALED = -1;

  private final FileBytes index;
  private final IndexHeader header;
  private final Findings findings;
  private final long slotsOffset;
  private final long[] words;
  private final int[] tags;
  private final long[] offsets;
  private final long[] sizes;
  private final byte[] nameSizes;

  private SlotScan(FileBytes index, IndexHeader header, Findings findings) {
    this.index = index;
    this.header = header;
    this.findings = findings;
    this.slotsOffset = IndexLayout.slotsOffset(header.maxSlots());
    int limit = header.slotLimit();
    this.words = new long[limit];
    this.tags = new int[limit];
    this.offsets = new long[limit];
    this.sizes = new long[limit];
    this.nameSizes = new byte[limit];
  }

  /** Reads and checks all of them. */
  static SlotScan of(FileBytes index, IndexHeader header, Findings findings) throws IOException {
    SlotScan scan = new SlotScan(index, header, findings);
    for (int slot = 0; slot < scan.count(); slot++) {
      scan.read(slot);
    }
    scan.checkUnused();
    return scan;
  }

  /** How many slots were ever used. */
  int count() {
    return words.length;
  }

  int state(int slot) {
    return SlotState.state(words[slot]);
  }

  long generation(int slot) {
    return SlotState.generation(words[slot]);
  }

  /** Whether the slot has an object, in whatever state. */
  boolean hasObject(int slot) {
    return state(slot) != SlotState.FREE;
  }

  /** Whether the slot has an object that is being written, of this generation. */
  boolean isWritten(int slot, long generation) {
    return words[slot] == SlotState.word(generation, SlotState.CREATED);
  }

  /** Whether the table must lead to the slot. */
  boolean isLinked(int slot) {
    return state(slot) == SlotState.CREATED || isWhole(slot);
  }

  /** Whether the object is complete and not deleted. */
  boolean isWhole(int slot) {
    return state(slot) == SlotState.SEALED || state(slot) == SlotState.HIDDEN;
  }

  int tag(int slot) {
    return tags[slot];
  }

  long offset(int slot) {
    return offsets[slot];
  }

  /** Bytes of the heap that the object takes; −1 where its fields make no sense. */
  long size(int slot) {
    return sizes[slot];
  }

  int nameSize(int slot) {
    return Byte.toUnsignedInt(nameSizes[slot]);
  }

  /** How many slots are in a state. */
  int count(int state) {
    int count = 0;
    for (long word : words) {
      if (SlotState.state(word) == state) {
        count++;
      }
    }
    return count;
  }

  /** Bytes of the heap that all objects take. */
  long bytes() {
    long bytes = 0;
    for (long size : sizes) {
      bytes += Math.max(0, size);
    }
    return bytes;
  }

  /** The id in a slot as it is now. */
  ObjectId id(int slot) throws IOException {
    byte[] id = index.bytes(at(slot) + IndexLayout.SLOT_ID_OFFSET, ObjectId.SIZE);
    return ObjectId.copyFrom(MemorySegment.ofArray(id), 0);
  }

  /** Names a slot and its object. */
  String what(int slot) throws IOException {
    return "slot=%d generation=%d state=%s id=%s"
        .formatted(slot, SlotState.generation(words[slot]), stateName(slot), id(slot));
  }

  /** Where the name lies in the heap. */
  long nameOffset(int slot) throws IOException {
    long slotAt = at(slot);
    return offsets[slot]
        + index.longAt(slotAt + IndexLayout.SLOT_DATA_SIZE_OFFSET)
        + index.intAt(slotAt + IndexLayout.SLOT_METADATA_SIZE_OFFSET);
  }

  private String stateName(int slot) {
    return switch (state(slot)) {
      case SlotState.FREE -> "FREE";
      case SlotState.CREATED -> "CREATED";
      case SlotState.SEALED -> "SEALED";
      case SlotState.RETIRING -> "RETIRING";
      case SlotState.HIDDEN -> "HIDDEN";
      default -> Integer.toString(state(slot));
    };
  }

  private long at(int slot) {
    return slotsOffset + slot * IndexLayout.SLOT_SIZE;
  }

  private void read(int slot) throws IOException {
    long at = at(slot);
    words[slot] = index.longAt(at + IndexLayout.SLOT_WORD_OFFSET);
    sizes[slot] = -1;
    if (state(slot) == SlotState.FREE) {
      return;
    }
    if (state(slot) > SlotState.HIDDEN) {
      findings.fault(Rule.SLOT, "no such state: %s", what(slot));
      words[slot] = SlotState.FREE;
      return;
    }
    tags[slot] = IndexLayout.tag(idInWindow(at).hash64());
    checkExtent(slot, at);
    checkFields(slot, at);
  }

  private void checkExtent(int slot, long at) throws IOException {
    long offset = index.longAt(at + IndexLayout.SLOT_DATA_OFFSET_OFFSET);
    long dataSize = index.longAt(at + IndexLayout.SLOT_DATA_SIZE_OFFSET);
    int metadataSize = index.intAt(at + IndexLayout.SLOT_METADATA_SIZE_OFFSET);
    byte nameSize = index.byteAt(at + IndexLayout.SLOT_NAME_SIZE_OFFSET);
    int name = Byte.toUnsignedInt(nameSize);
    @Nullable String fault =
        SlotRules.extentFault(offset, dataSize, metadataSize, name, header.heapSize());
    if (fault != null) {
      findings.fault(Rule.EXTENT, "%s: %s", fault, what(slot));
      return;
    }
    offsets[slot] = offset;
    nameSizes[slot] = nameSize;
    sizes[slot] = ExtentAllocator.roundUp(dataSize + metadataSize + name);
  }

  private void checkFields(int slot, long at) throws IOException {
    int sealedAfter = index.intAt(at + IndexLayout.SLOT_SEALED_AFTER_OFFSET);
    int heap = index.shortAt(at + IndexLayout.SLOT_HEAP_OFFSET);
    int flags = Byte.toUnsignedInt(index.byteAt(at + IndexLayout.SLOT_FLAGS_OFFSET));
    if (SlotState.generation(words[slot]) == 0) {
      findings.fault(Rule.SLOT, "no generation: %s", what(slot));
    }
    if (heap != 0) {
      findings.fault(Rule.SLOT, "no such heap: heap=%d %s", heap, what(slot));
    }
    if ((flags & ~IndexLayout.FLAG_KEEP) != 0) {
      findings.fault(Rule.SLOT, "no such flags: flags=%d %s", flags, what(slot));
    }
    if (isWhole(slot) && sealedAfter == NOT_SEALED) {
      findings.fault(Rule.SLOT, "sealed without a time: %s", what(slot));
    }
    if (state(slot) == SlotState.CREATED && sealedAfter != NOT_SEALED) {
      findings.passing(Rule.SLOT, "not sealed, but with a time of it: %s", what(slot));
    }
  }

  // Only as far as memory is committed: behind that nothing can be.
  private void checkUnused() throws IOException {
    int step = IndexWriter.SLOT_STEP;
    long end = Math.min(header.maxSlots(), Math.ceilDiv(count() + 1L, step) * step);
    for (long slot = count(); slot < end; slot++) {
      long word = index.longAt(slotsOffset + slot * IndexLayout.SLOT_SIZE);
      if (SlotState.state(word) != SlotState.FREE) {
        findings.passing(
            Rule.SLOT,
            "an object at or above the slot limit: slot=%d word=%x slotLimit=%d",
            slot,
            word,
            count());
      }
    }
  }

  private ObjectId idInWindow(long at) throws IOException {
    byte[] id = new byte[ObjectId.SIZE];
    for (int i = 0; i < id.length; i++) {
      id[i] = index.byteAt(at + IndexLayout.SLOT_ID_OFFSET + i);
    }
    return ObjectId.copyFrom(MemorySegment.ofArray(id), 0);
  }

  /** The slots that have an object with bytes, in the order in which these lie in the heap. */
  int[] byOffset() {
    // A slot has 28 bits at most, which leaves 35 for the offset.
    int shift = Math.max(6, Long.SIZE - Long.numberOfLeadingZeros(header.heapSize()) - 35);
    long[] keys = new long[count()];
    int found = 0;
    for (int slot = 0; slot < count(); slot++) {
      if (sizes[slot] > 0) {
        keys[found++] = offsets[slot] >>> shift << 28 | slot;
      }
    }
    Arrays.sort(keys, 0, found);
    int[] slots = new int[found];
    for (int i = 0; i < found; i++) {
      slots[i] = (int) (keys[i] & (1 << 28) - 1);
    }
    return slots;
  }
}
