package io.plasmastore.arrow;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;

import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.ReferenceManager;
import org.apache.arrow.memory.RootAllocator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ConstantMemoryTest {
  @ParameterizedTest
  @ValueSource(ints = {1, 8, 9, 1000, (1 << 19) - 1, 1 << 19, (1 << 19) + 1, 5_000_000})
  void isOnesThroughout(int bitCount) {
    ArrowBuf ones = ConstantMemory.ones(bitCount);
    assertEquals((bitCount + 7) / 8, ones.capacity());
    assertEquals(ones.capacity(), ones.readableBytes());
    for (long i = 0; i < ones.capacity(); i++) {
      assertEquals((byte) 0xFF, ones.getByte(i));
    }
  }

  @Test
  void isZeros() {
    assertEquals(0, ConstantMemory.zeros(8).getLong(0));
    assertEquals(4, ConstantMemory.zeros(4).capacity());
  }

  @Test
  void staysWhereItIsWhileLargerOnesAreMade() {
    ArrowBuf small = ConstantMemory.ones(64);
    ConstantMemory.ones(20_000_000);
    assertEquals(-1L, small.getLong(0));
  }

  @Test
  void isNeitherCountedNorReleased() {
    try (BufferAllocator allocator = new RootAllocator()) {
      ArrowBuf ones = ConstantMemory.ones(100);
      ReferenceManager references = ones.getReferenceManager();
      references.retain();
      references.release();
      references.release(7);
      assertEquals(1, references.getRefCount());
      assertEquals(0, references.getSize() + references.getAccountedSize());
      ArrowBuf retained = references.retain(ones, allocator);
      assertEquals(ones.memoryAddress(), retained.memoryAddress());
      ArrowBuf moved = references.transferOwnership(ones, allocator).getTransferredBuffer();
      assertEquals(ones.memoryAddress(), moved.memoryAddress());
      assertEquals(0, allocator.getAllocatedMemory());
    }
  }

  @Test
  void slicesAtTheRightPlace() {
    ArrowBuf ones = ConstantMemory.ones(800);
    ArrowBuf slice = ones.slice(10, 20);
    assertEquals(ones.memoryAddress() + 10, slice.memoryAddress());
    assertEquals(20, slice.capacity());
    assertSame(ones.getReferenceManager(), slice.getReferenceManager());
  }
}
