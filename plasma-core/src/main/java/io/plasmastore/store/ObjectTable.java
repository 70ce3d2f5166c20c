package io.plasmastore.store;

import io.plasmastore.ErrorCode;
import io.plasmastore.ObjectId;
import io.plasmastore.PlasmaException;
import io.plasmastore.memory.Counter;
import io.plasmastore.memory.IndexWriter;
import io.plasmastore.memory.ObjectIndex;
import io.plasmastore.memory.SealMark;
import io.plasmastore.memory.SlotPool;
import io.plasmastore.memory.SlotState;
import io.plasmastore.protocol.Reply;
import io.plasmastore.protocol.Request;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.IntConsumer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The objects: which slot and which extent each has, and where it is in its life. It joins the
 * index, the heap and the pins, and keeps the one rule between them: an extent goes back to the
 * heap only when its object is retired and nobody holds it. The core's, on the event loop.
 */
final class ObjectTable {
  /** In place of a size: what lies behind is not free. */
  static final int NO_ROOM_BEHIND = 0;

  private final IndexWriter writer;
  private final ObjectIndex index;
  private final Heap heap;
  private final Sessions sessions;
  private final Places places;
  private final SlotPool slots;
  private final Creators creators = new Creators();
  private final MarkedSeals marks;
  private final LongSupplier clockMillis;
  private final Evictor evictor;
  private final Mover mover;
  private final SlotSet retiring = new SlotSet();
  private final Listener listener;
  private final Spill spill;

  /** Hears of what becomes of objects. */
  interface Listener {
    /** An object can be got. */
    void sealed(ObjectId id, long size);

    /** An object was deleted; it may still be held. */
    void deleted(ObjectId id, long size);

    /** An object was dropped to make room, or is on disk alone from now on. */
    void evicted(ObjectId id, long size);

    /** Objects were moved, or that was given up: who waits for room may try again. */
    void roomChanged();
  }

  ObjectTable(
      IndexWriter writer,
      Heap heap,
      Sessions sessions,
      Spill spill,
      BooleanSupplier handingOver,
      LongSupplier clockMillis,
      Listener listener) {
    this.clockMillis = clockMillis;
    this.listener = listener;
    this.spill = spill;
    this.writer = writer;
    this.index = writer.index();
    this.marks = new MarkedSeals(index, sessions, this::sealMarked);
    this.heap = heap;
    this.sessions = sessions;
    Exits exits = new Exits(writer, heap, sessions, spill, handingOver, this::drop);
    this.evictor = new Evictor(writer, sessions, exits);
    this.mover = new Mover(writer, heap, sessions, listener::roomChanged);
    this.places = new Places(writer, heap, sessions, spill, marks, evictor, mover);
    this.slots = places.slots();
  }

  /**
   * Gives an object its slot and its extent, dropping others if it must, and writes its metadata,
   * its name and, if known, its data.
   *
   * @param creator who writes it
   * @return the slot, now CREATED; or {@link Places#NEEDS_MEMORY} or {@link Places#NEEDS_DISK}, and
   *     it was not created
   * @throws PlasmaException if it can't be, and nothing has changed
   */
  int create(Session creator, NewObject object, long nowMillis) {
    int before = find(object.id());
    boolean exists =
        before != ObjectIndex.NOT_FOUND
            || spill.copies().has(object.id())
            || spill.isRemoving(object.id());
    boolean another = object.isAgain() && before >= 0 && creator.writing().get(before);
    if (exists && !object.replaces() && !another) {
      throw new PlasmaException(ErrorCode.OBJECT_EXISTS, "object exists: id=" + object.id());
    }
    int slot = createAnew(creator, object, nowMillis);
    if (object.replaces() && before != ObjectIndex.NOT_FOUND && slot >= 0) {
      // Its data is there, and from here on a store that takes over finds one of the two.
      writer.beginSeal(slot, nowMillis);
      delete(before);
    }
    return slot;
  }

  private int createAnew(Session creator, NewObject object, long nowMillis) {
    long size = object.size();
    if (size > heap.capacity()) {
      throw new PlasmaException(
          ErrorCode.OBJECT_TOO_LARGE,
          "object is larger than the store: wanted=" + size + " capacity=" + heap.capacity());
    }
    creator.checkQuota(Heap.roundUp(size));
    Places.Place place = places.take(size, false);
    if (!place.isFound()) {
      return place.slot();
    }
    boolean placed = false;
    try {
      place(place, creator, object, nowMillis);
      placed = true;
      return place.slot();
    } finally {
      if (!placed) {
        places.giveBack(place, size);
      }
    }
  }

  /**
   * Takes over the objects of a dead store.
   *
   * @param takeover what it left, whose clients are in {@code restored}
   */
  void adopt(Takeover takeover, List<Session> restored) {
    int limit = index.slotLimit();
    List<Integer> sealed = new ArrayList<>();
    for (int slot = 0; slot < limit; slot++) {
      int state = state(slot);
      if (takeover.keeps(slot)) {
        slots.reserve(slot);
        mover.placed(slot);
        if (index.isSealing(slot)) {
          for (Session session : restored) {
            session.page().endWrite(slot);
          }
          writer.seal(slot, index.sealedMillis(slot));
          state = SlotState.SEALED;
        }
        switch (state) {
          case SlotState.SEALED -> {
            writer.link(slot);
            sealed.add(slot);
          }
          case SlotState.HIDDEN -> {
            // The dead store was about to drop it, or to move it, and may have.
            writer.link(slot);
            writer.showMoved(slot);
            mover.maybeMoved(slot);
            sealed.add(slot);
          }
          case SlotState.CREATED -> {
            writer.link(slot);
            adoptWriting(slot, restored);
          }
          default -> retiring.set(slot);
        }
      } else if (state != SlotState.FREE) {
        writer.free(slot);
      }
    }
    sealed.sort(Comparator.comparingLong(index::sealedMillis));
    sealed.forEach(evictor::add);
    writer.publish();
    sweepAll();
    settleAdopted(takeover);
  }

  /** Seals what was marked; what a dead client has marked, and can't be sealed, is undone. */
  private void settleAdopted(Takeover takeover) {
    for (int slot = 0; slot < index.slotLimit(); slot++) {
      if (takeover.keeps(slot) && state(slot) == SlotState.CREATED) {
        boolean sealed = marks.settle(slot);
        if (!sealed && creators.of(slot) == null) {
          abort(slot);
        }
      }
    }
  }

  private void adoptWriting(int slot, List<Session> restored) {
    for (Session session : restored) {
      if (session.page().isWriting(slot)) {
        creators.beginWrite(slot, session);
        session.owns(Heap.roundUp(index.extentSize(slot)));
        creators.set(slot, session);
      }
    }
  }

  /**
   * The slot of an id, in state CREATED or SEALED, or {@link ObjectIndex#NOT_FOUND}: here that is
   * an answer. One whose writer has marked it is SEALED by then.
   */
  int find(ObjectId id) {
    int slot = index.find(id);
    if (slot >= 0 && state(slot) == SlotState.CREATED) {
      // Its writer may be writing several of this id, of which one is marked.
      int marked = index.find(id, marks::isMarked);
      return marked >= 0 && marks.settle(marked) ? index.find(id) : slot;
    }
    return slot;
  }

  /** What is marked as sealed, and has not been carried out. */
  MarkedSeals marks() {
    return marks;
  }

  /** Whether anything is being written. */
  boolean isWriting() {
    return creators.isWriting();
  }

  /**
   * Seals an object as its writer has marked it.
   *
   * @return false, and nothing has changed, if the mark makes no sense
   */
  private boolean sealMarked(int slot, SealMark mark) {
    if (!mark.fits(index.dataOffset(slot), heap.capacity())) {
      return false;
    }
    long before = index.extentSize(slot);
    if (mark.extentSize() != before || mark.dataSize() != index.dataSize(slot)) {
      // Larger only where a store died while it gave back the tail: that is still free.
      long more = Heap.roundUp(mark.extentSize()) - Heap.roundUp(before);
      if (before == 0 || more > heap.freeBehind(index.dataOffset(slot), before)) {
        return false;
      }
      resize(
          slot,
          creators.of(slot),
          mark.dataSize(),
          mark.metadataSize(),
          mark.nameSize(),
          extent -> {});
    }
    seal(slot, clockMillis.getAsLong());
    return true;
  }

  /** The slot of an id that can be got, or {@link ObjectIndex#NOT_FOUND}. */
  int findSealed(ObjectId id) {
    int slot = find(id);
    return slot >= 0 && state(slot) == SlotState.SEALED ? slot : ObjectIndex.NOT_FOUND;
  }

  boolean isSealed(ObjectId id) {
    return findSealed(id) >= 0;
  }

  /** The slots of deleted objects of an id that are still held. O(deleted objects). */
  List<Integer> retiring(ObjectId id) {
    return retiring.stream().filter(slot -> index.holds(slot, id)).boxed().toList();
  }

  /** Whether a copy on disk is of the very object in a slot. */
  boolean isSame(int slot, SpillCopy copy) {
    return state(slot) == SlotState.SEALED
        && index.dataSize(slot) == copy.dataSize()
        && index.metadataSize(slot) == copy.metadataSize()
        && index.createdMillis(slot) == copy.createdMillis()
        && index.sealedMillis(slot) == copy.sealedMillis();
  }

  int state(int slot) {
    return SlotState.state(index.word(slot));
  }

  long generation(int slot) {
    return SlotState.generation(index.word(slot));
  }

  /** Whether a slot has the object, sealed or not, that it had in a generation. */
  boolean isSame(int slot, long generation) {
    return isSlot(slot)
        && (generation == generation(slot)
            || (mover.wasMoved(slot) && generation < generation(slot)));
  }

  long dataOffset(int slot) {
    return index.dataOffset(slot);
  }

  ObjectId id(int slot) {
    return index.id(slot);
  }

  /** Makes an object readable that is being written, by nobody any more. */
  void seal(int slot, long nowMillis) {
    undoOthers(slot);
    // A store that takes over after our death in the middle finishes it: the writer is not
    // entered any more, and may be told so.
    writer.beginSeal(slot, nowMillis);
    creators.endWrite(slot);
    writer.seal(slot, nowMillis);
    evictor.add(slot);
    listener.sealed(index.id(slot), index.dataSize(slot));
  }

  /**
   * Changes the size and the metadata of an object that is being written, where it lies.
   *
   * @param slot the object's
   * @param creator who is writing it
   * @param request how large
   * @return bytes of data that it has now; or {@link #NO_ROOM_BEHIND} or {@link
   *     Places#NEEDS_MEMORY}, and nothing has changed
   * @throws PlasmaException LIMIT_EXCEEDED if it would take more than its creator's quota, and
   *     nothing has changed
   */
  long resize(int slot, Session creator, Request.Resize request) {
    ByteBuffer name = NewObject.utf8(index.id(slot), request.name());
    int rest = request.metadata().remaining() + name.remaining();
    long before = index.extentSize(slot);
    if (before == 0) {
      // It has no place that could be added to.
      return NO_ROOM_BEHIND;
    }
    long offset = index.dataOffset(slot);
    long least = extentFor(request.leastSize(), rest);
    long size = extentFor(request.dataSize(), rest);
    long most = heap.extentSize(before);
    if (size > most) {
      if (least > most) {
        creator.checkQuota(least - most);
      }
      long quota = Heap.roundUp(before) + Math.min(creator.quotaLeft(), heap.capacity());
      most = Math.min(most + heap.freeBehind(offset, before), quota);
      if (least > most) {
        boolean soon = least <= quota && heap.canGrowBehind(offset, before);
        return soon ? Places.NEEDS_MEMORY : NO_ROOM_BEHIND;
      }
    }
    long dataSize = size <= most ? request.dataSize() : most - rest;
    ByteBuffer metadata = request.metadata();
    resize(
        slot,
        creator,
        dataSize,
        metadata.remaining(),
        name.remaining(),
        extent -> {
          MemorySegment tail = extent.asSlice(dataSize);
          tail.copyFrom(MemorySegment.ofBuffer(metadata));
          tail.asSlice(metadata.remaining()).copyFrom(MemorySegment.ofBuffer(name));
        });
    return dataSize;
  }

  private long extentFor(long dataSize, int rest) {
    // What is larger than the heap is so, however large it is.
    return Heap.roundUp(Math.min(dataSize, heap.capacity() + 1) + rest);
  }

  private void resize(
      int slot,
      @Nullable Session creator,
      long dataSize,
      int metadataSize,
      int nameSize,
      Consumer<MemorySegment> tail) {
    long offset = index.dataOffset(slot);
    long before = Heap.roundUp(index.extentSize(slot));
    long size = dataSize + metadataSize + nameSize;
    long after = Heap.roundUp(size);
    if (after > before) {
      heap.extend(offset, before, after);
      // Before the slot says so: where this store dies in between, its gauges say too much.
      writer.set(Counter.USED, heap.used());
    }
    writer.resize(slot, dataSize, metadataSize);
    tail.accept(heap.segment().asSlice(offset, size));
    writer.name(slot, nameSize);
    if (after < before) {
      heap.shrink(offset, before, after);
    }
    if (creator != null) {
      creator.resized(after - before);
    }
  }

  // Of two objects of one id only one would be found.
  private void undoOthers(int slot) {
    ObjectId id = index.id(slot);
    for (int other = index.find(id, found -> found != slot);
        other != ObjectIndex.NOT_FOUND;
        other = index.find(id, found -> found != slot)) {
      abort(other);
    }
  }

  /** Gives up an object that is being written. */
  void abort(int slot) {
    creators.endWrite(slot);
    retire(slot);
  }

  /** Hides a sealed object at once, and frees it now or at its last release. */
  void delete(int slot) {
    listener.deleted(index.id(slot), index.dataSize(slot));
    evictor.remove(slot);
    retire(slot);
  }

  /** Whether objects are being moved, and {@link Listener#roomChanged} will be told. */
  boolean isMoving() {
    return mover.isMoving();
  }

  /**
   * Has sealed objects worth so many bytes leave, or as many as may.
   *
   * @param started takes the slot of each that is being written first; {@link #written} ends it
   * @return the bytes that have left at once
   */
  long evict(long bytes, IntConsumer started) {
    return evictor.evictAtMost(bytes, started);
  }

  /**
   * An object is not being written any more; it leaves unless somebody has come to want it.
   *
   * @return the bytes that have left
   */
  long written(int slot) {
    letGo(slot);
    return state(slot) == SlotState.SEALED ? evictor.settle(slot) : 0;
  }

  /**
   * Enters an object that has been brought back.
   *
   * @param place where it lies, data, metadata and name
   * @param copy what it is
   * @return its slot, SEALED
   */
  int restored(Places.Place place, SpillCopy copy) {
    int slot = place.slot();
    var unused =
        writer.create(
            slot,
            new IndexWriter.Extent(
                copy.id(),
                place.offset(),
                copy.dataSize(),
                copy.metadataSize(),
                copy.nameSize(),
                copy.keep()),
            copy.createdMillis());
    writer.seal(slot, copy.sealedMillis());
    mover.placed(slot);
    spill.copies().came(copy.id());
    evictor.add(slot);
    return slot;
  }

  /** The bytes of an extent that no object is in yet. */
  MemorySegment extent(Places.Place place, long size) {
    return heap.segment().asSlice(place.offset(), size);
  }

  /** Whether there will be room without doing anything. */
  boolean isRoomComing() {
    return evictor.isRoomComing();
  }

  /** Whether a client holds a slot, or has looked at it since its mark was last wiped. */
  boolean isSeen(int slot) {
    return sessions.isSeen(slot);
  }

  /** Has the store itself hold an object, until {@link #letGo}. */
  void hold(int slot) {
    sessions.hold(slot);
  }

  /** Ends a hold of the store's. */
  void letGo(int slot) {
    sessions.letGo(slot);
    sweep(slot);
  }

  /** Frees a retiring object that nobody holds any more. */
  void sweep(int slot) {
    if (retiring.get(slot) && !sessions.isPinned(slot)) {
      retiring.clear(slot);
      release(slot);
    }
  }

  /** Frees every retiring object that nobody holds any more: after a client is gone. */
  void sweepAll() {
    retiring.stream().forEach(this::sweep);
  }

  /** Whether any client looked at a slot since the last time; wipes the marks. */
  boolean takeVisit(int slot) {
    return sessions.takeVisit(slot);
  }

  /** Where objects find a place. */
  Places places() {
    return places;
  }

  /** Bytes of an object's data. */
  long size(int slot) {
    return index.dataSize(slot);
  }

  int count() {
    return slots.taken();
  }

  int maxSlots() {
    return index.maxSlots();
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
        sessions.holders(slot),
        index.isKept(slot),
        creatorNumber(slot));
  }

  private int creatorNumber(int slot) {
    Session creator = creators.of(slot);
    return creator == null ? Reply.Listed.Entry.UNKNOWN_CREATOR : creator.number();
  }

  private @Nullable String name(int slot) {
    return name(
        heap.segment().asSlice(index.dataOffset(slot), index.extentSize(slot)), index, slot);
  }

  /** The name at the end of an object's extent, or null. */
  static @Nullable String name(MemorySegment extent, ObjectIndex index, int slot) {
    int size = index.nameSize(slot);
    if (size == 0) {
      return null;
    }
    MemorySegment utf8 = extent.asSlice(extent.byteSize() - size);
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(utf8.asByteBuffer()).toString();
    } catch (CharacterCodingException e) {
      // Clients write to the heap: one of them wrote past its object.
      return null;
    }
  }

  // A victim of the evictor: hidden, and nobody holds it.
  private void drop(int slot) {
    spill.copies().left(index.id(slot));
    listener.evicted(index.id(slot), index.dataSize(slot));
    writer.unlink(slot);
    release(slot);
  }

  private void retire(int slot) {
    writer.retire(slot);
    writer.unlink(slot);
    retiring.set(slot);
    sweep(slot);
  }

  private void release(int slot) {
    long size = Heap.roundUp(index.extentSize(slot));
    mover.free(slot);
    Session creator = creators.of(slot);
    if (creator != null) {
      creator.disowns(size);
    }
    creators.set(slot, null);
    writer.free(slot);
    slots.giveBack(slot);
  }

  private void place(Places.Place place, Session creator, NewObject object, long nowMillis) {
    int slot = place.slot();
    MemorySegment extent = extent(place, object.size());
    if (object.data() != null) {
      extent.copyFrom(MemorySegment.ofBuffer(object.data()));
    }
    MemorySegment rest = extent.asSlice(object.dataSize());
    rest.copyFrom(MemorySegment.ofBuffer(object.metadata()));
    rest.asSlice(object.metadata().remaining()).copyFrom(MemorySegment.ofBuffer(object.name()));
    var unused =
        writer.create(
            slot,
            new IndexWriter.Extent(
                object.id(),
                place.offset(),
                object.dataSize(),
                object.metadata().remaining(),
                object.name().remaining(),
                object.keep()),
            nowMillis);
    mover.placed(slot);
    if (object.data() == null) {
      creators.beginWrite(slot, creator);
    }
    creators.set(slot, creator);
    creator.owns(Heap.roundUp(object.size()));
  }
}
