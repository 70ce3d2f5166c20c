package io.plasmastore.arrow;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;
import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.IntVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class StreamTargetTest {
  private static final long SIZE = 2 * StreamTarget.STEP_SIZE + 12_345;

  private final BufferAllocator allocator = new RootAllocator();
  private final MemorySegment memory = Arena.ofAuto().allocate(2 * SIZE, 64).fill((byte) 0x5A);

  @AfterEach
  void closesTheAllocator() {
    allocator.close();
  }

  @Test
  void copiesABufferOfSeveralSteps() {
    try (ArrowBuf source = numbers()) {
      StreamTarget target = new StreamTarget(memory);
      target.copy(source, 0, 3, SIZE);
      target.zero(0, 3);
      target.finish();
      assertEquals(0, memory.get(ValueLayout.JAVA_BYTE, 2));
      for (long i = 0; i < SIZE; i++) {
        assertEquals(source.getByte(i), memory.get(ValueLayout.JAVA_BYTE, 3 + i));
      }
      assertEquals((byte) 0x5A, memory.get(ValueLayout.JAVA_BYTE, 3 + SIZE));
    }
  }

  @Test
  void doesNotReadBehindABuffer() {
    try (ArrowBuf source = numbers()) {
      StreamTarget target = new StreamTarget(memory);
      long capacity = source.capacity();
      assertThrows(
          IndexOutOfBoundsException.class,
          () -> {
            target.copy(source, 0, 0, capacity + 1);
            target.finish();
          });
    }
  }

  @Test
  @SuppressWarnings("restricted")
  void copiesManyBuffersOfAllSizes() {
    try (ArrowBuf source = numbers()) {
      // Less than is noted, less than a step, one step, more than one.
      long[] sizes = {1, 65_535, 65_536, 700_001, 700_001, StreamTarget.STEP_SIZE, 5_000_000};
      StreamTarget target = new StreamTarget(memory);
      long offset = 0;
      for (long size : sizes) {
        target.copy(source, size % 7, offset, size);
        offset += size + 1;
      }
      target.finish();
      offset = 0;
      MemorySegment bytes = MemorySegment.ofAddress(source.memoryAddress()).reinterpret(SIZE);
      for (long size : sizes) {
        assertEquals(-1, memory.asSlice(offset, size).mismatch(bytes.asSlice(size % 7, size)));
        assertEquals((byte) 0x5A, memory.get(ValueLayout.JAVA_BYTE, offset + size));
        offset += size + 1;
      }
    }
  }

  @Test
  void copiesWhatCameAfterItWasFinished() {
    try (ArrowBuf source = numbers()) {
      StreamTarget target = new StreamTarget(memory);
      target.copy(source, 0, 0, 100_000);
      target.finish();
      target.copy(source, 0, 100_000, 100_000);
      target.finish();
      assertEquals(-1, memory.asSlice(0, 100_000).mismatch(memory.asSlice(100_000, 100_000)));
    }
  }

  @Test
  void writesTheSameStreamWhateverLiesThere() {
    List<MemorySegment> streams =
        List.of(small("a", 1, 7), small("b", 1, 7), small("a", 2, 7), small("b", 2, 300));
    for (MemorySegment before : streams) {
      for (MemorySegment wanted : streams) {
        for (long damaged = -1; damaged < 1_000 && damaged < before.byteSize(); damaged++) {
          MemorySegment there = memory.asSlice(0, wanted.byteSize()).fill((byte) 0);
          long size = Math.min(before.byteSize(), wanted.byteSize());
          MemorySegment.copy(before, 0, there, 0, size);
          if (damaged >= 0 && damaged < size) {
            there.set(
                ValueLayout.JAVA_BYTE,
                damaged,
                (byte) (there.get(ValueLayout.JAVA_BYTE, damaged) ^ 1));
          }
          int number = streams.indexOf(wanted);
          write(number % 2 == 0 ? "a" : "b", number < 2 ? 1 : 2, number < 3 ? 7 : 300, there);
          assertEquals(-1, there.mismatch(wanted), "damaged=" + damaged);
        }
      }
    }
  }

  @Test
  void doesNotWriteOutsideOfItsMemory() {
    try (ArrowBuf source = numbers()) {
      StreamTarget target = new StreamTarget(memory.asSlice(0, 64));
      assertThrows(IndexOutOfBoundsException.class, () -> target.copy(source, 0, 60, 5));
      assertThrows(IndexOutOfBoundsException.class, () -> target.zero(60, 65));
      assertThrows(IndexOutOfBoundsException.class, () -> target.putInt(61, 1));
    }
  }

  private ArrowBuf numbers() {
    ArrowBuf buffer = allocator.buffer(SIZE);
    for (long i = 0; i + Long.BYTES <= SIZE; i += Long.BYTES) {
      buffer.setLong(i, i * 0x9E3779B97F4A7C15L);
    }
    return buffer;
  }

  private MemorySegment small(String name, int value, int rows) {
    MemorySegment there = Arena.ofAuto().allocate(2_048, 64);
    return there.asSlice(0, write(name, value, rows, there));
  }

  /** Writes a stream at the start of some memory; its size. */
  private long write(String name, int value, int rows, MemorySegment there) {
    try (IntVector vector = new IntVector(name, allocator)) {
      vector.allocateNew(rows);
      for (int i = 0; i < rows; i++) {
        vector.set(i, value);
      }
      vector.setValueCount(rows);
      try (StreamPlan plan =
          StreamPlan.of(VectorSchemaRoot.of(vector), ArrowClient.NO_DICTIONARIES)) {
        plan.writeTo(there.asSlice(0, plan.size()));
        return plan.size();
      }
    }
  }
}
