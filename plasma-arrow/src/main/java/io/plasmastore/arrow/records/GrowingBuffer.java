package io.plasmastore.arrow.records;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.memory.BufferAllocator;

/**
 * Native memory that is appended to, and grows. What is added is collected in an array, and goes to
 * the memory many values at a time: to set a value in an array is half the work of setting it in
 * memory, whose owner and bounds are looked at each time. For one thread.
 */
@SuppressWarnings("restricted") // A view of a buffer that this class holds.
final class GrowingBuffer implements AutoCloseable {
  private static final long LEAST_SIZE = 64;

  /** A block of 4,096 values stays in the array until it is moved to where it is to lie. */
  private static final int MAX_STAGE = 1 << 15;

  private static final VarHandle SHORT = view(short[].class);
  private static final VarHandle INT = view(int[].class);
  private static final VarHandle LONG = view(long[].class);

  private final BufferAllocator allocator;
  private ArrowBuf buffer;
  private MemorySegment memory;
  private long size;
  private final byte[] staged;
  private int stagedSize;

  /** Takes that much from the allocator, to begin with. */
  GrowingBuffer(BufferAllocator allocator, long capacity) {
    this.allocator = allocator;
    this.buffer = allocator.buffer(Math.max(LEAST_SIZE, capacity));
    this.memory = view(buffer);
    this.staged = new byte[(int) Math.clamp(capacity, LEAST_SIZE, MAX_STAGE)];
  }

  /** Bytes so far. */
  long size() {
    return size + stagedSize;
  }

  void putByte(byte value) {
    int at = stage(Byte.BYTES);
    staged[at] = value;
  }

  void putShort(short value) {
    int at = stage(Short.BYTES);
    SHORT.set(staged, at, value);
  }

  void putInt(int value) {
    int at = stage(Integer.BYTES);
    INT.set(staged, at, value);
  }

  void putLong(long value) {
    int at = stage(Long.BYTES);
    LONG.set(staged, at, value);
  }

  /** Adds the first bytes of an array. */
  void putBytes(byte[] bytes, int count) {
    flush();
    long offset = next(count);
    MemorySegment.copy(bytes, 0, memory, ValueLayout.JAVA_BYTE, offset, count);
  }

  /**
   * Adds the first values of an array.
   *
   * @param values an array of the layout's type
   * @param layout of each value, without alignment
   * @param count how many
   */
  void putAll(Object values, ValueLayout layout, int count) {
    flush();
    long offset = next(count * layout.byteSize());
    MemorySegment.copy(values, 0, memory, layout, offset, count);
  }

  void putZeros(int count) {
    flush();
    long offset = next(count);
    memory.asSlice(offset, count).fill((byte) 0);
  }

  int getInt(long offset) {
    flush();
    return memory.get(PrimitiveReader.INT, offset);
  }

  long getLong(long offset) {
    flush();
    return memory.get(PrimitiveReader.LONG, offset);
  }

  /** Adds all bytes of another. */
  void append(GrowingBuffer other) {
    flush();
    other.flush();
    long offset = next(other.size);
    MemorySegment.copy(other.memory, 0, memory, offset, other.size);
  }

  /** Adds offsets of another, without the first, which are as much larger here. */
  void appendOffsets(GrowingBuffer other, int base) {
    flush();
    other.flush();
    long count = other.size / Integer.BYTES - 1;
    long start = next(count * Integer.BYTES);
    for (long i = 0; i < count; i++) {
      int offset = other.memory.get(PrimitiveReader.INT, (i + 1) << 2);
      memory.set(PrimitiveReader.INT, start + (i << 2), base + offset);
    }
  }

  /** Moves all bytes, up to the end of the target, and begins anew. */
  void moveTo(MemorySegment target, long offset) {
    long room = target.byteSize() - offset;
    MemorySegment.copy(memory, 0, target, offset, Math.min(size, room));
    int count = Math.clamp(room - size, 0, stagedSize);
    MemorySegment.copy(staged, 0, target, ValueLayout.JAVA_BYTE, offset + size, count);
    size = 0;
    stagedSize = 0;
  }

  /**
   * Moves offsets but the first, to be counted from another base, and begins anew with that; says
   * how many bytes they are.
   */
  long moveOffsetsTo(MemorySegment target, long start, int base) {
    flush();
    long count = size / Integer.BYTES - 1;
    for (long i = 0; i < count; i++) {
      int offset = memory.get(PrimitiveReader.INT, (i + 1) << 2);
      target.set(PrimitiveReader.INT, start + (i << 2), base + offset);
    }
    size = Integer.BYTES;
    return count * Integer.BYTES;
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
    flush();
    buffer.writerIndex(size);
    return buffer.slice(0, size);
  }

  @Override
  public void close() {
    buffer.close();
  }

  /** Where in the array so many bytes go. */
  private int stage(int length) {
    int at = stagedSize;
    if (staged.length - at < length) {
      flush();
      at = 0;
    }
    stagedSize = at + length;
    return at;
  }

  private void flush() {
    int count = stagedSize;
    if (count > 0) {
      stagedSize = 0;
      long offset = next(count);
      MemorySegment.copy(staged, 0, memory, ValueLayout.JAVA_BYTE, offset, count);
    }
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

  private static VarHandle view(Class<?> array) {
    return MethodHandles.byteArrayViewVarHandle(array, ByteOrder.LITTLE_ENDIAN);
  }

  private static MemorySegment view(ArrowBuf buffer) {
    return MemorySegment.ofAddress(buffer.memoryAddress()).reinterpret(buffer.capacity());
  }
}
