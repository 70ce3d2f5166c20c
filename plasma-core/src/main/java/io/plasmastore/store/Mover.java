package io.plasmastore.store;

import io.plasmastore.memory.Counter;
import io.plasmastore.memory.IndexWriter;
import io.plasmastore.memory.ObjectIndex;
import io.plasmastore.memory.ObjectsByAddress;
import io.plasmastore.memory.SlotState;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import org.jspecify.annotations.Nullable;

/**
 * Makes room for an extent where enough is free, but in pieces: it empties the window of the heap
 * that has the fewest bytes to be moved, by moving its objects into other free extents. Only sealed
 * objects that nobody holds are moved.
 *
 * <p>While it is at work the window's free memory, what becomes free in it, and the extents that
 * are copied to are held back: nobody is given them, and they count as free. Objects are copied in
 * batches, the largest first, on the heap's background thread; being sealed, they may be read all
 * the while. Then, on the event loop, each is hidden, everybody's pins are looked at, and one write
 * says that it lies elsewhere ({@link IndexWriter#relocate}); with a pin it stays, and the window
 * is given up. An object that is deleted in the meantime has left the window too.
 *
 * <p>One window at a time. The core's, on the event loop.
 */
final class Mover {
  /** Bytes after which a batch is full: some milliseconds of copying. */
  private static final long BATCH_BYTES = 16L << 20;

  /** Objects after which a batch is full: a turn of the loop is not to last long. */
  private static final int BATCH_OBJECTS = 2048;

  /** Objects in a window that are too many to be looked at in a turn of the loop. */
  private static final int MOST_OBJECTS = 1 << 16;

  /** Windows looked at for one request; the best come first. */
  private static final int MOST_WINDOWS = 256;

  /** The same where there are very many free extents, each of which is looked at every time. */
  private static final int MOST_STEPS = 1 << 20;

  /** Windows whose objects found no place elsewhere, for one request. */
  private static final int MOST_MISFITS = 8;

  /** Windows given up one after the other, as their objects were held after all. */
  private static final int MOST_FAILURES = 3;

  private final IndexWriter writer;
  private final ObjectIndex index;
  private final Heap heap;
  private final Sessions sessions;
  private final Runnable done;
  private final ObjectsByAddress objects;
  private @Nullable Window window;
  private List<Move> batch = List.of();
  private int failures;
  // The slots whose objects were moved: they have another generation than when they were created.
  private final BitSet moved = new BitSet();

  /** A stretch of the heap with whole objects only. */
  private static final class Window {
    final long from;
    final long to;
    final long bytes;
    // The smallest first: size in units of 64 bytes, then slot.
    private final long[] sizesAndSlots;
    private int left;

    Window(long from, long to, long bytes, long[] sizesAndSlots, int count) {
      this.from = from;
      this.to = to;
      this.bytes = bytes;
      this.sizesAndSlots = sizesAndSlots;
      this.left = count;
    }

    boolean contains(long offset) {
      return offset >= from && offset < to;
    }

    /** Bytes of its objects. */
    long bytes() {
      return bytes;
    }

    /** Bytes of the largest of its objects; 0 if it has none. */
    long largest() {
      return left == 0 ? 0 : (sizesAndSlots[left - 1] >>> 32) * 64;
    }

    long freeBytes() {
      return to - from - bytes;
    }

    boolean hasMore() {
      return left > 0;
    }

    int takeLargest() {
      return (int) sizesAndSlots[--left];
    }
  }

  /** An object, as its slot said, and where it is copied to. */
  private record Move(int slot, long word, long from, long to, long size) {}

  /**
   * A mover that knows of no objects yet.
   *
   * @param done runs on the event loop when a window was emptied, or given up: there may be room
   */
  Mover(IndexWriter writer, Heap heap, Sessions sessions, Runnable done) {
    this.writer = writer;
    this.index = writer.index();
    this.heap = heap;
    this.sessions = sessions;
    this.done = done;
    this.objects = new ObjectsByAddress(heap.granule());
  }

  /** An object has been given its extent. */
  void placed(int slot) {
    if (index.extentSize(slot) > 0) {
      objects.add(index.dataOffset(slot), slot);
    }
  }

  /** An object of a dead store, which was hidden, may have been moved. */
  void maybeMoved(int slot) {
    moved.set(slot);
  }

  /** Whether a slot may have been of a lower generation when its object was created. */
  boolean wasMoved(int slot) {
    return moved.get(slot);
  }

  /** An object's extent is free. */
  void free(int slot) {
    moved.clear(slot);
    long size = size(slot);
    if (size == 0) {
      return;
    }
    long offset = index.dataOffset(slot);
    objects.remove(offset, slot);
    if (window != null && window.contains(offset)) {
      heap.holdFreed(size);
    } else {
      heap.free(offset, size);
    }
  }

  /** Whether a window is being emptied. */
  boolean isMoving() {
    return window != null;
  }

  /**
   * Begins to make room for an extent. All of the heap must be committed that ever can be.
   *
   * @param size in bytes; so much is free, but not in one piece
   * @return false if there is no window that could be emptied; nothing has changed then
   */
  boolean start(long size) {
    if (failures == MOST_FAILURES) {
      failures = 0;
      return false;
    }
    MoveWindows windows = new MoveWindows(heap, (size + heap.granule() - 1) & -heap.granule());
    PriorityQueue<Window> found = new PriorityQueue<>(Comparator.comparingLong(Window::bytes));
    int misfits = 0;
    long largestFree = heap.largestFree();
    int most = Math.clamp(MOST_STEPS / windows.count(), MOST_MISFITS, MOST_WINDOWS);
    for (int seen = 0; ; seen++) {
      boolean more = seen < most && windows.next();
      while (!found.isEmpty() && (!more || found.peek().bytes <= windows.leastBytes())) {
        if (begin(found.remove())) {
          return true;
        }
        if (++misfits == MOST_MISFITS) {
          return false;
        }
      }
      if (!more) {
        return false;
      }
      Window next = survey(windows);
      // An object larger than all that is free has no place to go, wherever it lies.
      if (next != null
          && next.bytes <= heap.free() - next.freeBytes()
          && next.largest() <= largestFree) {
        found.add(next);
      }
    }
  }

  /** The objects in a window, or null if something in it can't be moved, or there are too many. */
  private @Nullable Window survey(MoveWindows windows) {
    long from = windows.from();
    int first = objects.before(from);
    if (first != ObjectsByAddress.NOBODY && end(first) > from) {
      from = index.dataOffset(first);
    }
    long[] sizesAndSlots = new long[64];
    int count = 0;
    long bytes = 0;
    long to = from;
    for (int slot = objects.from(from);
        slot != ObjectsByAddress.NOBODY && index.dataOffset(slot) < windows.to();
        slot = objects.from(to)) {
      if (count == MOST_OBJECTS || !isAllFree(to, index.dataOffset(slot), windows)) {
        return null;
      }
      if (!isMovable(slot)) {
        windows.block(index.dataOffset(slot), end(slot));
        return null;
      }
      if (count == sizesAndSlots.length) {
        sizesAndSlots = Arrays.copyOf(sizesAndSlots, 2 * count);
      }
      sizesAndSlots[count++] = ((size(slot) / 64) << 32) | slot;
      bytes += size(slot);
      to = end(slot);
    }
    if (!isAllFree(to, windows.to(), windows)) {
      return null;
    }
    Arrays.sort(sizesAndSlots, 0, count);
    return new Window(from, Math.max(to, windows.to()), bytes, sizesAndSlots, count);
  }

  /** What has no object may still be somebody's, or not committed. */
  private boolean isAllFree(long from, long to, MoveWindows windows) {
    if (from >= to || heap.isFree(from, to - from)) {
      return true;
    }
    windows.block(from, to);
    return false;
  }

  private boolean isMovable(int slot) {
    return SlotState.state(index.word(slot)) == SlotState.SEALED && !sessions.isPinned(slot);
  }

  /** Takes a window; false, and nothing has changed, if its largest objects find no place. */
  private boolean begin(Window chosen) {
    forEachGap(chosen, heap::hold);
    window = chosen;
    if (fillBatch() && !batch.isEmpty()) {
      moveBatch();
      return true;
    }
    leave();
    return false;
  }

  /** Finds a place for the next objects; false if one has to stay. */
  private boolean fillBatch() {
    Window from = current();
    List<Move> moves = new ArrayList<>();
    batch = moves;
    long bytes = 0;
    while (from.hasMore() && moves.size() < BATCH_OBJECTS && bytes < BATCH_BYTES) {
      int slot = from.takeLargest();
      long offset = index.dataOffset(slot);
      long word = index.word(slot);
      if (SlotState.state(word) == SlotState.FREE || size(slot) == 0 || !from.contains(offset)) {
        // Deleted meanwhile, and its slot maybe used again.
        continue;
      }
      long to = isMovable(slot) ? heap.holdAny(size(slot)) : -1;
      if (to < 0) {
        return false;
      }
      moves.add(new Move(slot, word, offset, to, size(slot)));
      bytes += size(slot);
    }
    return true;
  }

  private void moveBatch() {
    heap.inBackground(this::copyBatch, this::finishBatch, this::giveUp);
  }

  // In the background. Nobody is given what an object in the window has, even if it is deleted now.
  private void copyBatch() {
    for (Move move : batch) {
      MemorySegment.copy(heap.segment(), move.from, heap.segment(), move.to, move.size);
    }
  }

  private void finishBatch() {
    boolean all = true;
    for (Move move : batch) {
      if (index.word(move.slot) != move.word) {
        heap.letGo(move.to, move.size);
      } else if (!relocate(move)) {
        heap.letGo(move.to, move.size);
        all = false;
      }
    }
    batch = List.of();
    if (all && fillBatch()) {
      if (!batch.isEmpty()) {
        moveBatch();
        return;
      }
      failures = 0;
      leave();
      done.run();
    } else {
      giveUp();
    }
  }

  private void giveUp() {
    failures++;
    leave();
    done.run();
  }

  private boolean relocate(Move move) {
    writer.hide(move.slot);
    // Now as PinProtocol has it: whoever has pinned is seen, and whoever is about to will fail.
    if (sessions.isPinned(move.slot)) {
      writer.show(move.slot);
      return false;
    }
    writer.relocate(move.slot, move.to);
    writer.showMoved(move.slot);
    moved.set(move.slot);
    objects.remove(move.from, move.slot);
    objects.add(move.to, move.slot);
    writer.add(Counter.MOVES, 1);
    writer.add(Counter.MOVED_BYTES, move.size);
    return true;
  }

  /** Gives back what is held. */
  private void leave() {
    batch.forEach(move -> heap.letGo(move.to, move.size));
    batch = List.of();
    forEachGap(current(), heap::letGo);
    window = null;
  }

  /** Takes what has no object. */
  private interface GapVisitor {
    void visit(long offset, long size);
  }

  private void forEachGap(Window in, GapVisitor visitor) {
    long from = in.from;
    for (int slot = objects.from(from);
        slot != ObjectsByAddress.NOBODY && index.dataOffset(slot) < in.to;
        slot = objects.from(index.dataOffset(slot) + 1)) {
      if (index.dataOffset(slot) > from) {
        visitor.visit(from, index.dataOffset(slot) - from);
      }
      from = end(slot);
    }
    if (from < in.to) {
      visitor.visit(from, in.to - from);
    }
  }

  private Window current() {
    if (window == null) {
      throw new IllegalStateException("nothing is being moved");
    }
    return window;
  }

  private long size(int slot) {
    return heap.extentSize(index.extentSize(slot));
  }

  private long end(int slot) {
    return index.dataOffset(slot) + size(slot);
  }
}
