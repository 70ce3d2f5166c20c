package io.plasmastore.arrow;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.memory.util.MemoryUtil;

/**
 * What of a column of views is to be written. A view is 16 bytes, which have a short value in
 * themselves, and of a long one the buffer and the offset that it is at:
 *
 * <pre>
 *   +-------------+------------------------------------------------+
 *   | 0  length   | 4  up to 12 bytes, then zeros                  |
 *   +-------------+--------------+----------------+----------------+
 *   | 0  length   | 4  prefix    | 8  buffer      | 12  offset     |
 *   +-------------+--------------+----------------+----------------+
 * </pre>
 *
 * <p>The buffers of bytes are written as they are, each up to the end of the last value that a view
 * refers to, and the views with them. Where that would be at least a third more than the values
 * take, as in a slice or after a filter, the values are gathered into a new buffer instead, one
 * behind the other, and the views are written anew.
 */
final class ViewPlan {
  /** Longer values than this are not in the view itself. */
  static final int MAX_INLINE_LENGTH = 12;

  static final int LENGTH_OFFSET = 0;
  static final int PREFIX_OFFSET = LENGTH_OFFSET + Integer.BYTES;
  static final int BUFFER_OFFSET = PREFIX_OFFSET + Integer.BYTES;
  static final int VALUE_OFFSET = BUFFER_OFFSET + Integer.BYTES;

  /** Bytes of a view. */
  static final int VIEW_SIZE = VALUE_OFFSET + Integer.BYTES;

  private final ArrowBuf validity;
  private final ArrowBuf views;
  private final List<ArrowBuf> data;
  private final int from;
  private final int valueCount;
  private final long maxGatheredSize;

  private ViewPlan(
      ArrowBuf validity,
      ArrowBuf views,
      List<ArrowBuf> data,
      int from,
      int valueCount,
      long maxGatheredSize) {
    this.from = from;
    this.validity = validity;
    this.views = views;
    this.data = data;
    this.valueCount = valueCount;
    this.maxGatheredSize = maxGatheredSize;
  }

  /**
   * The buffers to write for some views of a vector: the views, then the bytes.
   *
   * @param validity of the vector, or without bytes if nothing is null
   * @param views of the vector, at least as many as values
   * @param data the buffers that they refer to
   * @param from the first view
   * @param valueCount how many
   * @param name of the field, for messages
   * @throws IllegalArgumentException if a view refers to bytes that are not there
   */
  static List<BodyBuffer> buffers(
      ArrowBuf validity,
      ArrowBuf views,
      List<ArrowBuf> data,
      int from,
      int valueCount,
      String name) {
    return buffers(validity, views, data, from, valueCount, name, Integer.MAX_VALUE);
  }

  /** The same with another limit to the size of a gathered buffer, which offsets must reach. */
  static List<BodyBuffer> buffers(
      ArrowBuf validity,
      ArrowBuf views,
      List<ArrowBuf> data,
      int from,
      int valueCount,
      String name,
      long maxGatheredSize) {
    return new ViewPlan(validity, views, List.copyOf(data), from, valueCount, maxGatheredSize)
        .buffers(name);
  }

  private List<BodyBuffer> buffers(String name) {
    long[] ends = new long[data.size()];
    long referenced = 0;
    for (int i = 0; i < valueCount; i++) {
      if (isLong(i)) {
        int length = length(i);
        int buffer = field(i, BUFFER_OFFSET);
        long start = field(i, VALUE_OFFSET);
        if (buffer < 0
            || buffer >= ends.length
            || start < 0
            || start + length > data.get(buffer).capacity()) {
          throw new IllegalArgumentException(
              "a view refers to bytes that are not there: field=%s value=%d length=%d buffer=%d offset=%d buffers=%d"
                  .formatted(name, from + i, length, buffer, start, ends.length));
        }
        ends[buffer] = Math.max(ends[buffer], start + length);
        referenced += length;
      } else if (!isNull(i) && length(i) < 0) {
        throw new IllegalArgumentException(
            "a view of negative length: field=%s value=%d length=%d"
                .formatted(name, from + i, length(i)));
      }
    }
    long whole = Arrays.stream(ends).sum();
    return referenced < whole - whole / 4 ? gathered() : copied(ends);
  }

  private List<BodyBuffer> copied(long[] ends) {
    List<BodyBuffer> buffers = new ArrayList<>(1 + ends.length);
    buffers.add(
        new BodyBuffer.Copied(views, (long) from * VIEW_SIZE, (long) valueCount * VIEW_SIZE));
    for (int i = 0; i < ends.length; i++) {
      buffers.add(new BodyBuffer.Copied(data.get(i), 0, ends[i]));
    }
    return buffers;
  }

  private List<BodyBuffer> gathered() {
    List<BodyBuffer> buffers = new ArrayList<>();
    buffers.add(new GatheredViews());
    int first = 0;
    while (first < valueCount) {
      int end = first;
      long size = 0;
      while (end < valueCount && (size == 0 || size + longLength(end) <= maxGatheredSize)) {
        size += longLength(end++);
      }
      if (size > 0) {
        buffers.add(new GatheredBytes(first, end, size));
      }
      first = end;
    }
    return buffers;
  }

  private boolean isNull(int index) {
    long bit = (long) from + index;
    return validity.capacity() > 0
        && (MemoryUtil.getByte(validity.memoryAddress() + bit / Byte.SIZE) >>> (bit % Byte.SIZE)
                & 1)
            == 0;
  }

  private boolean isLong(int index) {
    return length(index) > MAX_INLINE_LENGTH && !isNull(index);
  }

  /** Bytes of the value that are not in the view. */
  private int longLength(int index) {
    return isLong(index) ? length(index) : 0;
  }

  private int length(int index) {
    return field(index, LENGTH_OFFSET);
  }

  private int field(int index, int offset) {
    return MemoryUtil.getInt(views.memoryAddress() + ((long) from + index) * VIEW_SIZE + offset);
  }

  /** Everything that a gathered buffer is made from. */
  private abstract class Gathered implements BodyBuffer {
    @Override
    public long address() {
      return views.memoryAddress();
    }

    @Override
    public void retain() {
      validity.getReferenceManager().retain();
      views.getReferenceManager().retain();
      data.forEach(buffer -> buffer.getReferenceManager().retain());
    }

    @Override
    public void release() {
      validity.getReferenceManager().release();
      views.getReferenceManager().release();
      data.forEach(buffer -> buffer.getReferenceManager().release());
    }
  }

  /** The views, as they refer to the gathered bytes; those of nulls are zeros. */
  private final class GatheredViews extends Gathered {
    @Override
    public long size() {
      return (long) valueCount * VIEW_SIZE;
    }

    @Override
    public void writeTo(StreamTarget target, long offset) {
      int buffer = 0;
      long end = 0;
      for (int i = 0; i < valueCount; i++) {
        long place = offset + (long) i * VIEW_SIZE;
        if (isNull(i)) {
          target.zero(place, place + VIEW_SIZE);
          continue;
        }
        target.copy(views, ((long) from + i) * VIEW_SIZE, place, VIEW_SIZE);
        int length = longLength(i);
        if (length > 0) {
          if (end > 0 && end + length > maxGatheredSize) {
            buffer++;
            end = 0;
          }
          target.putInt(place + BUFFER_OFFSET, buffer);
          target.putInt(place + VALUE_OFFSET, (int) end);
          end += length;
        }
      }
    }
  }

  /** The bytes of the long values from one to before another. */
  private final class GatheredBytes extends Gathered {
    private final int first;
    private final int end;
    private final long size;

    GatheredBytes(int first, int end, long size) {
      this.first = first;
      this.end = end;
      this.size = size;
    }

    @Override
    public long size() {
      return size;
    }

    @Override
    public void writeTo(StreamTarget target, long offset) {
      long place = offset;
      for (int i = first; i < end; i++) {
        int length = longLength(i);
        if (length > 0) {
          ArrowBuf source = data.get(field(i, BUFFER_OFFSET));
          target.copy(source, field(i, VALUE_OFFSET), place, length);
          place += length;
        }
      }
    }
  }
}
