package io.plasmastore.stress;

import io.plasmastore.ObjectId;
import io.plasmastore.memory.ClientPage;
import io.plasmastore.memory.IndexLayout;
import io.plasmastore.memory.IndexWriter;
import io.plasmastore.memory.ObjectIndex;
import io.plasmastore.memory.SealMark;
import io.plasmastore.memory.SealMarks;
import io.plasmastore.memory.SlotState;
import io.plasmastore.os.NativeCallException;
import java.lang.foreign.MemorySegment;

/**
 * An index with one object, sealed or being written, and one client's page: the product's own
 * classes over the same layouts, in memory of this process.
 */
class SharedState {
  static final int SLOT = 0;
  static final ObjectId ID = ObjectId.named("contended");
  static final ObjectId OTHER_ID = ObjectId.named("the next one in the slot");
  static final long DATA_SIZE = 100;
  static final long OTHER_DATA_SIZE = 200;
  static final long OTHER_OFFSET = 64;

  private static final int MAX_SLOTS = 4;

  final IndexWriter store;
  final ObjectIndex index;
  final ClientPage page;
  final SealMarks marks;

  /** The object is sealed. */
  SharedState() {
    this(true);
  }

  SharedState(boolean sealed) {
    MemorySegment indexBytes = bytes(IndexLayout.fileSize(MAX_SLOTS));
    try {
      store = new IndexWriter(indexBytes, (offset, length) -> {}, MAX_SLOTS, 0, 0, 0);
    } catch (NativeCallException e) {
      throw new AssertionError("these pages need no commit", e);
    }
    index = new ObjectIndex(indexBytes);
    page = new ClientPage(bytes(ClientPage.fileSize(MAX_SLOTS)), MAX_SLOTS);
    marks = new SealMarks(bytes(SealMarks.fileSize(MAX_SLOTS)));
    begin(ID, DATA_SIZE);
    if (sealed) {
      store.seal(SLOT, 0);
    }
  }

  final void create(ObjectId id, long dataSize) {
    begin(id, dataSize);
    store.seal(SLOT, 0);
  }

  /** An object is being written from here on. */
  final void begin(ObjectId id, long dataSize) {
    store.create(SLOT, new IndexWriter.Extent(id, 0, dataSize, 0, 0, false), 0);
  }

  /** What its writer does to seal it. */
  final void mark(long dataSize) {
    marks.mark(SLOT, new SealMark(SlotState.generation(index.word(SLOT)), dataSize, 5, 6));
    page.countMark();
  }

  // On the Java heap, where jcstress makes and drops these by the million; the accesses are the
  // same.
  private static MemorySegment bytes(long size) {
    return MemorySegment.ofArray(new long[Math.toIntExact(size / Long.BYTES)]);
  }

  /** What the store does to delete: true if it freed the slot at once. */
  final boolean retireAndFreeUnlessPinned() {
    store.retire(SLOT);
    store.unlink(SLOT);
    return freeUnlessPinned();
  }

  /** What the store does when it is told of an unpin. */
  final boolean freeUnlessPinned() {
    boolean pinned = page.pins(SLOT) != 0;
    if (!pinned) {
      store.free(SLOT);
    }
    return !pinned;
  }

  /** What the store does to move, the bytes having been copied: true if it did. */
  final boolean moveUnlessPinned() {
    store.hide(SLOT);
    if (page.pins(SLOT) != 0) {
      store.show(SLOT);
      return false;
    }
    store.relocate(SLOT, OTHER_OFFSET);
    store.showMoved(SLOT);
    return true;
  }

  final long sealedWord() {
    long word = index.word(SLOT);
    return SlotState.state(word) == SlotState.SEALED ? word : 0;
  }
}
