package io.plasmastore.arrow.records;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.vector.BitVectorHelper;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.NullVector;
import org.apache.arrow.vector.dictionary.Dictionary;
import org.apache.arrow.vector.dictionary.DictionaryProvider;
import org.jspecify.annotations.Nullable;

/**
 * Turns the buffers of vectors into segments that live as long as the client's mapping, and not as
 * the vectors. A buffer that is not in the object, such as one that had to be decompressed, is
 * copied, so that nothing needs the vectors any more once this is done.
 */
final class ObjectColumns {
  private static final int STEP = 1 << 20;

  private final MemorySegment object;
  private final DictionaryProvider dictionaries;

  ObjectColumns(MemorySegment object, DictionaryProvider dictionaries) {
    this.object = object;
    this.dictionaries = dictionaries;
  }

  /** All bytes of a buffer. */
  MemorySegment segment(ArrowBuf buffer) {
    long size = buffer.capacity();
    if (size == 0) {
      return MemorySegment.NULL;
    }
    return isInside(buffer)
        ? object.asSlice(buffer.memoryAddress() - object.address(), size)
        : copy(buffer, size);
  }

  /** A buffer of primitive values. */
  PrimitiveReader primitives(Primitive type, ArrowBuf buffer) {
    long size = buffer.capacity();
    return isInside(buffer)
        ? new PrimitiveReader(type, object, buffer.memoryAddress() - object.address(), size)
        : new PrimitiveReader(type, segment(buffer), 0, size);
  }

  /** Where the vector has values, or null if it has one in every row, as far as is known. */
  @Nullable Bitmap validity(FieldVector vector) {
    if (vector instanceof NullVector
        || !vector.getField().isNullable()
        || vector.getValueCount() == 0) {
      return null;
    }
    ArrowBuf bits = vector.getValidityBuffer();
    // Where a stream leaves a bitmap out, ones stand in for it, which are not in the object.
    if (!isInside(bits) && BitVectorHelper.getNullCount(bits, vector.getValueCount()) == 0) {
      return null;
    }
    return new Bitmap(segment(bits));
  }

  /** The values of a dictionary, or null if there is none of that id. */
  @Nullable FieldVector dictionary(long id) {
    Dictionary dictionary = dictionaries.lookup(id);
    return dictionary == null ? null : dictionary.getVector();
  }

  private boolean isInside(ArrowBuf buffer) {
    long offset = buffer.memoryAddress() - object.address();
    return offset >= 0 && offset <= object.byteSize() - buffer.capacity();
  }

  private static MemorySegment copy(ArrowBuf buffer, long size) {
    MemorySegment copy = Arena.ofAuto().allocate(size, Long.BYTES);
    byte[] step = new byte[(int) Math.min(size, STEP)];
    for (long done = 0; done < size; done += step.length) {
      int length = (int) Math.min(step.length, size - done);
      buffer.getBytes(done, step, 0, length);
      MemorySegment.copy(step, 0, copy, ValueLayout.JAVA_BYTE, done, length);
    }
    return copy.asReadOnly();
  }
}
