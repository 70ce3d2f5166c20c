package io.plasmastore.arrow.records;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** Texts for one thread that reads row after row: their bytes are copied many texts at a time. */
final class TextRun extends Run {
  private static final VarHandle LONG =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

  private static final long HIGH_BITS = 0x8080808080808080L;
  private static final int MAX_BYTES = 1 << 13;

  /** Room for each text on average, as long as few are wanted; a run has fewer of longer ones. */
  private static final int BYTES_EACH = 64;

  /** The texts of fewer rows are not worth a table. */
  private static final int MIN_LOOKED_UP = 64;

  private final VariableReader column;
  private final KnownTexts known = new KnownTexts();
  private int[] ends = {};
  private byte[] bytes = {};
  private int[] places = {};

  TextRun(VariableReader column) {
    super(column);
    this.column = column;
  }

  @Override
  int find(int row, int most) {
    if (places.length < most) {
      ends = new int[most + 1];
      bytes = new byte[Math.min(MAX_BYTES, most * BYTES_EACH) + KnownTexts.READ_AHEAD];
      places = new int[most];
    }
    int count = column.copy(row, most, ends, bytes, bytes.length - KnownTexts.READ_AHEAD);
    if (most >= MIN_LOOKED_UP && known.isWorthwhile()) {
      known.find(bytes, ends, places, count);
      if (anyNull(row, count)) {
        for (int i = 0; i < count; i++) {
          places[i] = isNull(row + i) ? KnownTexts.NONE : places[i];
        }
      }
      found(known.texts(), places);
    } else {
      @Nullable String[] texts = new @Nullable String[count];
      decode(texts);
      if (anyNull(row, count)) {
        for (int i = 0; i < count; i++) {
          texts[i] = isNull(row + i) ? null : texts[i];
        }
      }
      found(texts);
    }
    return count;
  }

  @SuppressWarnings("deprecation") // It takes bytes for chars, as ASCII allows, and looks at none.
  private void decode(@Nullable String[] texts) {
    boolean ascii = isAscii(ends[texts.length]);
    for (int i = 0; i < texts.length; i++) {
      int start = ends[i];
      int size = ends[i + 1] - start;
      texts[i] =
          ascii
              ? new String(bytes, 0, start, size)
              : new String(bytes, start, size, StandardCharsets.UTF_8);
    }
  }

  /** Whether the bytes of all texts are, looked at once instead of text by text. */
  private boolean isAscii(int size) {
    long all = 0;
    int i = 0;
    for (; i <= size - Long.BYTES; i += Long.BYTES) {
      all |= (long) LONG.get(bytes, i);
    }
    for (; i < size; i++) {
      all |= bytes[i];
    }
    return (all & HIGH_BITS) == 0;
  }
}
