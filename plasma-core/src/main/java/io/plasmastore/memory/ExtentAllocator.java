package io.plasmastore.memory;

/**
 * Hands out extents of one heap file: which bytes of {@code [0, limit)} are free, and which of them
 * to use next. It touches no memory of the heap and writes no headers into it: all it knows are the
 * free extents, so an allocated extent costs nothing here, and its size is what the caller gives
 * back with it.
 *
 * <p>Best fit: the smallest free extent that is large enough, among equals the one at the lowest
 * address, of which the low end is taken; neighbours coalesce at once. The limit grows only by
 * {@link #extend}, so freed (warm) bytes are used again before fresh ones. Every call is O(log n)
 * in the number of free extents, makes no garbage, and a free extent costs 19 to 31 bytes of Java
 * heap; docs/decisions/0001-allocator.md has the reasons and the figures.
 *
 * <p>Offsets and sizes are bytes. Offsets are multiples of {@link #granule}, and sizes are rounded
 * up to it: 64 bytes for capacities under 128 GiB, and twice that for each doubling from there, as
 * an extent is kept in one word (31 bits of start and of length, in granules).
 *
 * <p>Owned by one thread, the store's event loop.
 */
public final class ExtentAllocator {
  /** Every offset handed out is a multiple of this. */
  public static final long ALIGNMENT = 64;

  /** What {@link #allocate} answers when no free extent is large enough. */
  public static final long NO_EXTENT = -1;

  private static final long MAX_GRANULES = Integer.MAX_VALUE;

  private final long capacity;
  private final int granuleShift;

  /** Free extents, each as start << 32 | length. */
  private final SortedLongs byAddress = new SortedLongs();

  /** The same extents by {@link #sizeKey}: length << 32 | start. */
  private final SortedLongs bySize = new SortedLongs();

  private long limit;
  private long free;

  /** Takes the offset and the size of a free extent, in bytes. */
  @FunctionalInterface
  public interface FreeExtentVisitor {
    /** Called once per free extent; it may not change the allocator. */
    void visit(long offset, long size);
  }

  /**
   * An allocator without any memory as yet: {@link #extend} gives it some.
   *
   * @param capacity what the limit may grow to, in bytes; rounded down to the granule
   * @throws IllegalArgumentException if the capacity is less than one granule
   */
  public ExtentAllocator(long capacity) {
    int shift = Long.numberOfTrailingZeros(ALIGNMENT);
    while (capacity >> shift > MAX_GRANULES) {
      shift++;
    }
    this.granuleShift = shift;
    this.capacity = capacity & -(1L << shift);
    if (this.capacity <= 0) {
      throw new IllegalArgumentException(
          "capacity too small: capacity=" + capacity + " min=" + ALIGNMENT);
    }
  }

  /** The size rounded up to {@link #ALIGNMENT}. */
  public static long roundUp(long size) {
    return (size + ALIGNMENT - 1) & -ALIGNMENT;
  }

  /**
   * Takes an extent.
   *
   * @param size in bytes, at least 1
   * @return its offset, or {@link #NO_EXTENT} when no free extent is large enough
   */
  public long allocate(long size) {
    requirePositive(size);
    if (size > limit) {
      return NO_EXTENT;
    }
    long length = granules(size);
    long fit = bySize.ceiling(sizeKey(extent(0, length)));
    if (fit == SortedLongs.NONE) {
      return NO_EXTENT;
    }
    long extent = sizeKey(fit);
    long start = start(extent);
    take(extent, start, length);
    return start << granuleShift;
  }

  /**
   * Gives an extent back.
   *
   * @param offset as {@link #allocate} answered it
   * @param size as it was asked for, or as {@link #shrink} left it
   * @throws IllegalStateException if part of the extent is free already; nothing has changed then
   */
  public void free(long offset, long size) {
    requireInside(offset, size);
    give(offset >>> granuleShift, granules(size));
  }

  /**
   * Gives the tail of an extent back.
   *
   * @param newSize at least 1 and at most {@code oldSize}
   * @throws IllegalStateException if part of that tail is free already; nothing has changed then
   */
  public void shrink(long offset, long oldSize, long newSize) {
    requireInside(offset, oldSize);
    requirePositive(newSize);
    if (newSize > oldSize) {
      throw new IllegalArgumentException(
          "shrink to more than there is: oldSize=" + oldSize + " newSize=" + newSize);
    }
    long length = granules(newSize);
    long tail = granules(oldSize) - length;
    if (tail > 0) {
      give((offset >>> granuleShift) + length, tail);
    }
  }

  /** Whether every byte of a stretch is free. */
  public boolean isFree(long offset, long size) {
    requireInside(offset, size);
    long start = offset >>> granuleShift;
    long around = byAddress.lower(extent(start, MAX_GRANULES));
    return around != SortedLongs.NONE && end(around) >= start + granules(size);
  }

  /**
   * How much is free in one piece from a place on.
   *
   * @param offset a multiple of the granule, up to the limit
   * @return bytes, 0 if the place itself is not free
   */
  public long freeFrom(long offset) {
    if (offset >= limit) {
      return 0;
    }
    long start = offset >>> granuleShift;
    long around = byAddress.lower(extent(start, MAX_GRANULES));
    long end = around == SortedLongs.NONE ? start : Math.max(start, end(around));
    return (end - start) << granuleShift;
  }

  /**
   * Takes a certain extent: a restarted store marks what its live objects occupy.
   *
   * @return false, with nothing changed, unless every byte of the extent is free
   */
  public boolean reserve(long offset, long size) {
    if (!isFree(offset, size)) {
      return false;
    }
    long start = offset >>> granuleShift;
    take(byAddress.lower(extent(start, MAX_GRANULES)), start, granules(size));
    return true;
  }

  /**
   * Adds the bytes between the limit and a new limit: the caller has committed them.
   *
   * @param newLimit at least {@link #limit} and at most {@link #capacity}; rounded down to the
   *     granule
   */
  public void extend(long newLimit) {
    long rounded = newLimit & -granule();
    if (newLimit < limit || rounded > capacity) {
      throw new IllegalArgumentException("limit out of range: newLimit=" + newLimit + facts());
    }
    long added = rounded - limit;
    if (added > 0) {
      long start = limit >>> granuleShift;
      limit = rounded;
      give(start, added >>> granuleShift);
    }
  }

  /**
   * Gives up the bytes from a place on, the contrary of {@link #extend}.
   *
   * @param newLimit a multiple of the granule, at most {@link #limit}, with nothing allocated above
   *     it
   * @throws IllegalArgumentException if something is
   */
  public void retract(long newLimit) {
    long length = limit - newLimit;
    if (length == 0) {
      return;
    }
    if (length < 0 || length > freeAtLimit() || (newLimit & (granule() - 1)) != 0) {
      throw new IllegalArgumentException(
          "can't retract: newLimit=" + newLimit + " freeAtLimit=" + freeAtLimit() + facts());
    }
    boolean taken = reserve(newLimit, length);
    assert taken;
    limit = newLimit;
  }

  /** Visits the free extents in address order. */
  public void forEachFree(FreeExtentVisitor visitor) {
    long extent = byAddress.ceiling(0);
    while (extent != SortedLongs.NONE) {
      visitor.visit(start(extent) << granuleShift, length(extent) << granuleShift);
      // No two free extents touch, so the next one starts after the end of this one.
      extent = byAddress.ceiling(extent(end(extent), 0));
    }
  }

  /** The bytes of all allocated extents, rounding included. */
  public long used() {
    return limit - free;
  }

  /** The bytes of all free extents. */
  public long free() {
    return free;
  }

  /** The largest size that {@link #allocate} can serve now. */
  public long largestFree() {
    return length(sizeKey(bySize.last())) << granuleShift;
  }

  /**
   * The bytes of the free extent that ends at the limit, and would grow with it; 0 if none does.
   */
  public long freeAtLimit() {
    long last = byAddress.last();
    boolean atLimit = last != SortedLongs.NONE && end(last) << granuleShift == limit;
    return atLimit ? length(last) << granuleShift : 0;
  }

  /** The end of the bytes that may be handed out. */
  public long limit() {
    return limit;
  }

  /** The highest possible {@link #limit}. */
  public long capacity() {
    return capacity;
  }

  /** The unit of offsets and sizes, in bytes: a power of two, at least {@link #ALIGNMENT}. */
  public long granule() {
    return 1L << granuleShift;
  }

  /** The number of free extents. */
  public int freeExtentCount() {
    return byAddress.size();
  }

  /** The Java heap that the free extents take up, in bytes. */
  public long heapBytes() {
    return byAddress.heapBytes() + bySize.heapBytes();
  }

  /** Cuts {@code [start, start + length)} out of the free extent that has it. */
  private void take(long extent, long start, long length) {
    long end = start + length;
    long before = extent(start(extent), start - start(extent));
    long after = extent(end, end(extent) - end);
    bySize.remove(sizeKey(extent));
    if (length(before) > 0) {
      byAddress.replace(extent, before);
      bySize.add(sizeKey(before));
      if (length(after) > 0) {
        byAddress.add(after);
        bySize.add(sizeKey(after));
      }
    } else if (length(after) > 0) {
      byAddress.replace(extent, after);
      bySize.add(sizeKey(after));
    } else {
      byAddress.remove(extent);
    }
    free -= length << granuleShift;
  }

  /** Makes {@code [start, start + length)} free, and one with the free extents that it touches. */
  private void give(long start, long length) {
    long end = start + length;
    long before = byAddress.lower(extent(start, MAX_GRANULES));
    long after = byAddress.ceiling(extent(start, MAX_GRANULES));
    if (before != SortedLongs.NONE && end(before) > start) {
      throw freeAlready(start, length, before);
    }
    if (after != SortedLongs.NONE && start(after) < end) {
      throw freeAlready(start, length, after);
    }
    boolean joinsBefore = before != SortedLongs.NONE && end(before) == start;
    boolean joinsAfter = after != SortedLongs.NONE && start(after) == end;
    long wholeStart = joinsBefore ? start(before) : start;
    long wholeEnd = joinsAfter ? end(after) : end;
    long whole = extent(wholeStart, wholeEnd - wholeStart);
    if (joinsAfter) {
      bySize.remove(sizeKey(after));
    }
    if (joinsBefore) {
      bySize.remove(sizeKey(before));
      if (joinsAfter) {
        byAddress.remove(after);
      }
      byAddress.replace(before, whole);
    } else if (joinsAfter) {
      byAddress.replace(after, whole);
    } else {
      byAddress.add(whole);
    }
    bySize.add(sizeKey(whole));
    free += length << granuleShift;
  }

  private long granules(long size) {
    return (size + granule() - 1) >>> granuleShift;
  }

  private static void requirePositive(long size) {
    if (size <= 0) {
      throw new IllegalArgumentException("size must be positive: size=" + size);
    }
  }

  private void requireInside(long offset, long size) {
    requirePositive(size);
    if (offset < 0 || size > limit - offset || (offset & (granule() - 1)) != 0) {
      throw new IllegalArgumentException(
          "no such extent: offset=" + offset + " size=" + size + facts());
    }
  }

  private IllegalStateException freeAlready(long start, long length, long extent) {
    return new IllegalStateException(
        "free already: offset="
            + (start << granuleShift)
            + " size="
            + (length << granuleShift)
            + " freeOffset="
            + (start(extent) << granuleShift)
            + " freeSize="
            + (length(extent) << granuleShift));
  }

  private String facts() {
    return " limit=" + limit + " capacity=" + capacity + " granule=" + granule();
  }

  private static long extent(long start, long length) {
    return start << 32 | length;
  }

  private static long start(long extent) {
    return extent >>> 32;
  }

  private static long length(long extent) {
    return extent & MAX_GRANULES;
  }

  private static long end(long extent) {
    return start(extent) + length(extent);
  }

  /** An extent with its halves swapped: by size, then by address. And back again. */
  private static long sizeKey(long extent) {
    return Long.rotateLeft(extent, 32);
  }
}
