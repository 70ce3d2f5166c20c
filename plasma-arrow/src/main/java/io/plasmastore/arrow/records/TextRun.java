package io.plasmastore.arrow.records;

import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** Texts for one thread that reads row after row: their bytes are copied many texts at a time. */
final class TextRun extends Run {
  private static final int BYTES = 1 << 13;

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
    if (bytes.length == 0) {
      ends = new int[ROWS + 1];
      bytes = new byte[BYTES + KnownTexts.READ_AHEAD];
      places = new int[ROWS];
    }
    int count = column.copy(row, most, ends, bytes, BYTES);
    if (known.isWorthwhile()) {
      known.find(bytes, ends, places, count);
      if (mayBeNull()) {
        for (int i = 0; i < count; i++) {
          places[i] = isNull(row + i) ? KnownTexts.NONE : places[i];
        }
      }
      found(known.texts(), places);
    } else {
      @Nullable String[] texts = new @Nullable String[count];
      for (int i = 0; i < count; i++) {
        int start = ends[i];
        texts[i] =
            isNull(row + i)
                ? null
                : new String(bytes, start, ends[i + 1] - start, StandardCharsets.UTF_8);
      }
      found(texts);
    }
    return count;
  }
}
