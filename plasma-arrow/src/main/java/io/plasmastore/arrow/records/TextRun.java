package io.plasmastore.arrow.records;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/** Texts for one thread that reads row after row: their bytes are copied many texts at a time. */
final class TextRun extends Run {
  private static final VarHandle LONG =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

  private static final int BYTES = 1 << 13;

  private final VariableReader column;
  private int[] ends = {};
  private byte[] bytes = {};

  TextRun(VariableReader column) {
    super(column);
    this.column = column;
  }

  @Override
  Object[] make(int row, int most) {
    if (bytes.length == 0) {
      ends = new int[ROWS];
      // Texts are looked at eight bytes at a time, also the last one.
      bytes = new byte[BYTES + TextCache.MAX_SIZE];
    }
    int count = column.copy(row, most, ends, bytes, BYTES);
    Object[] texts = new Object[count];
    int start = 0;
    for (int i = 0; i < count; i++) {
      texts[i] = text(start, ends[i] - start);
      start = ends[i];
    }
    return texts;
  }

  private String text(int start, int size) {
    TextCache cache = column.cache();
    if (!cache.takes(size)) {
      return decode(start, size);
    }
    long low = TextCache.first((long) LONG.get(bytes, start), size);
    long high =
        size <= Long.BYTES
            ? 0
            : TextCache.first((long) LONG.get(bytes, start + Long.BYTES), size - Long.BYTES);
    String known = cache.find(low, high, size);
    if (known == null) {
      known = decode(start, size);
      cache.add(low, high, size, known);
    }
    return known;
  }

  private String decode(int start, int size) {
    return new String(bytes, start, size, StandardCharsets.UTF_8);
  }
}
