package io.plasmastore.memory;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Random;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** The allocator does the same as a plain map of free extents, over many random steps. */
class ExtentAllocatorModelTest {
  private static final int STEPS = 200_000;
  private static final int STEPS_BETWEEN_FULL_CHECKS = 500;

  @Test
  void equalsAMapOfFreeExtents() {
    long seed = Long.getLong("plasma.test.seed", System.nanoTime());
    new Run(seed, 16L << 20, 4096).follow();
  }

  @Test
  void equalsAMapOfFreeExtentsWithThousandsOfThem() {
    new Run(1, 16L << 20, 200).follow();
  }

  @Test
  void equalsAMapOfFreeExtentsInCoarseGranules() {
    new Run(2, 3L << 40, 1L << 32).follow();
  }

  private record Extent(long offset, long size) {}

  private static final class Run {
    private final long seed;
    private final long capacity;
    private final long maxSize;
    private final Random random;
    private final ExtentAllocator allocator;
    private final List<Extent> live = new ArrayList<>();
    private final NavigableMap<Long, Long> free = new TreeMap<>();
    private final NavigableMap<Long, TreeSet<Long>> bySize = new TreeMap<>();
    private long limit;
    private long freeBytes;

    Run(long seed, long capacity, long maxSize) {
      this.seed = seed;
      this.capacity = capacity;
      this.maxSize = maxSize;
      this.random = new Random(seed);
      this.allocator = new ExtentAllocator(capacity);
    }

    void follow() {
      for (int step = 0; step < STEPS; step++) {
        try {
          step(step);
          checkNumbers();
          if (step % STEPS_BETWEEN_FULL_CHECKS == 0) {
            checkExtents();
          }
        } catch (AssertionError | RuntimeException e) {
          throw new AssertionError("-Dplasma.test.seed=" + seed + " step=" + step, e);
        }
      }
      while (!live.isEmpty()) {
        free(removeAny());
      }
      checkExtents();
      assertEquals(0, allocator.used());
      assertEquals(limit == 0 ? 0 : 1, allocator.freeExtentCount());
    }

    private void step(int step) {
      // Times of filling up, to the point of failure, alternate with times of draining.
      int allocations = step / (STEPS / 10) % 2 == 0 ? 75 : 35;
      int dice = random.nextInt(100);
      if (dice == 0) {
        extend();
      } else if (dice == 1) {
        reserve();
      } else if (dice == 2) {
        freeTwice();
      } else if (dice <= 6 && !live.isEmpty()) {
        shrink();
      } else if (dice <= allocations || live.isEmpty()) {
        allocate();
      } else {
        free(removeAny());
      }
    }

    private void allocate() {
      long size = anySize();
      Map.Entry<Long, TreeSet<Long>> fit = bySize.ceilingEntry(round(size));
      long offset = allocator.allocate(size);
      if (fit == null) {
        assertEquals(ExtentAllocator.NO_EXTENT, offset);
      } else {
        assertEquals(fit.getValue().first(), offset);
        take(offset, fit.getKey(), offset, round(size));
        live.add(new Extent(offset, size));
      }
    }

    private void free(Extent extent) {
      allocator.free(extent.offset, extent.size);
      give(extent.offset, round(extent.size));
    }

    private void shrink() {
      Extent extent = removeAny();
      long newSize = random.nextLong(1, extent.size + 1);
      allocator.shrink(extent.offset, extent.size, newSize);
      long tail = round(extent.size) - round(newSize);
      if (tail > 0) {
        give(extent.offset + round(newSize), tail);
      }
      live.add(new Extent(extent.offset, newSize));
    }

    private void extend() {
      long newLimit = Math.min(capacity, limit + random.nextLong(capacity / 50));
      long rounded = newLimit / allocator.granule() * allocator.granule();
      if (newLimit >= limit) {
        allocator.extend(newLimit);
        if (rounded > limit) {
          give(limit, rounded - limit);
        }
        limit = rounded;
      }
    }

    private void reserve() {
      long size = anySize();
      if (round(size) > limit) {
        return;
      }
      long offset = round(random.nextLong(limit - round(size) + 1));
      if (offset + round(size) > limit) {
        return;
      }
      Map.Entry<Long, Long> around = free.floorEntry(offset);
      boolean isFree =
          around != null && around.getKey() + around.getValue() >= offset + round(size);
      assertEquals(isFree, allocator.isFree(offset, size));
      long end = around == null ? offset : around.getKey() + around.getValue();
      assertEquals(Math.max(0, end - offset), allocator.freeFrom(offset));
      assertEquals(isFree, allocator.reserve(offset, size));
      if (isFree) {
        take(around.getKey(), around.getValue(), offset, round(size));
        live.add(new Extent(offset, size));
      }
    }

    private void freeTwice() {
      if (!free.isEmpty()) {
        Map.Entry<Long, Long> extent = free.floorEntry(random.nextLong(limit));
        if (extent != null) {
          long last = extent.getKey() + extent.getValue() - allocator.granule();
          long size = Math.min(limit - last, anySize());
          assertThrows(IllegalStateException.class, () -> allocator.free(last, size));
        }
      }
    }

    private void take(long freeOffset, long freeSize, long offset, long size) {
      remove(freeOffset);
      add(freeOffset, offset - freeOffset);
      add(offset + size, freeOffset + freeSize - offset - size);
    }

    private void give(long offset, long size) {
      long start = offset;
      long end = offset + size;
      Map.Entry<Long, Long> before = free.lowerEntry(start);
      if (before != null && before.getKey() + before.getValue() == start) {
        start = before.getKey();
        remove(start);
      }
      if (free.containsKey(end)) {
        end += remove(end);
      }
      add(start, end - start);
    }

    private void add(long offset, long size) {
      if (size > 0) {
        free.put(offset, size);
        bySize.computeIfAbsent(size, key -> new TreeSet<>()).add(offset);
        freeBytes += size;
      }
    }

    private long remove(long offset) {
      long size = free.remove(offset);
      TreeSet<Long> equals = bySize.get(size);
      equals.remove(offset);
      if (equals.isEmpty()) {
        bySize.remove(size);
      }
      freeBytes -= size;
      return size;
    }

    private void checkNumbers() {
      assertEquals(limit, allocator.limit());
      assertEquals(freeBytes, allocator.free());
      assertEquals(limit - freeBytes, allocator.used());
      assertEquals(bySize.isEmpty() ? 0 : bySize.lastKey(), allocator.largestFree());
      assertEquals(free.size(), allocator.freeExtentCount());
      Map.Entry<Long, Long> last = free.lastEntry();
      boolean atLimit = last != null && last.getKey() + last.getValue() == limit;
      assertEquals(atLimit ? last.getValue() : 0, allocator.freeAtLimit());
    }

    /** The same free extents; and they fill the gaps between the live ones, which don't overlap. */
    private void checkExtents() {
      List<Extent> expected = new ArrayList<>();
      free.forEach((offset, size) -> expected.add(new Extent(offset, size)));
      List<Extent> extents = new ArrayList<>();
      allocator.forEachFree((offset, size) -> extents.add(new Extent(offset, size)));
      assertEquals(expected, extents);

      List<Extent> all = new ArrayList<>(extents);
      live.forEach(extent -> all.add(new Extent(extent.offset, round(extent.size))));
      Collections.sort(all, (a, b) -> Long.compare(a.offset, b.offset));
      long end = 0;
      for (Extent extent : all) {
        assertEquals(end, extent.offset);
        assertEquals(0, extent.offset % ExtentAllocator.ALIGNMENT);
        end += extent.size;
      }
      assertEquals(limit, end);
    }

    private Extent removeAny() {
      int index = random.nextInt(live.size());
      Collections.swap(live, index, live.size() - 1);
      return live.removeLast();
    }

    /** Log-uniform, so that small sizes are as frequent as large ones. */
    private long anySize() {
      return (long) Math.exp(random.nextDouble() * Math.log((double) maxSize));
    }

    private long round(long size) {
      return (size + allocator.granule() - 1) / allocator.granule() * allocator.granule();
    }
  }
}
