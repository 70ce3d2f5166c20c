package io.plasmastore.arrow.records;

import io.plasmastore.arrow.InvalidArrowDataException;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * Texts or byte arrays in the view form of the <a
 * href="https://arrow.apache.org/docs/format/Columnar.html#variable-size-binary-view-layout">Arrow
 * columnar format</a>: 16 bytes for each value, which are its size and either the value itself or
 * where it lies in one of several buffers. What they say is checked as it is used, since nobody
 * else has looked at it.
 */
final class ViewReader extends Reader {
  private static final int VIEW_SIZE = 16;
  private static final int INLINE_OFFSET = Integer.BYTES;
  private static final int INLINE_SIZE = VIEW_SIZE - INLINE_OFFSET;
  private static final int BUFFER_OFFSET = 2 * Integer.BYTES;
  private static final int VALUE_OFFSET = 3 * Integer.BYTES;

  private final MemorySegment views;
  private final List<MemorySegment> buffers;
  private final boolean text;

  ViewReader(MemorySegment views, List<MemorySegment> buffers, boolean text) {
    this.views = views;
    this.buffers = List.copyOf(buffers);
    this.text = text;
  }

  @Override
  Object get(int row) {
    byte[] value = bytes(row);
    return text ? new String(value, StandardCharsets.UTF_8) : value;
  }

  private byte[] bytes(int row) {
    long view = (long) row * VIEW_SIZE;
    int size = views.get(PrimitiveReader.INT, view);
    if (size >= 0 && size <= INLINE_SIZE) {
      return VariableReader.copy(views, view + INLINE_OFFSET, size);
    }
    int buffer = views.get(PrimitiveReader.INT, view + BUFFER_OFFSET);
    int offset = views.get(PrimitiveReader.INT, view + VALUE_OFFSET);
    long limit = buffer >= 0 && buffer < buffers.size() ? buffers.get(buffer).byteSize() : -1;
    if (size < 0 || offset < 0 || offset > limit - size) {
      throw new InvalidArrowDataException(
          "view out of range: row=%d size=%d buffer=%d offset=%d buffers=%d"
              .formatted(row, size, buffer, offset, buffers.size()));
    }
    return VariableReader.copy(buffers.get(buffer), offset, size);
  }
}
