package io.plasmastore.arrow;

import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.memory.util.MemoryUtil;

/**
 * Bits of a buffer, least significant first, that need not start with a byte. Whoever calls has
 * made sure that the buffer has the bits: a check of each word takes several times as long as the
 * rest, and shows in a put of millions of rows.
 */
final class Bits {
  /** Bits that a word has from any bit of its first byte on. */
  private static final int WHOLE = Long.SIZE - Byte.SIZE;

  /** Words that are counted at a time: a loop without end holds up the garbage collector. */
  private static final int BLOCK = 1 << 12;

  private Bits() {}

  /**
   * Copies bits to whole bytes of another buffer. What is left of the last byte is zeros.
   *
   * @param source has the bits
   * @param from the first bit
   * @param target has as many bytes as the bits take
   * @param offset of the first of these
   * @param length how many bits
   */
  static void copy(ArrowBuf source, long from, ArrowBuf target, long offset, long length) {
    long done = 0;
    for (; done + Long.SIZE <= length && hasWord(source, from + done); done += WHOLE) {
      // The eighth byte has too few bits, and is written once more.
      target.setLong(offset + done / Byte.SIZE, word(source, from + done));
    }
    for (; done < length; done += Byte.SIZE) {
      int count = (int) Math.min(Byte.SIZE, length - done);
      int bits = 0;
      for (int i = 0; i < count; i++) {
        bits |= bit(source, from + done + i) << i;
      }
      target.setByte(offset + done / Byte.SIZE, bits);
    }
  }

  /** Counts the ones among some bits. */
  static long ones(ArrowBuf source, long from, long length) {
    long done = 0;
    long ones = 0;
    if (from % Byte.SIZE == 0) {
      long words = length / Long.SIZE;
      for (long word = 0; word < words; word += BLOCK) {
        int count = (int) Math.min(BLOCK, words - word);
        ones += ones(address(source, from + word * Long.SIZE), count);
      }
      done = words * Long.SIZE;
    }
    for (; done + WHOLE <= length && hasWord(source, from + done); done += WHOLE) {
      ones += Long.bitCount(word(source, from + done) << Byte.SIZE);
    }
    for (; done < length; done++) {
      ones += bit(source, from + done);
    }
    return ones;
  }

  /** A loop that is counted by an int is the one that the compiler makes vectors of. */
  private static long ones(long address, int words) {
    long ones = 0;
    for (int i = 0; i < words; i++) {
      ones += Long.bitCount(MemoryUtil.getLong(address + (long) i * Long.BYTES));
    }
    return ones;
  }

  private static boolean hasWord(ArrowBuf source, long bit) {
    return bit / Byte.SIZE + Long.BYTES <= source.capacity();
  }

  /** At least 56 bits from a bit on. */
  private static long word(ArrowBuf source, long bit) {
    return MemoryUtil.getLong(address(source, bit)) >>> (bit % Byte.SIZE);
  }

  private static long address(ArrowBuf source, long bit) {
    return source.memoryAddress() + bit / Byte.SIZE;
  }

  private static int bit(ArrowBuf source, long bit) {
    return MemoryUtil.getByte(address(source, bit)) >>> (bit % Byte.SIZE) & 1;
  }
}
