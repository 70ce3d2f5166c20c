package io.plasmastore.store;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import io.plasmastore.ObjectId;
import io.plasmastore.memory.IndexWriter;
import io.plasmastore.memory.ObjectIndex;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.util.function.BooleanSupplier;
import java.util.function.IntConsumer;

/**
 * How objects leave memory: without spilling they are dropped, unless they are to be kept; with it
 * each goes to disk first, and none is lost. The core's, on the event loop.
 */
final class Exits {
  private static final byte[] BINDING = ObjectId.BINDING_TYPE.getBytes(StandardCharsets.UTF_8);

  private final ObjectIndex index;
  private final Heap heap;
  private final Sessions sessions;
  private final Spill spill;
  private final BooleanSupplier handingOver;
  private final IntConsumer drop;

  /**
   * The ways out of a table of objects.
   *
   * @param handingOver whether objects are held by the store alone, for a moment
   * @param drop frees a hidden object
   */
  Exits(
      IndexWriter writer,
      Heap heap,
      Sessions sessions,
      Spill spill,
      BooleanSupplier handingOver,
      IntConsumer drop) {
    this.index = writer.index();
    this.heap = heap;
    this.sessions = sessions;
    this.spill = spill;
    this.handingOver = handingOver;
    this.drop = drop;
  }

  /** Whether an object may leave at all. */
  boolean mayLeave(int slot) {
    if (!index.isKept(slot)) {
      return true;
    }
    // A binding is read from memory, without asking.
    return spill.isOn() && !isBinding(slot);
  }

  /** Whether an object may leave as it is: nothing is lost, or nothing was promised. */
  boolean isReady(int slot) {
    return !spill.isOn() || spill.copies().has(index.id(slot));
  }

  /** Frees a hidden object that is ready. */
  void leave(int slot) {
    drop.accept(slot);
  }

  /**
   * Begins to write an object that is not ready, and holds it meanwhile.
   *
   * @return whether it is being written
   */
  boolean write(int slot, boolean exchange) {
    MemorySegment extent = heap.segment().asSlice(index.dataOffset(slot), index.extentSize(slot));
    long dataSize = index.dataSize(slot);
    int metadataSize = index.metadataSize(slot);
    SpillFiles.Source source =
        new SpillFiles.Source(
            index.id(slot).withName(ObjectTable.name(extent, index, slot)),
            extent.asSlice(dataSize, metadataSize).toArray(JAVA_BYTE),
            extent.asSlice(0, dataSize),
            index.isKept(slot),
            index.createdMillis(slot),
            index.sealedMillis(slot));
    sessions.hold(slot);
    boolean writing = spill.write(slot, source, exchange);
    if (!writing) {
      sessions.letGo(slot);
    }
    return writing;
  }

  /** Bytes of objects that will leave when they have been written. */
  long writingBytes() {
    return spill.writingBytes();
  }

  /** Whether there will be room without doing anything. */
  boolean isRoomComing() {
    return spill.isWriting() || handingOver.getAsBoolean();
  }

  private boolean isBinding(int slot) {
    if (index.metadataSize(slot) < BINDING.length) {
      return false;
    }
    MemorySegment start =
        heap.segment().asSlice(index.dataOffset(slot) + index.dataSize(slot), BINDING.length);
    return start.mismatch(MemorySegment.ofArray(BINDING)) < 0;
  }
}
