package io.plasmastore.sort;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

class BytesTypeTest {
  private static final int LONGEST = 40;

  /** Strings that have all, some, or none of their first bytes in common, of all lengths. */
  @Test
  void comparesAsUnsignedBytesDo() {
    Random random = new Random(1);
    for (int round = 0; round < 200_000; round++) {
      byte[] one = new byte[random.nextInt(LONGEST)];
      random.nextBytes(one);
      byte[] two = Arrays.copyOf(one, random.nextBoolean() ? one.length : random.nextInt(LONGEST));
      if (two.length > 0 && random.nextBoolean()) {
        two[random.nextInt(two.length)] ^= (byte) (1 << random.nextInt(Byte.SIZE));
      }
      int expected = Integer.signum(Arrays.compareUnsigned(one, two));
      assertEquals(
          expected,
          Integer.signum(
              BytesType.PLAIN.compare(
                  MemorySegment.ofArray(one),
                  0,
                  one.length,
                  MemorySegment.ofArray(two),
                  0,
                  two.length)),
          () -> Arrays.toString(one) + " " + Arrays.toString(two));
    }
  }
}
