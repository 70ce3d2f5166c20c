package io.plasmastore.store;

import io.plasmastore.memory.ExtentAllocator;
import io.plasmastore.memory.MappedFile;
import io.plasmastore.os.NativeCallException;
import io.plasmastore.os.Posix;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The heap file and who has which part of it. Memory is committed before it is handed out, ahead of
 * need, by a thread of its own: the event loop never waits for pages. What was committed stays so
 * and is re-used first.
 *
 * <p>A step of commit is three calls: {@code fallocate}, which reserves or says that there is no
 * room; populate, which clears the pages; collapse, which joins them into huge pages where it can
 * (it works on shared memory even where the machine switches huge pages for it off). Measured for
 * 256 MB: 65 + 65 + 90 ms, after which a client's first write takes 9 ms instead of 80.
 *
 * <p>All methods belong to the event loop.
 */
final class Heap implements AutoCloseable {
  /** Bytes committed at a time: a wait of about 30 ms for whoever needs them. */
  static final long STEP = 32L << 20;

  /** Bytes committed at a time when the mount has no room for a whole step. */
  private static final long LEAST_STEP = 64 << 10;

  /** Bytes kept committed and free ahead of need. */
  private static final long AHEAD = 128L << 20;

  private static final Logger LOG = System.getLogger(Heap.class.getName());

  private final MappedFile file;
  private final ExtentAllocator allocator;
  private final Executor loop;
  private final GrowthListener listener;
  private final ExecutorService background;
  private boolean growing;
  // Bytes that the allocator counts as taken, but nobody has: held for a move.
  private long held;
  // What was given back in the middle, from and to: the allocator counts it as taken.
  private final TreeMap<Long, Long> holes = new TreeMap<>();
  private long holeBytes;
  private long largestHole;
  // Why the mount had no more room when it was last asked in need; null if it is to be asked again.
  private @Nullable NativeCallException exhaustion;
  // Somebody waits for the growth under way, or for the next.
  private boolean needed;
  // The mount had no room for a step ahead of need: not tried again until need has found room.
  private boolean aheadFailed;

  /** Hears, on the event loop, how a growth ended. */
  interface GrowthListener {
    /** There is more room than before. */
    void grew();

    /** The mount has no more room; what there is stays usable. */
    void couldNotGrow(NativeCallException reason);
  }

  /**
   * A heap.
   *
   * @param allocator what of the file is committed, and which of it is taken
   */
  Heap(MappedFile file, ExtentAllocator allocator, Executor loop, GrowthListener listener) {
    this.file = file;
    this.allocator = allocator;
    this.loop = loop;
    this.listener = listener;
    this.background =
        Executors.newSingleThreadExecutor(
            Thread.ofPlatform().name("plasma-heap").daemon(true).factory());
  }

  /** What a size takes of the heap. */
  static long roundUp(long size) {
    return ExtentAllocator.roundUp(size);
  }

  /**
   * Finds room.
   *
   * @param size bytes, more than 0
   * @return offset of the extent, or −1 if no committed extent is large enough
   */
  long allocate(long size) {
    long offset = allocator.allocate(size);
    growAhead();
    return offset;
  }

  void free(long offset, long size) {
    allocator.free(offset, size);
  }

  /**
   * Gives the end of an extent back.
   *
   * @param size what it had
   * @param newSize what it keeps, at least 1
   */
  void shrink(long offset, long size, long newSize) {
    allocator.shrink(offset, size, newSize);
  }

  /** How much is free, committed and in one piece behind an extent. */
  long freeBehind(long offset, long size) {
    return allocator.freeFrom(offset + extentSize(size));
  }

  /**
   * Whether what is free behind an extent, if anything, ends where memory was never used: then
   * there will be more once it is committed.
   */
  boolean canGrowBehind(long offset, long size) {
    long end = offset + extentSize(size);
    return canGrow() && end + allocator.freeFrom(end) == allocator.limit();
  }

  /** Adds what is free behind an extent to it. */
  void extend(long offset, long size, long newSize) {
    long end = offset + extentSize(size);
    long more = extentSize(newSize) - extentSize(size);
    if (more > 0 && !allocator.reserve(end, more)) {
      throw new IllegalStateException("is not free: offset=" + end + " size=" + more);
    }
    growAhead();
  }

  /** Whether every byte of a stretch is committed and may be handed out. */
  boolean isFree(long offset, long size) {
    return allocator.isFree(offset, size);
  }

  /** Keeps a free stretch from being handed out; it counts as free all the same. */
  void hold(long offset, long size) {
    if (!allocator.reserve(offset, size)) {
      throw new IllegalStateException("is not free: offset=" + offset + " size=" + size);
    }
    held += size;
  }

  /** The same with any free extent of a size; its offset, or −1 if none is large enough. */
  long holdAny(long size) {
    long offset = allocator.allocate(size);
    if (offset >= 0) {
      held += size;
    }
    return offset;
  }

  /** The same with an extent that was an object's until now. */
  void holdFreed(long size) {
    held += size;
  }

  /** Ends what {@link #hold} and the like began. */
  void letGo(long offset, long size) {
    held -= size;
    allocator.free(offset, size);
  }

  /** Visits what is free and committed, in address order. */
  void forEachFree(ExtentAllocator.FreeExtentVisitor visitor) {
    allocator.forEachFree(visitor);
  }

  /** The unit of extents in bytes. */
  long granule() {
    return allocator.granule();
  }

  /** What the extent of so many bytes takes of the heap. */
  long extentSize(long size) {
    return (size + allocator.granule() - 1) & -allocator.granule();
  }

  /**
   * Does something that takes long on a thread of its own, and then something on the loop.
   *
   * @param otherwise runs on the loop if the work failed
   */
  void inBackground(Runnable work, Runnable then, Runnable otherwise) {
    background.execute(
        () -> {
          try {
            work.run();
          } catch (RuntimeException | Error e) {
            LOG.log(Level.ERROR, "work on the heap failed", e);
            tell(otherwise);
            return;
          }
          tell(then);
        });
  }

  /** Whether there is memory left that is not committed, and the mount did not just refuse it. */
  boolean canGrow() {
    return exhaustion == null && committed() < file.size();
  }

  /** Asks the mount for more again the next time. */
  void forgetExhaustion() {
    exhaustion = null;
  }

  /** Why the mount had no more room when it was last asked, if that still counts. */
  @Nullable NativeCallException exhaustion() {
    return exhaustion;
  }

  /** The bytes that may be handed out, counting what is still to be committed. */
  long free() {
    return allocator.free() + held + (canGrow() ? file.size() - committed() : 0);
  }

  /**
   * Commits more in the background, for somebody who waits for it: a step, or as much of one as the
   * mount has room for. The listener hears how it ended. Nothing happens if all is committed.
   */
  void grow() {
    needed = true;
    startGrowth();
  }

  /** Commits a whole step or nothing: what nobody needs yet is not to take a mount's last room. */
  void growAhead() {
    if (!aheadFailed && allocator.free() < AHEAD) {
      startGrowth();
    }
  }

  private void startGrowth() {
    if (growing || !canGrow()) {
      return;
    }
    growing = true;
    boolean inHole = !holes.isEmpty();
    long from = inHole ? holes.firstKey() : allocator.limit();
    long to = Math.min(inHole ? holes.firstEntry().getValue() : file.size(), from + STEP);
    long least = needed ? LEAST_STEP : to - from;
    background.execute(
        () -> {
          try {
            long limit = commit(from, to, least);
            tell(() -> grown(from, limit));
          } catch (NativeCallException e) {
            tell(() -> failed(e, least == LEAST_STEP));
          }
        });
  }

  long capacity() {
    return file.size();
  }

  long committed() {
    return allocator.limit() - holeBytes;
  }

  /** The end of all that was ever committed, but for what was given back there. */
  long limit() {
    return allocator.limit();
  }

  long used() {
    return allocator.used() - held - holeBytes;
  }

  /**
   * The largest extent that could be had now, counting what is still to be committed; but what was
   * given back in the middle joins its neighbours only when it is committed again.
   */
  long largestFree() {
    if (!canGrow()) {
      return allocator.largestFree();
    }
    long fresh = allocator.freeAtLimit() + file.size() - allocator.limit();
    return Math.max(Math.max(allocator.largestFree(), largestHole), fresh);
  }

  /**
   * Gives free memory back to the operating system: at the end of what is committed, and elsewhere
   * in whole huge pages. It will be committed again before anybody is given it.
   *
   * @return bytes given back
   */
  long trim() {
    long before = committed();
    long to = allocator.limit();
    long from = (to - allocator.freeAtLimit() + STEP - 1) / STEP * STEP;
    // While more is being committed at the end, the end stays where it is.
    if (from < to && !growing) {
      allocator.retract(from);
      release(from, to);
    }
    List<long[]> pieces = new ArrayList<>();
    allocator.forEachFree((offset, size) -> pieces.add(new long[] {offset, offset + size}));
    for (long[] piece : pieces) {
      makeHole(
          (piece[0] + Posix.HUGE_PAGE_SIZE - 1) & -Posix.HUGE_PAGE_SIZE,
          piece[1] & -Posix.HUGE_PAGE_SIZE);
    }
    return before - committed();
  }

  private void makeHole(long from, long to) {
    if (from < to && allocator.reserve(from, to - from)) {
      holes.put(from, to);
      holeBytes += to - from;
      largestHole = Math.max(largestHole, to - from);
      release(from, to);
    }
  }

  private void release(long from, long to) {
    try {
      file.release(from, to - from);
    } catch (NativeCallException e) {
      // It is only not given back; it counts as never committed and will be again.
      LOG.log(Level.WARNING, "memory could not be given back: " + e.getMessage());
    }
  }

  MemorySegment segment() {
    return file.segment();
  }

  MappedFile file() {
    return file;
  }

  @Override
  public void close() {
    background.shutdown();
    try {
      // What is under way still uses the mapping.
      if (!background.awaitTermination(30, TimeUnit.SECONDS)) {
        LOG.log(Level.WARNING, "work on the heap takes too long; it stays mapped");
        return;
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return;
    }
    file.close();
  }

  private void tell(Runnable outcome) {
    try {
      loop.execute(outcome);
    } catch (RejectedExecutionException e) {
      LOG.log(Level.DEBUG, "memory was committed for a store that has stopped");
    }
  }

  /** Commits the start of a range, at least so much of it; answers how far. */
  private long commit(long from, long to, long least) throws NativeCallException {
    for (long length = to - from; ; length = Math.max(least, length / 2 & -LEAST_STEP)) {
      try {
        file.commit(from, length);
        file.join(from, length);
        return from + length;
      } catch (NativeCallException e) {
        if (e.errno() != Posix.ENOSPC || length <= least) {
          throw e;
        }
      }
    }
  }

  private void grown(long from, long to) {
    growing = false;
    needed = false;
    aheadFailed = false;
    if (from == allocator.limit()) {
      allocator.extend(to);
    } else {
      fillHole(from, to);
    }
    growAhead();
    listener.grew();
  }

  private void fillHole(long from, long to) {
    Long end = holes.remove(from);
    if (end != null && to < end) {
      holes.put(to, end);
    }
    holeBytes -= to - from;
    largestHole = 0;
    holes.forEach((start, stop) -> largestHole = Math.max(largestHole, stop - start));
    allocator.free(from, to - from);
  }

  private void failed(NativeCallException reason, boolean hadTriedLeast) {
    growing = false;
    aheadFailed = true;
    if (needed && !hadTriedLeast) {
      // Somebody came to need it while a whole step was tried.
      startGrowth();
      return;
    }
    needed = false;
    exhaustion = reason;
    listener.couldNotGrow(reason);
  }
}
