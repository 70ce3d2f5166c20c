package io.plasmastore.bench.data;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.SplittableRandom;

/**
 * Reads of main memory of which each waits for the one before, since that says where it goes: what
 * it costs this machine to need something that no cache has.
 */
public final class MemoryReads {
  private static final long LINE = 64;
  private static final long SIZE = 128L << 20;
  private static final long SEED = 3;

  private final MemorySegment memory;
  private long position;

  /** Takes 128 MiB from an arena. */
  public MemoryReads(Arena arena) {
    memory = arena.allocate(SIZE, LINE);
    int count = Math.toIntExact(SIZE / LINE);
    int[] order = new int[count];
    for (int i = 0; i < count; i++) {
      order[i] = i;
    }
    // Sattolo's shuffle: one cycle through all lines.
    SplittableRandom random = new SplittableRandom(SEED);
    for (int i = count - 1; i > 0; i--) {
      int j = random.nextInt(i);
      int line = order[i];
      order[i] = order[j];
      order[j] = line;
    }
    for (int i = 0; i < count; i++) {
      memory.set(ValueLayout.JAVA_LONG, i * LINE, order[i] * LINE);
    }
  }

  /** Reads that many times. */
  public void read(int times) {
    long at = position;
    for (int i = 0; i < times; i++) {
      at = memory.get(ValueLayout.JAVA_LONG, at);
    }
    position = at;
  }
}
