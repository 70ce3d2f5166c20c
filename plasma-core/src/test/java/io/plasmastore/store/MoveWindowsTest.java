package io.plasmastore.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.plasmastore.memory.ExtentAllocator;
import io.plasmastore.memory.MappedFile;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MoveWindowsTest {
  private static final long UNIT = 64;
  private static final int UNITS = 200;

  private final long seed = Long.getLong("plasma.test.seed", System.nanoTime());
  private final Random random = new Random(seed);
  private final boolean[] taken = new boolean[UNITS];

  @TempDir private Path folder;
  private ExtentAllocator allocator;
  private Heap heap;

  @BeforeEach
  void open() throws Exception {
    allocator = new ExtentAllocator(UNITS * UNIT);
    allocator.extend(UNITS * UNIT);
    MappedFile file = MappedFile.create(folder.resolve("heap"), UNITS * UNIT);
    heap = new Heap(file, allocator, Runnable::run, new Silent());
  }

  @AfterEach
  void close() {
    heap.close();
  }

  @Test
  void findsThemAllInTheOrderOfTheirFreeBytes() {
    for (int round = 0; round < 300; round++) {
      allocateAtRandom();
      int size = 1 + random.nextInt(40);
      List<Long> wanted = windows(size).stream().map(this::takenIn).sorted().toList();
      MoveWindows windows = new MoveWindows(heap, size * UNIT);
      List<Long> found = new ArrayList<>();
      while (windows.next()) {
        Stretch window = new Stretch((int) (windows.from() / UNIT), size);
        assertEquals(size * UNIT, windows.to() - windows.from());
        assertEquals(takenIn(window) * UNIT, windows.leastBytes(), "seed=" + seed);
        found.add(takenIn(window));
      }
      assertEquals(wanted, found, "seed=" + seed);
    }
  }

  @Test
  void leavesOutWhatIsBlocked() {
    for (int round = 0; round < 300; round++) {
      allocateAtRandom();
      int size = 1 + random.nextInt(40);
      int blocked = random.nextInt(UNITS - 3);
      MoveWindows windows = new MoveWindows(heap, size * UNIT);
      windows.block(blocked * UNIT, (blocked + 3) * UNIT);
      long count = 0;
      while (windows.next()) {
        assertTrue(
            windows.from() >= (blocked + 3) * UNIT || windows.to() <= blocked * UNIT,
            "seed=" + seed);
        count++;
      }
      assertEquals(
          windows(size).stream()
              .filter(it -> it.from >= blocked + 3 || it.from + it.size <= blocked)
              .count(),
          count,
          "seed=" + seed);
    }
  }

  @Test
  void findsNoneWhereNothingIsFree() {
    allocator.allocate(UNITS * UNIT);
    assertFalse(new MoveWindows(heap, UNIT).next());
  }

  private record Stretch(int from, int size) {}

  /** Two for each free extent: one that begins with it, and one that ends with it. */
  private List<Stretch> windows(int size) {
    List<Stretch> windows = new ArrayList<>();
    for (int i = 0; i < UNITS; i++) {
      boolean begins = !taken[i] && (i == 0 || taken[i - 1]);
      boolean ends = !taken[i] && (i == UNITS - 1 || taken[i + 1]);
      if (begins && i + size <= UNITS) {
        windows.add(new Stretch(i, size));
      }
      if (ends && i + 1 - size >= 0) {
        windows.add(new Stretch(i + 1 - size, size));
      }
    }
    return windows;
  }

  private long takenIn(Stretch window) {
    long count = 0;
    for (int i = window.from; i < window.from + window.size; i++) {
      count += taken[i] ? 1 : 0;
    }
    return count;
  }

  private void allocateAtRandom() {
    double share = random.nextDouble();
    for (int i = 0; i < UNITS; i++) {
      boolean take = random.nextDouble() < share;
      if (take && !taken[i]) {
        assertTrue(allocator.reserve(i * UNIT, UNIT));
      } else if (!take && taken[i]) {
        allocator.free(i * UNIT, UNIT);
      }
      taken[i] = take;
    }
  }

  private static final class Silent implements Heap.GrowthListener {
    @Override
    public void grew() {}

    @Override
    public void couldNotGrow(io.plasmastore.os.NativeCallException reason) {}
  }
}
