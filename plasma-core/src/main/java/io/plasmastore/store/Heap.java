package io.plasmastore.store;

import io.plasmastore.memory.ExtentAllocator;
import io.plasmastore.memory.MappedFile;
import io.plasmastore.os.NativeCallException;
import io.plasmastore.os.Posix;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.lang.foreign.MemorySegment;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;

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

  /** Bytes kept committed and free ahead of need. */
  private static final long AHEAD = 128L << 20;

  private static final Logger LOG = System.getLogger(Heap.class.getName());

  private final MappedFile file;
  private final ExtentAllocator allocator;
  private final Executor loop;
  private final GrowthListener listener;
  private final ExecutorService committer;
  private boolean growing;

  /** Hears, on the event loop, how a growth ended. */
  interface GrowthListener {
    /** There is more room than before. */
    void grew();

    /** The mount has no more room; what there is stays usable. */
    void couldNotGrow(NativeCallException reason);
  }

  Heap(MappedFile file, Executor loop, GrowthListener listener) {
    this.file = file;
    this.allocator = new ExtentAllocator(file.size());
    this.loop = loop;
    this.listener = listener;
    this.committer =
        Executors.newSingleThreadExecutor(
            Thread.ofPlatform().name("plasma-commit").daemon(true).factory());
  }

  /**
   * Finds room.
   *
   * @param size bytes, more than 0
   * @return offset of the extent, or −1 if no committed extent is large enough
   */
  long allocate(long size) {
    long offset = allocator.allocate(size);
    if (offset >= 0 && allocator.free() < AHEAD) {
      grow();
    }
    return offset;
  }

  void free(long offset, long size) {
    allocator.free(offset, size);
  }

  /** Whether there is memory left that was never committed. */
  boolean canGrow() {
    return allocator.limit() < file.size();
  }

  /** Commits one more step in the background, unless that is under way or all is committed. */
  void grow() {
    if (growing || !canGrow()) {
      return;
    }
    growing = true;
    long from = allocator.limit();
    long to = Math.min(file.size(), from + STEP);
    committer.execute(
        () -> {
          try {
            commit(from, to);
            loop.execute(() -> grown(to));
          } catch (NativeCallException e) {
            loop.execute(() -> failed(e));
          }
        });
  }

  long capacity() {
    return file.size();
  }

  long committed() {
    return allocator.limit();
  }

  long used() {
    return allocator.used();
  }

  /** The largest extent that could be had now, counting what is still to be committed. */
  long largestFree() {
    return Math.max(
        allocator.largestFree(), allocator.freeAtLimit() + file.size() - allocator.limit());
  }

  MemorySegment segment() {
    return file.segment();
  }

  MappedFile file() {
    return file;
  }

  @Override
  public void close() {
    committer.shutdown();
    try {
      // A step that is under way still uses the mapping.
      if (!committer.awaitTermination(30, TimeUnit.SECONDS)) {
        LOG.log(Level.WARNING, "committing memory takes too long; the heap stays mapped");
        return;
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return;
    }
    file.close();
  }

  private void commit(long from, long to) throws NativeCallException {
    file.commit(from, to - from);
    MemorySegment range = file.segment().asSlice(from, to - from);
    int populated = Posix.advise(range, Posix.MADV_POPULATE_WRITE);
    int collapsed = populated == 0 ? Posix.advise(range, Posix.MADV_COLLAPSE) : populated;
    if (collapsed != 0) {
      // Only slower, not wrong: the range has its pages, of the ordinary size.
      LOG.log(Level.DEBUG, "no huge pages: from={0} to={1} errno={2}", from, to, collapsed);
    }
  }

  private void grown(long limit) {
    growing = false;
    allocator.extend(limit);
    if (allocator.free() < AHEAD) {
      grow();
    }
    listener.grew();
  }

  private void failed(NativeCallException reason) {
    growing = false;
    listener.couldNotGrow(reason);
  }
}
