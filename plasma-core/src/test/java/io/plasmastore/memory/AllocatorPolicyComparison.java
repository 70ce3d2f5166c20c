package io.plasmastore.memory;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Which free extent is best taken, when objects of mixed sizes die at random and 95 % of the heap
 * is to stay in use? Plain trees, slow, for the counts only. After {@code mvn test-compile}: {@code
 * java -cp plasma-core/target/test-classes io.plasmastore.memory.AllocatorPolicyComparison}.
 */
final class AllocatorPolicyComparison {
  private static final int ALLOCATIONS = 100_000;
  private static final double CEILING = 0.95;

  private enum Policy {
    /** The smallest that fits. */
    BEST_FIT,
    /** The lowest address of the lowest size class that surely fits; 16 classes between powers. */
    SIZE_CLASS_16,
    /** The same with 4 classes. */
    SIZE_CLASS_4,
    /** The lowest address that fits. */
    FIRST_FIT;

    long sizeClass(long size) {
      int steps = this == SIZE_CLASS_16 ? 4 : this == SIZE_CLASS_4 ? 2 : 62;
      int shift = Math.max(0, 63 - Long.numberOfLeadingZeros(size) - steps);
      return size >> shift << shift;
    }

    Comparator<Extent> order() {
      return this == FIRST_FIT
          ? Comparator.comparingLong(Extent::offset)
          : Comparator.<Extent>comparingLong(extent -> sizeClass(extent.size))
              .thenComparingLong(Extent::offset);
    }
  }

  private record Extent(long offset, long size) {
    long end() {
      return offset + size;
    }
  }

  private final Policy policy;
  private final long capacity;
  private final boolean moving;
  private final SplittableRandom random = new SplittableRandom(42);
  private final TreeMap<Long, Extent> free = new TreeMap<>();
  private final NavigableSet<Extent> byPolicy;
  private final List<Extent> live = new ArrayList<>();
  private long used;
  private long allocatedBytes;
  private long movedBytes;
  private int failures;
  private double usedSum;

  private AllocatorPolicyComparison(Policy policy, long capacity, boolean moving) {
    this.policy = policy;
    this.capacity = capacity;
    this.moving = moving;
    this.byPolicy = new TreeSet<>(policy.order());
    add(new Extent(0, capacity));
  }

  public static void main(String[] arguments) {
    for (boolean moving : new boolean[] {false, true}) {
      System.out.println(
          moving
              ? "what fails for fragmentation: the objects in the roomiest place are moved"
              : "what fails for fragmentation: objects are freed at random until there is room");
      compare("64 B..64 MiB in 64 GiB", 64L << 30, 64L << 20, moving);
      compare("64 B..64 MiB in 16 GiB", 16L << 30, 64L << 20, moving);
      compare("64 B..1 MiB in 1 GiB", 1L << 30, 1L << 20, moving);
      compare("64 B..64 KiB in 256 MiB", 256L << 20, 64L << 10, moving);
    }
  }

  private static void compare(String name, long capacity, long maxSize, boolean moving) {
    System.out.println(name);
    for (Policy policy : Policy.values()) {
      AllocatorPolicyComparison run = new AllocatorPolicyComparison(policy, capacity, moving);
      run.churn(maxSize);
      System.out.printf(
          "  %-13s  failures %.3f %%  occupancy %.1f %%  free extents %5d  moved %.3f bytes a byte%n",
          policy,
          100.0 * run.failures / ALLOCATIONS,
          100 * run.usedSum / ALLOCATIONS / capacity,
          run.free.size(),
          (double) run.movedBytes / run.allocatedBytes);
    }
  }

  private void churn(long maxSize) {
    double logRange = Math.log(maxSize / 64.0);
    for (int i = -ALLOCATIONS / 2; i < ALLOCATIONS; i++) {
      long size = ExtentAllocator.roundUp((long) (64 * Math.exp(random.nextDouble() * logRange)));
      while (used + size > capacity * CEILING) {
        freeAny();
      }
      if (i == 0) {
        failures = 0;
        usedSum = 0;
        allocatedBytes = 0;
        movedBytes = 0;
      }
      if (!allocate(size)) {
        failures++;
        if (moving) {
          move(size);
        }
        while (!moving && !allocate(size)) {
          freeAny();
        }
      }
      allocatedBytes += size;
      usedSum += used;
    }
  }

  private boolean allocate(long size) {
    Extent extent = pick(size);
    if (extent == null) {
      return false;
    }
    remove(extent);
    if (extent.size > size) {
      add(new Extent(extent.offset + size, extent.size - size));
    }
    live.add(new Extent(extent.offset, size));
    used += size;
    return true;
  }

  private Extent pick(long size) {
    if (policy == Policy.FIRST_FIT) {
      for (Extent extent : byPolicy) {
        if (extent.size >= size) {
          return extent;
        }
      }
      return null;
    }
    long sizeClass = policy.sizeClass(size);
    for (Extent extent : byPolicy.tailSet(new Extent(-1, size), false)) {
      // What is in the same class as the wanted size fits only if that is the least of its class.
      if (policy.sizeClass(extent.size) > sizeClass || sizeClass == size) {
        return extent;
      }
    }
    for (Extent extent : byPolicy.tailSet(new Extent(-1, size), false)) {
      if (extent.size >= size) {
        return extent;
      }
    }
    return null;
  }

  private void freeAny() {
    int index = random.nextInt(live.size());
    Extent extent = live.get(index);
    live.set(index, live.getLast());
    live.removeLast();
    free(extent);
  }

  private void free(Extent extent) {
    used -= extent.size;
    long start = extent.offset;
    long end = extent.end();
    Map.Entry<Long, Extent> before = free.lowerEntry(start);
    if (before != null && before.getValue().end() == start) {
      start = before.getKey();
      remove(before.getValue());
    }
    Extent after = free.get(end);
    if (after != null) {
      end = after.end();
      remove(after);
    }
    add(new Extent(start, end - start));
  }

  /** Empties the stretch of that size with the most free bytes, and puts its objects elsewhere. */
  private void move(long size) {
    long best = 0;
    long bestFree = -1;
    List<Extent> extents = new ArrayList<>(free.values());
    int next = 0;
    long freeBytes = 0;
    for (Extent first : extents) {
      while (next < extents.size() && extents.get(next).end() <= first.offset + size) {
        freeBytes += extents.get(next++).size;
      }
      if (freeBytes > bestFree && first.offset + size <= capacity) {
        bestFree = freeBytes;
        best = first.offset;
      }
      freeBytes -= Math.min(first.size, freeBytes);
    }
    long from = best;
    List<Extent> inside =
        live.stream().filter(extent -> extent.offset < from + size && extent.end() > from).toList();
    live.removeIf(extent -> extent.offset < from + size && extent.end() > from);
    inside.forEach(this::free);
    allocate(size);
    for (Extent extent : inside) {
      movedBytes += extent.size;
      // What finds no other place is lost: the occupancy shows it.
      allocate(extent.size);
    }
  }

  private void add(Extent extent) {
    free.put(extent.offset, extent);
    byPolicy.add(extent);
  }

  private void remove(Extent extent) {
    free.remove(extent.offset);
    byPolicy.remove(extent);
  }
}
