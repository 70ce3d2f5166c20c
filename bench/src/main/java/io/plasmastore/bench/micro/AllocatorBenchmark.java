package io.plasmastore.bench.micro;

import io.plasmastore.memory.ExtentAllocator;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** The allocator by itself: an extent at random freed, and one of another size taken. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(2)
public class AllocatorBenchmark {
  private static final int LEAST_SIZE = 100;
  private static final int MOST_SIZE = 10_000;
  private static final int SIZES = 1 << 16;

  /** How many extents are allocated. */
  @Param({"1000", "100000", "1000000"})
  public int extents;

  private final SplittableRandom random = new SplittableRandom(11);
  private final long[] wanted = random.longs(SIZES, LEAST_SIZE, MOST_SIZE).toArray();
  private ExtentAllocator allocator = new ExtentAllocator(ExtentAllocator.ALIGNMENT);
  private long[] offsets = {};
  private long[] sizes = {};
  private int next;

  /** Fills two thirds of it, and lets extents come and go until what is free is in pieces. */
  @Setup
  public void fill() {
    long capacity = (long) extents * MOST_SIZE;
    allocator = new ExtentAllocator(capacity);
    allocator.extend(capacity);
    offsets = new long[extents];
    sizes = new long[extents];
    for (int i = 0; i < extents; i++) {
      take(i);
    }
    for (int i = 0; i < 4 * extents; i++) {
      long unused = freeAndAllocate();
    }
  }

  /** Frees one and allocates one. */
  @Benchmark
  public long freeAndAllocate() {
    int which = random.nextInt(extents);
    allocator.free(offsets[which], sizes[which]);
    take(which);
    return offsets[which];
  }

  private void take(int which) {
    sizes[which] = wanted[next++ & (SIZES - 1)];
    offsets[which] = allocator.allocate(sizes[which]);
    if (offsets[which] == ExtentAllocator.NO_EXTENT) {
      throw new IllegalStateException("no extent: size=" + sizes[which]);
    }
  }
}
