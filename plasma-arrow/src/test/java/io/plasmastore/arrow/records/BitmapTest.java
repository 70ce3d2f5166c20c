package io.plasmastore.arrow.records;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.lang.foreign.MemorySegment;
import java.util.BitSet;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** Where a column has values. */
class BitmapTest {
  private static final long SEED = 11;

  @Test
  void findsANullWhereverItIs() {
    SplittableRandom random = new SplittableRandom(SEED);
    for (int step = 0; step < 20_000; step++) {
      // No byte behind the last row, as other producers may have it.
      int rows = random.nextInt(1, 400);
      BitSet valid = new BitSet();
      valid.set(0, rows);
      for (int nulls = random.nextInt(3); nulls > 0; nulls--) {
        valid.clear(random.nextInt(rows));
      }
      byte[] bytes = new byte[(rows + 7) / 8];
      System.arraycopy(valid.toByteArray(), 0, bytes, 0, valid.toByteArray().length);
      Bitmap bitmap = new Bitmap(MemorySegment.ofArray(bytes));
      int row = random.nextInt(rows);
      int count = random.nextInt(rows - row + 1);
      assertEquals(
          valid.nextClearBit(row) < row + count,
          bitmap.anyNull(row, count),
          () -> "seed=" + SEED + " valid=" + valid + " row=" + row + " count=" + count);
    }
  }
}
