package io.plasmastore.memory;

import java.util.SplittableRandom;

/** Objects of mixed sizes come and go in a heap that stays full. */
final class AllocatorChurn {
  private static final int MIN_SIZE = 64;

  /** Which object is freed when there is no room. */
  enum Victim {
    /** Any one: the hardest on the allocator, since no two neighbours go together. */
    RANDOM,
    /** The one that was put first, much as a cache does. */
    OLDEST
  }

  private final ExtentAllocator allocator;
  private final Victim victim;
  private final AllocatorTrace trace;
  private final SplittableRandom random = new SplittableRandom(42);
  private final double logRange;

  /** The live objects; a ring, of which the oldest is the first. */
  private long[] offsets = new long[1024];

  private long[] sizes = new long[1024];
  private int first;
  private int liveCount;

  private long allocations;
  private long fragmentationFailures;
  private double usedSum;
  private int mostFreeExtents;

  /**
   * Sizes are log-uniform: as many between 64 and 128 bytes as between 32 and 64 MiB.
   *
   * @param trace takes down every call that is made
   */
  AllocatorChurn(long capacity, long maxSize, Victim victim, AllocatorTrace trace) {
    this.allocator = new ExtentAllocator(capacity);
    this.allocator.extend(capacity);
    this.victim = victim;
    this.trace = trace;
    this.logRange = Math.log((double) maxSize / MIN_SIZE);
  }

  /**
   * Puts {@code count} objects; before each one, frees others until no more than {@code ceiling} of
   * the capacity is in use with it, and then more of them until there is an extent. The figures
   * below are those of the last run.
   */
  void run(int count, double ceiling) {
    allocations = 0;
    fragmentationFailures = 0;
    usedSum = 0;
    long limit = (long) (allocator.capacity() * ceiling);
    for (int i = 0; i < count; i++) {
      long size = (long) (MIN_SIZE * Math.exp(random.nextDouble() * logRange));
      while (allocator.used() + ExtentAllocator.roundUp(size) > limit) {
        freeVictim();
      }
      long offset = allocator.allocate(size);
      if (offset == ExtentAllocator.NO_EXTENT) {
        fragmentationFailures++;
        do {
          freeVictim();
          offset = allocator.allocate(size);
        } while (offset == ExtentAllocator.NO_EXTENT);
      }
      add(offset, size);
      allocations++;
      usedSum += allocator.used();
      mostFreeExtents = Math.max(mostFreeExtents, allocator.freeExtentCount());
    }
  }

  ExtentAllocator allocator() {
    return allocator;
  }

  int liveCount() {
    return liveCount;
  }

  /** The highest number of free extents at any time: what the Java heap has to hold. */
  int mostFreeExtents() {
    return mostFreeExtents;
  }

  /** The part of the capacity that was in use after an allocation, on average. */
  double meanOccupancy() {
    return usedSum / allocations / allocator.capacity();
  }

  /** The part of the allocations that found enough free bytes, but not in one piece. */
  double fragmentationFailures() {
    return (double) fragmentationFailures / allocations;
  }

  @Override
  public String toString() {
    return String.format(
        "occupancy=%.4f fragmentationFailures=%.6f live=%d freeExtents=%d",
        meanOccupancy(), fragmentationFailures(), liveCount, allocator.freeExtentCount());
  }

  private void add(long offset, long size) {
    trace.allocated(offset, size);
    if (liveCount == offsets.length) {
      offsets = twice(offsets);
      sizes = twice(sizes);
      first = 0;
    }
    int last = index(liveCount++);
    offsets[last] = offset;
    sizes[last] = size;
  }

  private void freeVictim() {
    if (victim == Victim.RANDOM) {
      swapWithFirst(index(random.nextInt(liveCount)));
    }
    allocator.free(offsets[first], sizes[first]);
    trace.freed(offsets[first], sizes[first]);
    first = index(1);
    liveCount--;
  }

  private void swapWithFirst(int index) {
    long offset = offsets[index];
    long size = sizes[index];
    offsets[index] = offsets[first];
    sizes[index] = sizes[first];
    offsets[first] = offset;
    sizes[first] = size;
  }

  private int index(int place) {
    return (first + place) & (offsets.length - 1);
  }

  private long[] twice(long[] ring) {
    long[] copy = new long[ring.length * 2];
    System.arraycopy(ring, first, copy, 0, ring.length - first);
    System.arraycopy(ring, 0, copy, ring.length - first, first);
    return copy;
  }
}
