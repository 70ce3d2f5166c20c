package io.plasmastore.bench.data;

import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;

/**
 * Accesses to objects of which few are popular: the object of rank k is asked for in proportion to
 * 1 / k^skew, independently each time. The same for the same arguments.
 */
public final class ZipfTrace {
  private static final long SEED = 42;

  private final int[] accesses;

  private ZipfTrace(int[] accesses) {
    this.accesses = accesses;
  }

  /**
   * Makes a trace.
   *
   * @param objects how many there are
   * @param skew 0 for all alike; around 1 for what web caches see
   * @param length accesses
   */
  public static ZipfTrace of(int objects, double skew, int length) {
    double[] sums = new double[objects];
    double sum = 0;
    for (int rank = 1; rank <= objects; rank++) {
      sum += Math.pow(rank, -skew);
      sums[rank - 1] = sum;
    }
    double total = sum;
    SplittableRandom random = new SplittableRandom(SEED);
    int[] accesses = new int[length];
    Arrays.setAll(
        accesses,
        unused -> {
          int found = Arrays.binarySearch(sums, random.nextDouble(total));
          return Math.min(objects - 1, found < 0 ? -found - 1 : found);
        });
    return new ZipfTrace(accesses);
  }

  /** Which object is asked for, in order, from 0. */
  public int[] accesses() {
    return accesses.clone();
  }

  /**
   * What a cache that drops the least recently used finds.
   *
   * @param capacity in objects
   * @return hits in 100 accesses
   */
  public double leastRecentlyUsed(int capacity) {
    Map<Integer, Boolean> cache = new LinkedHashMap<>(capacity, 0.75f, true);
    int hits = 0;
    for (int object : accesses) {
      if (cache.get(object) != null) {
        hits++;
      } else {
        if (cache.size() == capacity) {
          cache.remove(cache.keySet().iterator().next());
        }
        cache.put(object, true);
      }
    }
    return percent(hits);
  }

  /**
   * What a cache that drops the oldest finds.
   *
   * @param capacity in objects
   * @return hits in 100 accesses
   */
  public double firstInFirstOut(int capacity) {
    Set<Integer> cache = new HashSet<>();
    Deque<Integer> order = new ArrayDeque<>();
    int hits = 0;
    for (int object : accesses) {
      if (cache.contains(object)) {
        hits++;
      } else {
        if (cache.size() == capacity) {
          cache.remove(order.remove());
        }
        cache.add(object);
        order.add(object);
      }
    }
    return percent(hits);
  }

  /** So many hits in 100 accesses. */
  public double percent(int hits) {
    return 100.0 * hits / accesses.length;
  }
}
