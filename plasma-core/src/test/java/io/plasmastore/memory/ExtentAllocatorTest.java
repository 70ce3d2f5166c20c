package io.plasmastore.memory;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class ExtentAllocatorTest {
  private static final long CAPACITY = 1 << 20;

  private final ExtentAllocator allocator = new ExtentAllocator(CAPACITY);

  @Test
  void hasNothingToGiveBeforeTheFirstExtend() {
    assertEquals(ExtentAllocator.NO_EXTENT, allocator.allocate(1));
    assertEquals(0, allocator.limit());
    assertEquals(0, allocator.largestFree());
    assertEquals(CAPACITY, allocator.capacity());
  }

  @Test
  void roundsSizesUpTo64() {
    assertEquals(64, ExtentAllocator.roundUp(1));
    assertEquals(64, ExtentAllocator.roundUp(64));
    assertEquals(128, ExtentAllocator.roundUp(65));

    allocator.extend(CAPACITY);
    assertEquals(0, allocator.allocate(1));
    assertEquals(64, allocator.allocate(65));
    assertEquals(192, allocator.allocate(64));
    assertEquals(256, allocator.used());
    assertEquals(CAPACITY - 256, allocator.free());
  }

  @Test
  void takesTheSmallestExtentThatFits() {
    allocator.extend(4096);
    long large = allocator.allocate(1024);
    allocator.allocate(64);
    long small = allocator.allocate(512);
    allocator.allocate(64);
    allocator.free(large, 1024);
    allocator.free(small, 512);

    assertEquals(small, allocator.allocate(500));
    assertEquals(large, allocator.allocate(500));
  }

  @Test
  void takesTheLowestAddressAmongEquals() {
    allocator.extend(4096);
    long[] offsets = new long[16];
    for (int i = 0; i < offsets.length; i++) {
      offsets[i] = allocator.allocate(256);
    }
    allocator.free(offsets[9], 256);
    allocator.free(offsets[3], 256);
    allocator.free(offsets[6], 256);

    assertEquals(offsets[3], allocator.allocate(256));
    assertEquals(offsets[6], allocator.allocate(256));
    assertEquals(offsets[9], allocator.allocate(256));
    assertEquals(ExtentAllocator.NO_EXTENT, allocator.allocate(1));
  }

  @Test
  void usesFreedBytesBeforeFreshOnes() {
    allocator.extend(CAPACITY);
    long first = allocator.allocate(1000);
    allocator.allocate(1000);
    allocator.free(first, 1000);

    assertEquals(first, allocator.allocate(900));
  }

  @Test
  void joinsFreedNeighboursOnBothSides() {
    allocator.extend(256);
    long a = allocator.allocate(64);
    long b = allocator.allocate(64);
    long c = allocator.allocate(64);
    long d = allocator.allocate(64);

    allocator.free(a, 64);
    allocator.free(c, 64);
    assertEquals(List.of("0+64", "128+64"), freeExtents());
    allocator.free(b, 64);
    assertEquals(List.of("0+192"), freeExtents());
    allocator.free(d, 64);
    assertEquals(List.of("0+256"), freeExtents());
    assertEquals(1, allocator.freeExtentCount());
    assertEquals(256, allocator.largestFree());
  }

  @Test
  void joinsFreshBytesToAFreeTail() {
    allocator.extend(256);
    allocator.allocate(128);
    allocator.extend(512);

    assertEquals(List.of("128+384"), freeExtents());
    assertEquals(128, allocator.allocate(384));
  }

  @Test
  void givesTheTailBackOnShrink() {
    allocator.extend(1024);
    long offset = allocator.allocate(1000);

    allocator.shrink(offset, 1000, 961);
    assertEquals(1024, allocator.used());
    allocator.shrink(offset, 961, 100);
    assertEquals(128, allocator.used());
    assertEquals(List.of("128+896"), freeExtents());
    allocator.free(offset, 100);
    assertEquals(0, allocator.used());
  }

  @Test
  void reservesOnlyWhatIsFree() {
    allocator.extend(1024);

    assertTrue(allocator.reserve(256, 200));
    assertEquals(List.of("0+256", "512+512"), freeExtents());
    assertFalse(allocator.reserve(192, 65));
    assertFalse(allocator.reserve(448, 64));
    assertFalse(allocator.reserve(256, 256));
    assertTrue(allocator.reserve(0, 256));
    assertTrue(allocator.reserve(960, 64));
    assertEquals(List.of("512+448"), freeExtents());
    assertEquals(576, allocator.used());
  }

  @Test
  void refusesToFreeWhatIsFree() {
    allocator.extend(1024);
    long a = allocator.allocate(128);
    long b = allocator.allocate(128);
    allocator.free(a, 128);

    IllegalStateException failure =
        assertThrows(IllegalStateException.class, () -> allocator.free(a, 128));
    assertEquals("free already: offset=0 size=128 freeOffset=0 freeSize=128", failure.getMessage());
    assertThrows(IllegalStateException.class, () -> allocator.free(a + 64, 64));
    assertThrows(IllegalStateException.class, () -> allocator.free(a + 64, 128));
    assertThrows(IllegalStateException.class, () -> allocator.free(b, 192));
    assertEquals(128, allocator.used());
    allocator.free(b, 128);
    assertEquals(List.of("0+1024"), freeExtents());
  }

  @Test
  void refusesWrongArgumentsWithTheirNumbers() {
    allocator.extend(1024);
    IllegalArgumentException failure =
        assertThrows(IllegalArgumentException.class, () -> allocator.free(960, 65));
    assertEquals(
        "no such extent: offset=960 size=65 limit=1024 capacity=1048576 granule=64",
        failure.getMessage());
    assertThrows(IllegalArgumentException.class, () -> allocator.free(32, 32));
    assertThrows(IllegalArgumentException.class, () -> allocator.free(-64, 64));
    assertThrows(IllegalArgumentException.class, () -> allocator.free(64, Long.MAX_VALUE));
    assertThrows(IllegalArgumentException.class, () -> allocator.allocate(0));
    assertThrows(IllegalArgumentException.class, () -> allocator.allocate(-1));
    assertThrows(IllegalArgumentException.class, () -> allocator.shrink(0, 64, 65));
    assertThrows(IllegalArgumentException.class, () -> allocator.shrink(0, 64, 0));
    assertThrows(IllegalArgumentException.class, () -> allocator.extend(512));
    assertThrows(IllegalArgumentException.class, () -> allocator.extend(CAPACITY + 64));
    assertThrows(IllegalArgumentException.class, () -> new ExtentAllocator(63));
    assertThrows(IllegalArgumentException.class, () -> new ExtentAllocator(-1));
  }

  @Test
  void answersNoExtentForSizesBeyondEverything() {
    allocator.extend(CAPACITY);

    assertEquals(ExtentAllocator.NO_EXTENT, allocator.allocate(CAPACITY + 1));
    assertEquals(ExtentAllocator.NO_EXTENT, allocator.allocate(Long.MAX_VALUE));
    assertEquals(0, allocator.allocate(CAPACITY));
  }

  @Test
  void countsInCoarserGranulesFrom128GiB() {
    assertEquals(64, new ExtentAllocator((128L << 30) - 64).granule());
    assertEquals(128, new ExtentAllocator(128L << 30).granule());

    long capacity = 10L << 40;
    ExtentAllocator huge = new ExtentAllocator(capacity);
    assertEquals(8192, huge.granule());
    huge.extend(capacity);
    assertEquals(capacity, huge.largestFree());
    assertEquals(0, huge.allocate(1));
    assertEquals(8192, huge.allocate(capacity - 8192));
    assertEquals(ExtentAllocator.NO_EXTENT, huge.allocate(1));
    huge.free(8192, capacity - 8192);
    assertTrue(huge.reserve(capacity - 8192, 4096));
    assertEquals(16384, huge.used());
  }

  @Test
  void usesTheWholeOf128GiBInGranulesOf64() {
    long capacity = (128L << 30) - 64;
    ExtentAllocator full = new ExtentAllocator(capacity);
    full.extend(capacity);
    assertEquals(capacity, full.largestFree());
    assertTrue(full.reserve(capacity - 64, 64));
    assertEquals(0, full.allocate(capacity - 64));
    full.free(capacity - 64, 64);
    assertEquals(capacity - 64, full.allocate(1));
  }

  @Test
  void takesAMillionSmallFreesInAnyOrderAndUsesAllOfThemAgain() {
    int count = 1_000_000;
    ExtentAllocator many = new ExtentAllocator(count * 128L);
    many.extend(many.capacity());
    int[] order = new int[count];
    for (int i = 0; i < count; i++) {
      assertEquals(i * 128L, many.allocate(100));
      order[i] = i;
    }
    shuffle(order, 42);
    for (int i = 0; i < count; i++) {
      many.free(order[i] * 128L, 100);
    }
    assertEquals(1, many.freeExtentCount());
    for (int i = 0; i < count; i++) {
      assertEquals(i * 128L, many.allocate(100));
    }
    assertEquals(0, many.free());
  }

  @Test
  void keepsAMillionFreeExtentsInLessThan32BytesEach() {
    int count = 1_000_000;
    ExtentAllocator many = new ExtentAllocator(count * 128L);
    many.extend(many.capacity());
    for (int i = 0; i < 2 * count; i++) {
      many.allocate(64);
    }
    int[] order = new int[count];
    for (int i = 0; i < count; i++) {
      order[i] = i;
    }
    shuffle(order, 43);
    for (int i = 0; i < count; i++) {
      many.free(order[i] * 128L, 64);
    }
    assertEquals(count, many.freeExtentCount());
    assertEquals(64, many.largestFree());
    assertTrue(many.heapBytes() < 32L * count, () -> "heapBytes=" + many.heapBytes());
    for (int i = 0; i < count; i++) {
      assertEquals(i * 128L, many.allocate(64));
    }
  }

  private List<String> freeExtents() {
    List<String> extents = new ArrayList<>();
    allocator.forEachFree((offset, size) -> extents.add(offset + "+" + size));
    return extents;
  }

  private static void shuffle(int[] order, long seed) {
    Random random = new Random(seed);
    for (int i = order.length - 1; i > 0; i--) {
      int j = random.nextInt(i + 1);
      int swap = order[i];
      order[i] = order[j];
      order[j] = swap;
    }
  }
}
