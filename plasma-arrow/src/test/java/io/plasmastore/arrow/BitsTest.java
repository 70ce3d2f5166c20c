package io.plasmastore.arrow;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.BitSet;
import java.util.Random;
import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.junit.jupiter.api.Test;

class BitsTest {
  private static final int SIZE = 100_003;

  /** Several blocks, the end of one, a word, less than a word; from any bit on. */
  @Test
  void countsOnesWhereverTheyBegin() {
    byte[] bytes = new byte[SIZE];
    new Random(7).nextBytes(bytes);
    BitSet wanted = BitSet.valueOf(bytes);
    try (BufferAllocator allocator = new RootAllocator();
        ArrowBuf buffer = allocator.buffer(SIZE)) {
      buffer.setBytes(0, bytes);
      int[] lengths = {0, 1, 63, 64, 65, 64 << 12, (64 << 12) + 1, 3 * (64 << 12) + 70};
      for (int from : new int[] {0, 1, 7, 8, 64, 1_000}) {
        for (int length : lengths) {
          assertEquals(
              wanted.get(from, from + length).cardinality(),
              Bits.ones(buffer, from, length),
              "from=" + from + " length=" + length);
        }
      }
    }
  }
}
