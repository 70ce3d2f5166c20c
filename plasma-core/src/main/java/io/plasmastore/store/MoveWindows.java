package io.plasmastore.store;

import java.util.Arrays;

/**
 * Where room for an extent could be made: the stretches of the heap of its size that begin or end
 * with a free extent, those with the most free bytes first, since the fewest are to be moved out of
 * them. It knows the free extents only; which of the objects between them can be moved the caller
 * finds out and tells. O(free extents) to make, and for each call. For one thread.
 */
final class MoveWindows {
  private static final long TAKEN = -1;

  private final long size;
  // The free extents, in the order of their addresses.
  private long[] starts = new long[64];
  private long[] ends = new long[64];
  private int count;
  // Two windows for each free extent: where it begins, and its free bytes, or TAKEN.
  private final long[] froms;
  private final long[] gains;
  private int current = -1;
  private long leastBytes;

  /** The windows of a size. */
  MoveWindows(Heap heap, long size) {
    this.size = size;
    heap.forEachFree(this::add);
    this.froms = new long[2 * count];
    this.gains = new long[2 * count];
    long[] sums = new long[count + 1];
    for (int i = 0; i < count; i++) {
      sums[i + 1] = sums[i] + ends[i] - starts[i];
    }
    windowsThatBegin(sums, heap.limit());
    windowsThatEnd(sums);
  }

  private void add(long offset, long length) {
    if (count == starts.length) {
      starts = Arrays.copyOf(starts, 2 * count);
      ends = Arrays.copyOf(ends, 2 * count);
    }
    starts[count] = offset;
    ends[count++] = offset + length;
  }

  private void windowsThatBegin(long[] sums, long limit) {
    int last = 0;
    for (int i = 0; i < count; i++) {
      long to = starts[i] + size;
      while (last + 1 < count && starts[last + 1] < to) {
        last++;
      }
      froms[2 * i] = starts[i];
      gains[2 * i] = to > limit ? TAKEN : sums[last + 1] - sums[i] - Math.max(0, ends[last] - to);
    }
  }

  private void windowsThatEnd(long[] sums) {
    int first = 0;
    for (int i = 0; i < count; i++) {
      long from = ends[i] - size;
      while (ends[first] <= from) {
        first++;
      }
      froms[2 * i + 1] = from;
      gains[2 * i + 1] =
          from < 0 ? TAKEN : sums[i + 1] - sums[first] - Math.max(0, from - starts[first]);
    }
  }

  /** How many there are, at least 1. */
  int count() {
    return Math.max(1, gains.length);
  }

  /** Goes to the best window not seen yet; false if there is none. */
  boolean next() {
    current = -1;
    long best = TAKEN;
    for (int i = 0; i < gains.length; i++) {
      if (gains[i] > best) {
        best = gains[i];
        current = i;
      }
    }
    if (current >= 0) {
      gains[current] = TAKEN;
      leastBytes = size - best;
    }
    return current >= 0;
  }

  /** The window's first byte. */
  long from() {
    return froms[current];
  }

  /** The end of the window. */
  long to() {
    return froms[current] + size;
  }

  /** The bytes of objects in the window; no window that comes later has fewer. */
  long leastBytes() {
    return leastBytes;
  }

  /** No window may reach into this: what lies here can't be moved. */
  void block(long from, long to) {
    for (int i = 0; i < gains.length; i++) {
      if (froms[i] < to && froms[i] + size > from) {
        gains[i] = TAKEN;
      }
    }
  }
}
