package io.plasmastore.arrow.records;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.memory.BufferAllocator;

/**
 * Native memory that is appended to, and grows. Written through a segment, which is several times
 * faster than through an ArrowBuf. For one thread.
 */
@SuppressWarnings("restricted") // A view of a buffer that this class holds.
final class GrowingBuffer implements AutoCloseable {
  private static final long LEAST_SIZE = 64;

  private final BufferAllocator allocator;
  private ArrowBuf buffer;
  private MemorySegment memory;
  private long size;

  /** Takes that much from the allocator, to begin with. */
  GrowingBuffer(BufferAllocator allocator, long capacity) {
    this.allocator = allocator;
    this.buffer = allocator.buffer(Math.max(LEAST_SIZE, capacity));
    this.memory = view(buffer);
  }

  /** Bytes so far. */
  long size() {
    return size;
  }

  void putByte(byte value) {
    long offset = next(Byte.BYTES);
    memory.set(ValueLayout.JAVA_BYTE, offset, value);
  }

  void putShort(short value) {
    long offset = next(Short.BYTES);
    memory.set(PrimitiveReader.SHORT, offset, value);
  }

  void putInt(int value) {
    long offset = next(Integer.BYTES);
    memory.set(PrimitiveReader.INT, offset, value);
  }

  void putLong(long value) {
    long offset = next(Long.BYTES);
    memory.set(PrimitiveReader.LONG, offset, value);
  }

  /** Adds the first bytes of an array. */
  void putBytes(byte[] bytes, int count) {
    long offset = next(count);
    MemorySegment.copy(bytes, 0, memory, ValueLayout.JAVA_BYTE, offset, count);
  }

  void putZeros(int count) {
    long offset = next(count);
    memory.asSlice(offset, count).fill((byte) 0);
  }

  int getInt(long offset) {
    return memory.get(PrimitiveReader.INT, offset);
  }

  long getLong(long offset) {
    return memory.get(PrimitiveReader.LONG, offset);
  }

  /** Adds all bytes of another. */
  void append(GrowingBuffer other) {
    long offset = next(other.size);
    MemorySegment.copy(other.memory, 0, memory, offset, other.size);
  }

  /** Adds offsets of another, without the first, which are as much larger here. */
  void appendOffsets(GrowingBuffer other, int base) {
    long count = other.size / Integer.BYTES - 1;
    long start = next(count * Integer.BYTES);
    for (long i = 0; i < count; i++) {
      int offset = other.memory.get(PrimitiveReader.INT, (i + 1) << 2);
      memory.set(PrimitiveReader.INT, start + (i << 2), base + offset);
    }
  }

  /** Moves all bytes, up to the end of the target, and begins anew. */
  void moveTo(MemorySegment target, long offset) {
    MemorySegment.copy(memory, 0, target, offset, Math.min(size, target.byteSize() - offset));
    size = 0;
  }

  /** Moves offsets but the first, to be counted from another base, and begins anew with that. */
  void moveOffsetsTo(MemorySegment target, long start, int base) {
    long count = size / Integer.BYTES - 1;
    for (long i = 0; i < count; i++) {
      int offset = memory.get(PrimitiveReader.INT, (i + 1) << 2);
      target.set(PrimitiveReader.INT, start + (i << 2), base + offset);
    }
    size = Integer.BYTES;
  }

  /** Has room for that many bytes in all, so that it need not grow until then. */
  void reserve(long capacity) {
    if (capacity > memory.byteSize()) {
      grow(capacity);
    }
  }

  /** How many bytes there is room for, without growing. */
  long capacity() {
    return memory.byteSize();
  }

  /** The bytes so far, as a buffer of which the caller closes what it retains. */
  ArrowBuf bytes() {
    buffer.writerIndex(size);
    return buffer.slice(0, size);
  }

  @Override
  public void close() {
    buffer.close();
  }

  private long next(long length) {
    long offset = size;
    if (memory.byteSize() - offset < length) {
      grow(Math.max(2 * memory.byteSize(), offset + length));
    }
    size = offset + length;
    return offset;
  }

  private void grow(long wanted) {
    ArrowBuf larger = allocator.buffer(wanted);
    MemorySegment view = view(larger);
    MemorySegment.copy(memory, 0, view, 0, size);
    buffer.close();
    buffer = larger;
    memory = view;
  }

  private static MemorySegment view(ArrowBuf buffer) {
    return MemorySegment.ofAddress(buffer.memoryAddress()).reinterpret(buffer.capacity());
  }
}
