package io.plasmastore.arrow;

import org.apache.arrow.memory.ArrowBuf;

/** Copies of bits that do not start with a byte, least significant bit first. */
final class Bits {
  private Bits() {}

  /**
   * Copies bits to the start of another buffer. What is left of the last byte is zeros.
   *
   * @param source has the bits
   * @param from the first bit
   * @param target at least as many bytes as the bits take
   * @param length how many bits
   */
  static void copy(ArrowBuf source, long from, ArrowBuf target, long length) {
    int shift = (int) (from % Byte.SIZE);
    long first = from / Byte.SIZE;
    long last = (from + length - 1) / Byte.SIZE;
    long size = (length + Byte.SIZE - 1) / Byte.SIZE;
    long done = 0;
    if (shift != 0) {
      // Seven bytes of each eight are whole after the shift; so that none is read behind the last.
      for (; done + Long.BYTES <= size && first + done + Long.BYTES - 1 <= last; done += 7) {
        target.setLong(done, source.getLong(first + done) >>> shift);
      }
    }
    for (; done < size; done++) {
      int low = Byte.toUnsignedInt(source.getByte(first + done)) >>> shift;
      int high =
          first + done < last
              ? Byte.toUnsignedInt(source.getByte(first + done + 1)) << (Byte.SIZE - shift)
              : 0;
      target.setByte(done, low | high);
    }
    int rest = (int) (length % Byte.SIZE);
    if (rest != 0) {
      target.setByte(size - 1, target.getByte(size - 1) & ((1 << rest) - 1));
    }
  }
}
