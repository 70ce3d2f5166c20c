package io.plasmastore.memory;

import java.util.Arrays;
import java.util.SplittableRandom;

/**
 * What the allocator costs, and how much of a heap it keeps in use. After {@code mvn test-compile}:
 * {@code java -Xmx3g -cp plasma-core/target/classes:plasma-core/target/test-classes
 * io.plasmastore.memory.AllocatorMeasurement}. The times are those of the best tenth of pieces of
 * 2,000 calls.
 */
final class AllocatorMeasurement {
  private static final int ROUNDS = 3;

  private AllocatorMeasurement() {}

  public static void main(String[] arguments) {
    measureChurn("64 B..64 MiB in 64 GiB", 64L << 30, 64L << 20, 400_000);
    measureChurn("64 B..64 MiB in 16 GiB", 16L << 30, 64L << 20, 400_000);
    measureChurn("64 B..1 MiB in 16 GiB", 16L << 30, 1L << 20, 1_000_000);
    measureChurn("64 B..64 KiB in 16 GiB", 16L << 30, 64L << 10, 4_000_000);
    measureChurn("64 B..64 KiB in 64 GiB", 64L << 30, 64L << 10, 12_000_000);
    measureChurn("64 B..4 KiB in 4 GiB", 4L << 30, 4L << 10, 12_000_000);
    measureEqualSizes("all at random", 1_000_000, 1, true);
    measureEqualSizes("each second at random", 2_000_000, 2, true);
    measureEqualSizes("each second in order", 2_000_000, 2, false);
  }

  private static void measureChurn(String name, long capacity, long maxSize, int count) {
    AllocatorTrace trace = new AllocatorTrace();
    AllocatorChurn churn =
        new AllocatorChurn(capacity, maxSize, AllocatorChurn.Victim.RANDOM, trace);
    churn.run(count / 2, 0.95);
    int warm = trace.length();
    churn.run(count / 2, 0.95);
    double nanos = Double.MAX_VALUE;
    for (int round = 0; round < ROUNDS; round++) {
      ExtentAllocator allocator = new ExtentAllocator(capacity);
      allocator.extend(capacity);
      nanos = Math.min(nanos, trace.replay(allocator, warm));
    }
    System.out.printf(
        "%-22s: %4.0f ns a call, occupancy %.1f %%, fragmentation failures %.3f %%,"
            + " live objects %d, most free extents %d, Java heap %d bytes%n",
        name,
        nanos,
        100 * churn.meanOccupancy(),
        100 * churn.fragmentationFailures(),
        churn.liveCount(),
        churn.mostFreeExtents(),
        churn.allocator().heapBytes());
  }

  /** Fills a heap with equal objects, frees each {@code stride}th, allocates as many again. */
  private static void measureEqualSizes(String name, int count, int stride, boolean shuffled) {
    int[] order = new int[count / stride];
    Arrays.setAll(order, i -> i * stride);
    if (shuffled) {
      shuffle(order);
    }
    AllocatorTrace trace = new AllocatorTrace();
    for (int i = 0; i < count; i++) {
      trace.allocated(i * 128L, 128);
    }
    for (int index : order) {
      trace.freed(index * 128L, 128);
    }
    double free = replay(trace, count * 128L, count);
    ExtentAllocator allocator = new ExtentAllocator(count * 128L);
    allocator.extend(allocator.capacity());
    trace.replay(allocator, 0);
    int extents = allocator.freeExtentCount();
    for (int i = 0; i < order.length; i++) {
      trace.allocated((long) i * stride * 128L, 128);
    }
    double again = replay(trace, count * 128L, count + order.length);
    System.out.printf(
        "equal sizes, %-21s: free %4.0f ns, allocate again %4.0f ns,"
            + " free extents %d, Java heap %d bytes%n",
        name, free, again, extents, allocator.heapBytes());
  }

  private static double replay(AllocatorTrace trace, long capacity, int from) {
    double nanos = Double.MAX_VALUE;
    for (int round = 0; round < ROUNDS; round++) {
      ExtentAllocator allocator = new ExtentAllocator(capacity);
      allocator.extend(capacity);
      nanos = Math.min(nanos, trace.replay(allocator, from));
    }
    return nanos;
  }

  private static void shuffle(int[] order) {
    SplittableRandom random = new SplittableRandom(7);
    for (int i = order.length - 1; i > 0; i--) {
      int j = random.nextInt(i + 1);
      int swap = order[i];
      order[i] = order[j];
      order[j] = swap;
    }
  }
}
