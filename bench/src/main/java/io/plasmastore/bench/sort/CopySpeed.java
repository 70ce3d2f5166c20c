package io.plasmastore.bench.sort;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * How fast this machine moves memory: every processor copies private memory of its own, much more
 * than a cache holds, all at a time. It is what nothing that goes through memory can beat.
 */
final class CopySpeed {
  private static final long SIZE = 128L << 20;
  private static final int PASSES = 6;

  private CopySpeed() {}

  /**
   * Measures it: about a second.
   *
   * @return bytes a second, those read and those written together; of the best of some passes
   */
  static double measure() throws InterruptedException {
    int threads = Runtime.getRuntime().availableProcessors();
    try (Arena arena = Arena.ofShared();
        ExecutorService pool = Executors.newFixedThreadPool(threads)) {
      List<MemorySegment> sources = new ArrayList<>();
      List<MemorySegment> targets = new ArrayList<>();
      for (int i = 0; i < threads; i++) {
        sources.add(arena.allocate(SIZE).fill((byte) 1));
        targets.add(arena.allocate(SIZE).fill((byte) 2));
      }
      double best = 0;
      for (int pass = 0; pass < PASSES; pass++) {
        long start = System.nanoTime();
        List<Future<?>> copies = new ArrayList<>();
        for (int i = 0; i < threads; i++) {
          MemorySegment source = sources.get(i);
          MemorySegment target = targets.get(i);
          copies.add(pool.submit(() -> target.copyFrom(source)));
        }
        for (Future<?> copy : copies) {
          copy.get();
        }
        double seconds = (System.nanoTime() - start) / 1e9;
        best = Math.max(best, 2.0 * SIZE * threads / seconds);
      }
      return best;
    } catch (ExecutionException e) {
      throw new IllegalStateException("memory could not be copied", e);
    }
  }
}
