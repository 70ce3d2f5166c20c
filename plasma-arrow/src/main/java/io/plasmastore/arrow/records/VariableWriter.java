package io.plasmastore.arrow.records;

import io.plasmastore.arrow.BatchWriter;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import org.apache.arrow.vector.FieldVector;

/**
 * Texts or byte arrays, with offsets of 32 bits. They are collected in an array and go to native
 * memory many at a time, since each such copy costs more than a short text.
 */
final class VariableWriter extends Writer {
  private static final VarHandle LONG =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

  private static final int EXPECTED_SIZE = 8;
  private static final int MAX_SHORT = 64;
  private static final int FIRST_NOT_ASCII = 0x80;
  private static final int MIN_STAGE = MAX_SHORT;
  private static final int MAX_STAGE = 1 << 16;
  private static final int STAGE_EACH = 16;
  private static final int MAX_ENDS = 1 << 12;

  /** The first values may be longer than the others: no estimate is trusted further than this. */
  private static final int MAX_GROWTH = 8;

  private static final long MIN_GROWN = 1 << 20;
  private static final long LOW_BITS = 0x0101010101010101L;
  private static final long HIGH_BITS = 0x8080808080808080L;
  private static final long QUESTION_MARKS = '?' * LOW_BITS;

  private final boolean text;
  private final GrowingBuffer offsets;
  private final GrowingBuffer bytes;
  private final byte[] staged;
  private int stagedSize;
  private final int[] ends;
  private int endCount;

  VariableWriter(Place place, boolean text) {
    super(place);
    this.text = text;
    this.offsets = buffer((place.rows() + 1L) * Integer.BYTES);
    this.bytes = buffer(Math.min(MAX_STAGE, (long) place.rows() * EXPECTED_SIZE));
    this.staged = new byte[Math.clamp((long) place.rows() * STAGE_EACH, MIN_STAGE, MAX_STAGE)];
    this.ends = new int[Math.clamp(place.rows(), 1, MAX_ENDS)];
    offsets.putInt(0);
  }

  @Override
  void write(Object value) {
    if (text && value instanceof String string && isShortAscii(string)) {
      writeAscii(string);
      return;
    }
    byte[] added = text ? encode((String) value) : (byte[]) value;
    long end = end(added.length);
    if (added.length > staged.length) {
      flush();
      bytes.putBytes(added, added.length);
    } else {
      System.arraycopy(added, 0, staged, room(added.length), added.length);
    }
    putEnd(end);
  }

  /** Where no text is encoded into an array of its own, none is left to be collected. */
  @SuppressWarnings("deprecation") // It drops the upper half of each char, which is 0 here.
  private void writeAscii(String value) {
    int size = value.length();
    long end = end(size);
    value.getBytes(0, size, staged, room(size));
    putEnd(end);
  }

  /** Whether each char is a byte; of long texts nobody looks. */
  private static boolean isShortAscii(String value) {
    int length = value.length();
    if (length > MAX_SHORT) {
      return false;
    }
    int all = 0;
    for (int i = 0; i < length; i++) {
      all |= value.charAt(i);
    }
    return all < FIRST_NOT_ASCII;
  }

  private long end(int added) {
    long end = size() + added;
    if (end > Integer.MAX_VALUE) {
      throw unfit("a batch has room for 2 GB of a column: size=" + added, null);
    }
    return end;
  }

  /** Where in the array so many bytes are to be put. */
  private int room(int size) {
    if (size > staged.length - stagedSize) {
      flush();
    }
    int start = stagedSize;
    stagedSize += size;
    return start;
  }

  private void putEnd(long end) {
    addEnd((int) end);
    place().limit().reach(end);
  }

  @Override
  void writeNothing() {
    addEnd((int) size());
  }

  private void addEnd(int end) {
    if (endCount == ends.length) {
      offsets.putAll(ends, PrimitiveReader.INT, endCount);
      endCount = 0;
    }
    ends[endCount++] = end;
  }

  @Override
  void appendValues(Writer other) {
    VariableWriter added = (VariableWriter) other;
    if (size() + added.size() > Integer.MAX_VALUE) {
      throw unfit("a batch has room for 2 GB of a column: size=" + added.size(), null);
    }
    flush();
    added.flush();
    offsets.appendOffsets(added.offsets, (int) bytes.size());
    bytes.append(added.bytes);
  }

  @Override
  boolean isFlat() {
    return true;
  }

  @Override
  long dataSize() {
    return size();
  }

  @Override
  void moveTo(BatchWriter.Column column, int row, long start) {
    long flushed = bytes.size();
    bytes.moveTo(column.data(), start);
    MemorySegment.copy(
        staged, 0, column.data(), ValueLayout.JAVA_BYTE, start + flushed, stagedSize);
    stagedSize = 0;
    MemorySegment all = Objects.requireNonNull(column.offsets());
    long first = (row + 1L) * Integer.BYTES;
    first += offsets.moveOffsetsTo(all, first, (int) start);
    for (int i = 0; i < endCount; i++) {
      ends[i] += (int) start;
    }
    MemorySegment.copy(ends, 0, all, PrimitiveReader.INT, first, endCount);
    endCount = 0;
    moveNullsTo(column, row);
  }

  @Override
  void finish(FieldVector vector) {
    flush();
    super.finish(vector);
  }

  private long size() {
    return bytes.size() + stagedSize;
  }

  private void flush() {
    long size = size();
    if (size > bytes.capacity() && count() > 0) {
      // What all rows will need if those to come are like those so far, and a little more.
      double expected = (double) size / count() * Math.max(count(), place().rows()) * 1.05;
      bytes.reserve(Math.clamp((long) expected, size, Math.max(MIN_GROWN, MAX_GROWTH * size)));
    }
    bytes.putBytes(staged, stagedSize);
    stagedSize = 0;
    offsets.putAll(ends, PrimitiveReader.INT, endCount);
    endCount = 0;
  }

  private byte[] encode(String value) {
    byte[] utf8 = value.getBytes(StandardCharsets.UTF_8);
    // Half a surrogate pair has become a question mark, and would come back as one.
    if (hasQuestionMark(utf8)) {
      requireWhole(value);
    }
    return utf8;
  }

  /** Eight bytes at a time: where one equals, its difference is zero, and borrows. */
  private static boolean hasQuestionMark(byte[] utf8) {
    int i = 0;
    for (; i <= utf8.length - Long.BYTES; i += Long.BYTES) {
      long difference = (long) LONG.get(utf8, i) ^ QUESTION_MARKS;
      if (((difference - LOW_BITS) & ~difference & HIGH_BITS) != 0) {
        return true;
      }
    }
    for (; i < utf8.length; i++) {
      if (utf8[i] == '?') {
        return true;
      }
    }
    return false;
  }

  private void requireWhole(String value) {
    if (!StandardCharsets.UTF_8.newEncoder().canEncode(value)) {
      throw unfit("half a surrogate pair, which UTF-8 can't hold", null);
    }
  }
}
