package io.plasmastore;

import io.plasmastore.memory.ClientPage;
import io.plasmastore.memory.ObjectIndex;
import io.plasmastore.memory.PinProtocol;
import io.plasmastore.memory.SealMark;
import io.plasmastore.memory.SealMarks;
import io.plasmastore.memory.SlotState;
import io.plasmastore.protocol.Access;
import io.plasmastore.protocol.Reply;
import io.plasmastore.protocol.Request;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * What a client holds: pins in its own page, taken and released without asking, but for a guest,
 * which asks for each. When the client is closed the memory stays mapped, and the session open,
 * until the last of them is gone. From any thread.
 */
final class Pins {
  private static final Logger LOG = System.getLogger(Pins.class.getName());

  private final ClientMemory memory;
  private final ObjectIndex index;
  private final ClientPage page;
  private final SealMarks marks;
  private final Connection connection;
  private final Asker asker;
  // A guest has nothing that it could write, so that the store pins for it.
  private final boolean byAsking;

  /** The generation of each slot that a writer of this client has, or had: see {@link #isKnown}. */
  private final Map<Integer, Long> writing = new ConcurrentHashMap<>();

  /**
   * Above all slots in which this client has found an object, so that those below have pages. Not
   * volatile: a thread that sees an older one asks the table.
   */
  private int foundBelow;

  private final Object leaveLock = new Object();
  private boolean left;
  // Its own, as each get and each release asks.
  private volatile boolean closed;

  Pins(ClientMemory memory, Connection connection, Asker asker) {
    this.memory = memory;
    this.index = memory.index();
    this.page = memory.page();
    this.marks = memory.marks();
    this.connection = connection;
    this.asker = asker;
    this.byAsking = memory.access() == Access.GUEST;
  }

  /** Pins an object that shared memory shows; null says nothing, see {@link ObjectIndex#find}. */
  @Nullable SealedObject pin(ObjectId id) {
    try {
      SealedObject object = pinWhereLast(id);
      return object == null ? pinByTable(id) : object;
    } catch (IllegalStateException e) {
      throw asker.closedOr(e);
    }
  }

  /** The same where the store has said which slot it is. */
  @Nullable SealedObject pin(ObjectId id, int slot) {
    try {
      return pinFound(id, slot);
    } catch (IllegalStateException e) {
      throw asker.closedOr(e);
    }
  }

  /**
   * Whether an object that is pinned has been deleted. The pin keeps its slot from being another's;
   * only a store that took over without knowing of this client may have given it away.
   */
  boolean isDeleted(int slot, ObjectId id) {
    boolean there =
        switch (SlotState.state(index.word(slot))) {
          // It was pinned by its seal mark, and the store has not come to look at that.
          case SlotState.CREATED, SlotState.SEALED, SlotState.HIDDEN -> true;
          default -> false;
        };
    return !there || !index.holds(slot, id);
  }

  /** Takes a pin away. */
  void release(int slot) {
    try {
      if (byAsking || PinProtocol.unpin(index, page, slot)) {
        tellUnpinned(slot, SlotState.generation(index.word(slot)));
      }
    } catch (IllegalStateException e) {
      if (!closed) {
        throw e;
      }
      // Another thread let go of the last thing held, and unmapped the memory, after our unpin. The
      // end of the session tells the store.
    }
    leaveIfClosed();
  }

  /** Ends what the store entered for a writer, where the store is not there to do it. */
  void endWrite(int slot, long generation) {
    try {
      if (index.word(slot) == SlotState.word(generation, SlotState.CREATED)) {
        page.endWrite(slot);
      }
    } catch (IllegalStateException e) {
      if (!closed) {
        throw e;
      }
      // Unmapped already: the end of the session undoes what was not sealed.
    }
    leaveIfClosed();
  }

  /** The data or metadata of a sealed object. */
  MemorySegment bytes(long offset, long size) {
    return memory.sealed(offset, size);
  }

  /** Refuses new pins, and leaves the session as soon as nothing is in use. Says what still is. */
  List<String> close() {
    closed = true;
    return leaveUnlessHeld();
  }

  /** Leaves the session if the client is closed and nothing is in use any more. */
  void leaveIfClosed() {
    if (closed) {
      var unused = leaveUnlessHeld();
    }
  }

  /** A writer of this client came to be; only what is known here counts as held. */
  void writing(int slot, long generation) {
    writing.put(slot, generation);
  }

  /** A writer of this client is done; another may have its slot by now. */
  void written(int slot, long generation) {
    writing.remove(slot, generation);
  }

  /**
   * Whether a writer of this client has what is in a slot. One that the seal of {@linkplain
   * ObjectWriter#another another} has undone is not heard of again, and the slot goes to the next
   * object: the generation tells them apart.
   */
  private boolean isKnown(int slot) {
    Long generation = writing.get(slot);
    return generation != null && generation == SlotState.generation(index.word(slot));
  }

  /**
   * Gives up what a create may have made whose answer never came: then its page says that this
   * client writes it, and there is no writer.
   *
   * @return false if it is there and the store is not: to be tried again
   */
  boolean abandonUnknown(ObjectId id) {
    try {
      int slot = index.find(id, found -> !isKnown(found));
      if (slot == ObjectIndex.NOT_FOUND) {
        return true;
      }
      long word = index.word(slot);
      if (SlotState.state(word) == SlotState.CREATED && page.isWriting(slot)) {
        connection.tell(new Request.Abort(slot, SlotState.generation(word)));
      }
      return true;
    } catch (PlasmaException e) {
      LOG.log(Level.DEBUG, "what a broken create left waits for a store to be told", e);
      // Any other answer than that there is no store is that there is nothing to undo.
      return e.code() != ErrorCode.STORE_GONE;
    } catch (IllegalStateException e) {
      LOG.log(Level.DEBUG, "what a broken create left ends with the session", e);
      return true;
    }
  }

  /** Leaves the session and unmaps the memory if nothing of it is in use; else says what is. */
  private List<String> leaveUnlessHeld() {
    synchronized (leaveLock) {
      if (left) {
        return List.of();
      }
      List<String> held = new ArrayList<>();
      int limit = index.slotLimit();
      for (int slot = 0; slot < limit; slot++) {
        if (page.pins(slot) != 0) {
          held.add("id=" + index.id(slot));
        } else if (page.isWriting(slot) && isKnown(slot)) {
          held.add("writing=" + index.id(slot));
        }
        // Else nothing; or it is sealed; or a create whose answer never came: the end of the
        // session undoes that.
      }
      if (held.isEmpty()) {
        left = true;
        leave();
      }
      return held;
    }
  }

  private void leave() {
    if (!byAsking) {
      page.leave();
    }
    try {
      connection.tell(new Request.Goodbye());
    } catch (PlasmaException e) {
      if (e.code() != ErrorCode.STORE_GONE) {
        throw e;
      }
      // A store that is gone needs no goodbye, and another reads it from the page.
    } finally {
      connection.leave();
      memory.close();
    }
  }

  /** Whether shared memory shows an object as sealed whose slot does not say so yet. */
  boolean isMarked(ObjectId id) {
    int slot = index.find(id, found -> mark(found, index.word(found)) != null);
    return slot != ObjectIndex.NOT_FOUND && index.holds(slot, id);
  }

  /** Where it was found last, it mostly still is, and then nothing of the table is read. */
  private @Nullable SealedObject pinWhereLast(ObjectId id) {
    int slot = id.lastSlot();
    boolean maybe = slot != ObjectId.NOWHERE && slot < foundBelow && index.hasTable();
    return maybe ? pinSlot(id, slot) : null;
  }

  private @Nullable SealedObject pinByTable(ObjectId id) {
    // The id is compared once, in the slot that is read anyway.
    int slot = index.candidate(id);
    if (slot == ObjectIndex.NOT_FOUND) {
      return null;
    }
    SealedObject object = pinFound(id, slot);
    return object == null ? pinWhereverItMayBe(id) : object;
  }

  /**
   * Looks in every slot that the id may be in. Also for those which say that it is being written:
   * its writer may have marked one of them as sealed.
   */
  private @Nullable SealedObject pinWhereverItMayBe(ObjectId id) {
    int slot =
        index.find(
            id,
            found -> {
              long word = index.word(found);
              return SlotState.state(word) == SlotState.SEALED || mark(found, word) != null;
            });
    if (slot == ObjectIndex.NOT_FOUND) {
      return null;
    }
    SealedObject object = pinFound(id, slot);
    return object == null ? pinMarked(id, slot) : object;
  }

  private @Nullable SealedObject pinFound(ObjectId id, int slot) {
    SealedObject object = pinSlot(id, slot);
    if (object != null) {
      id.foundIn(slot);
      foundBelow = Math.max(foundBelow, slot + 1);
    }
    return object;
  }

  /** The mark on what is being written, if it makes sense. */
  private @Nullable SealMark mark(int slot, long word) {
    SealMark mark = marks.at(slot, word);
    return mark != null
            && mark.fits(index.dataOffset(slot), index.heapSize())
            && mark.extentSize() <= index.extentSize(slot)
        ? mark
        : null;
  }

  private @Nullable SealedObject pinMarked(ObjectId id, int slot) {
    long word = index.word(slot);
    SealMark mark = mark(slot, word);
    if (mark == null || !index.holds(slot, id)) {
      return null;
    }
    if (byAsking) {
      if (!askToPin(slot, word)) {
        return null;
      }
    } else if (!PinProtocol.pinMarked(index, page, slot, word)) {
      release(slot);
      return null;
    }
    return pinned(id, slot, mark.dataSize(), mark.metadataSize());
  }

  private @Nullable SealedObject pinSlot(ObjectId id, int slot) {
    long word = index.word(slot);
    if (SlotState.state(word) != SlotState.SEALED || !index.holds(slot, id)) {
      return null;
    }
    if (byAsking) {
      if (!askToPin(slot, word)) {
        return null;
      }
    } else if (!PinProtocol.pin(index, page, slot, word)) {
      release(slot);
      return null;
    }
    return pinned(id, slot, index.dataSize(slot), index.metadataSize(slot));
  }

  private boolean askToPin(int slot, long word) {
    // Asked again if the store dies over it: the pin that the first may have left goes with the
    // session.
    Request request = new Request.Pin(slot, SlotState.generation(word));
    return asker.ask(Reply.Answer.class, request).value();
  }

  private SealedObject pinned(ObjectId id, int slot, long size, int metadataSize) {
    // After the pin, as close() looks for pins after it has set the flag: one of the two sees the
    // other.
    if (closed) {
      release(slot);
      throw Asker.clientClosed();
    }
    if (!byAsking) {
      page.visit(slot);
    }
    // What is pinned doesn't change, nor does it move.
    SealedObject object =
        new SealedObject(this, id, slot, index.dataOffset(slot), size, metadataSize);
    if (OpenObjects.REMEMBERED) {
      OpenObjects.got(object, this);
    }
    return object;
  }

  private void tellUnpinned(int slot, long generation) {
    try {
      connection.tell(new Request.Unpinned(slot, generation));
    } catch (PlasmaException e) {
      if (e.code() != ErrorCode.STORE_GONE) {
        throw e;
      }
      // A store that takes over looks at the pages itself.
    }
  }
}
