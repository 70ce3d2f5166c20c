package io.plasmastore.store;

import io.plasmastore.ErrorCode;
import io.plasmastore.ObjectId;
import io.plasmastore.PlasmaException;
import io.plasmastore.memory.IndexWriter;
import io.plasmastore.memory.ObjectIndex;
import io.plasmastore.memory.SlotPool;
import io.plasmastore.memory.SlotState;
import io.plasmastore.os.NativeCallException;
import io.plasmastore.protocol.Reply;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.BitSet;
import org.jspecify.annotations.Nullable;

/**
 * The objects: which slot and which extent each has, and where it is in its life. It joins the
 * index, the heap and the pins, and keeps the one rule between them: an extent goes back to the
 * heap only when its object is retired and nobody holds it. The core's, on the event loop.
 */
final class ObjectTable {
  /** The answer of {@link #create} when more of the heap must be committed first. */
  static final int NEEDS_MEMORY = -1;

  private static final long ALIGNMENT = 64;

  private final IndexWriter writer;
  private final ObjectIndex index;
  private final Heap heap;
  private final Sessions sessions;
  private final SlotPool slots;
  private final BitSet retiring = new BitSet();

  ObjectTable(IndexWriter writer, Heap heap, Sessions sessions) {
    this.writer = writer;
    this.index = writer.index();
    this.heap = heap;
    this.sessions = sessions;
    this.slots = new SlotPool(index.maxSlots());
  }

  /**
   * An object to be.
   *
   * @param id the object
   * @param dataSize bytes of data
   * @param metadata its metadata, from position to limit
   * @param name its name in UTF-8; empty for none
   * @param data the data if it is known already, else null
   */
  record NewObject(
      ObjectId id, long dataSize, ByteBuffer metadata, ByteBuffer name, @Nullable ByteBuffer data) {
    /**
     * An object as a client asked for it.
     *
     * @throws PlasmaException PROTOCOL_ERROR if the name is another id's: listings would lie
     */
    static NewObject of(
        ObjectId id,
        long dataSize,
        ByteBuffer metadata,
        @Nullable String name,
        @Nullable ByteBuffer data) {
      if (name != null && !ObjectId.named(name).equals(id)) {
        throw new PlasmaException(
            ErrorCode.PROTOCOL_ERROR, "the name is not this id's: id=" + id + " name=" + name);
      }
      String text = name == null ? "" : name;
      return new NewObject(id, dataSize, metadata, StandardCharsets.UTF_8.encode(text), data);
    }

    /** Data, metadata and name; or a number too large for any heap. */
    long size() {
      return dataSize > Long.MAX_VALUE / 2
          ? dataSize
          : dataSize + metadata.remaining() + name.remaining();
    }

    /** The same, independent of the buffers of the request that it came in. */
    NewObject copied() {
      return new NewObject(id, dataSize, copy(metadata), name, data == null ? null : copy(data));
    }

    private static ByteBuffer copy(ByteBuffer bytes) {
      return ByteBuffer.allocate(bytes.remaining()).put(bytes.duplicate()).flip();
    }
  }

  /**
   * Gives an object its slot and its extent, writes its metadata, its name and, if known, its data.
   *
   * @return the slot, now CREATED; or {@link #NEEDS_MEMORY}, and nothing has changed
   * @throws PlasmaException if it can't be, and nothing has changed
   */
  int create(NewObject object, long nowMillis) {
    if (index.find(object.id()) != ObjectIndex.NOT_FOUND) {
      throw new PlasmaException(ErrorCode.OBJECT_EXISTS, "object exists: id=" + object.id());
    }
    long size = object.size();
    if (size > heap.capacity()) {
      throw new PlasmaException(
          ErrorCode.OBJECT_TOO_LARGE,
          "object is larger than the store: wanted=" + size + " capacity=" + heap.capacity());
    }
    int slot = slots.take();
    if (slot < 0) {
      throw new PlasmaException(
          ErrorCode.LIMIT_EXCEEDED,
          "too many objects: count=" + slots.taken() + " max=" + index.maxSlots());
    }
    long offset;
    try {
      prepare(slot);
      offset = size == 0 ? 0 : heap.allocate(roundUp(size));
    } catch (NativeCallException e) {
      slots.giveBack(slot);
      throw full(size, e);
    }
    if (offset >= 0) {
      place(slot, offset, object, nowMillis);
      return slot;
    }
    slots.giveBack(slot);
    if (!heap.canGrow() || roundUp(size) > heap.largestFree()) {
      throw full(size, null);
    }
    return NEEDS_MEMORY;
  }

  /** The error of a store without room, with its numbers. */
  PlasmaException full(long wanted, @Nullable NativeCallException reason) {
    String text =
        "store full: wanted=%d free=%d largestFree=%d used=%d capacity=%d objects=%d"
            .formatted(
                wanted,
                heap.capacity() - heap.used(),
                heap.largestFree(),
                heap.used(),
                heap.capacity(),
                slots.taken());
    return new PlasmaException(
        ErrorCode.STORE_FULL,
        reason == null
            ? text
            : text
                + " committed="
                + heap.committed()
                + "; the mount has no more room: "
                + reason.getMessage(),
        reason);
  }

  /**
   * The slot of an id, in state CREATED or SEALED, or {@link ObjectIndex#NOT_FOUND}: here that is
   * an answer.
   */
  int find(ObjectId id) {
    return index.find(id);
  }

  int state(int slot) {
    return SlotState.state(index.word(slot));
  }

  long generation(int slot) {
    return SlotState.generation(index.word(slot));
  }

  long dataOffset(int slot) {
    return index.dataOffset(slot);
  }

  ObjectId id(int slot) {
    return index.id(slot);
  }

  /** Makes an object readable that is being written. */
  void seal(int slot, long nowMillis) {
    writer.seal(slot, nowMillis);
  }

  /** Hides an object at once, and frees it now or at its last release. */
  void retire(int slot) {
    writer.retire(slot);
    retiring.set(slot);
    sweep(slot);
  }

  /** Frees a retiring object that nobody holds any more. */
  void sweep(int slot) {
    if (retiring.get(slot) && !sessions.isPinned(slot)) {
      long size = index.extentSize(slot);
      if (size > 0) {
        heap.free(index.dataOffset(slot), roundUp(size));
      }
      retiring.clear(slot);
      writer.free(slot);
      slots.giveBack(slot);
    }
  }

  /** Frees every retiring object that nobody holds any more: after a client is gone. */
  void sweepAll() {
    for (int slot = retiring.nextSetBit(0); slot >= 0; slot = retiring.nextSetBit(slot + 1)) {
      sweep(slot);
    }
  }

  int count() {
    return slots.taken();
  }

  int slotLimit() {
    return index.slotLimit();
  }

  boolean isSlot(int slot) {
    return slot < index.slotLimit();
  }

  /** One line of a listing, or null for a slot that holds nothing. */
  Reply.Listed.@Nullable Entry entry(int slot) {
    int state = state(slot);
    if (state == SlotState.FREE) {
      return null;
    }
    return new Reply.Listed.Entry(
        index.id(slot),
        name(slot),
        state,
        index.dataSize(slot),
        index.metadataSize(slot),
        index.createdMillis(slot),
        index.sealedMillis(slot),
        sessions.pins(slot),
        sessions.holders(slot));
  }

  private @Nullable String name(int slot) {
    int size = index.nameSize(slot);
    if (size == 0) {
      return null;
    }
    long offset = index.dataOffset(slot) + index.extentSize(slot) - size;
    MemorySegment utf8 = heap.segment().asSlice(offset, size);
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(utf8.asByteBuffer()).toString();
    } catch (CharacterCodingException e) {
      // Clients write to the heap: one of them wrote past its object.
      return null;
    }
  }

  private void prepare(int slot) throws NativeCallException {
    sessions.commitSlots(writer.committedUpTo(slot));
    writer.prepare(slot);
  }

  private void place(int slot, long offset, NewObject object, long nowMillis) {
    MemorySegment extent = heap.segment().asSlice(offset, object.size());
    if (object.data() != null) {
      extent.copyFrom(MemorySegment.ofBuffer(object.data()));
    }
    MemorySegment rest = extent.asSlice(object.dataSize());
    rest.copyFrom(MemorySegment.ofBuffer(object.metadata()));
    rest.asSlice(object.metadata().remaining()).copyFrom(MemorySegment.ofBuffer(object.name()));
    writer.create(
        slot,
        new IndexWriter.Extent(
            object.id(),
            offset,
            object.dataSize(),
            object.metadata().remaining(),
            object.name().remaining()),
        nowMillis);
  }

  private static long roundUp(long size) {
    return (size + ALIGNMENT - 1) & -ALIGNMENT;
  }
}
