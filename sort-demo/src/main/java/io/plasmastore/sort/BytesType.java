package io.plasmastore.sort;

import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.HexFormat;

/**
 * Strings of bytes, in the order of their unsigned bytes, a shorter one before those that it
 * begins. The prefix is made of the first seven bytes behind those that most values have in common,
 * filled up with zeros, and a byte for the length there, where 8 stands for all that is longer than
 * seven: so up to seven bytes the prefix decides. A value that begins otherwise has the least
 * number, or the greatest, and is compared.
 *
 * @param common what most values begin with; not to be changed
 */
record BytesType(byte[] common) implements KeyType {
  /** Of values that have no beginning in common. */
  static final BytesType PLAIN = new BytesType(new byte[0]);

  private static final int PREFIX_BYTES = 7;

  @Override
  public long prefix(MemorySegment data, long start, long length) {
    if (common.length == 0) {
      return prefixBehind(data, start, length);
    }
    int order = compareBeginning(data, start, length);
    if (order != 0) {
      return order < 0 ? Long.MIN_VALUE : Long.MAX_VALUE;
    }
    return prefixBehind(data, start + common.length, length - common.length);
  }

  /**
   * The prefix of what a value has behind its first bytes.
   *
   * @param depth so many prefixes before this one; the value is longer than they are
   */
  long deeperPrefix(MemorySegment data, long start, long length, int depth) {
    long before = common.length + (long) depth * PREFIX_BYTES;
    return prefixBehind(data, start + before, length - before);
  }

  @Override
  public boolean decides(long prefix) {
    // The least number is that of a value with nothing behind what is common, of one that begins
    // otherwise, and may be a null's.
    return prefix != Long.MIN_VALUE && (prefix & 0xff) <= PREFIX_BYTES;
  }

  @Override
  public long identity(MemorySegment data, long start, long length) {
    return KeyHash.ofBytes(data, start, length);
  }

  @Override
  public int compare(
      MemorySegment data,
      long start,
      long length,
      MemorySegment other,
      long otherStart,
      long otherLength) {
    long both = Math.min(length, otherLength);
    long at = 0;
    for (; at + Long.BYTES <= both; at += Long.BYTES) {
      long one = data.get(OffHeap.LONG, start + at);
      long two = other.get(OffHeap.LONG, otherStart + at);
      if (one != two) {
        return Long.compareUnsigned(Long.reverseBytes(one), Long.reverseBytes(two));
      }
    }
    if (at < both && both >= Long.BYTES) {
      // Begins with bytes that were found equal.
      long one = data.get(OffHeap.LONG, start + both - Long.BYTES);
      long two = other.get(OffHeap.LONG, otherStart + both - Long.BYTES);
      if (one != two) {
        return Long.compareUnsigned(Long.reverseBytes(one), Long.reverseBytes(two));
      }
      at = both;
    }
    for (; at < both; at++) {
      int order =
          Byte.compareUnsigned(
              data.get(OffHeap.BYTE, start + at), other.get(OffHeap.BYTE, otherStart + at));
      if (order != 0) {
        return order;
      }
    }
    return Long.compare(length, otherLength);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof BytesType(byte[] bytes) && Arrays.equals(common, bytes);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(common);
  }

  @Override
  public String toString() {
    return "BytesType[common=" + HexFormat.of().formatHex(common) + "]";
  }

  /** Compares the beginning of a value with what is common; one that ends before is less. */
  private int compareBeginning(MemorySegment data, long start, long length) {
    int end = (int) Math.min(common.length, length);
    for (int i = 0; i < end; i++) {
      byte found = data.get(OffHeap.BYTE, start + i);
      if (found != common[i]) {
        return Byte.compareUnsigned(found, common[i]);
      }
    }
    return end < common.length ? -1 : 0;
  }

  private static long prefixBehind(MemorySegment data, long start, long length) {
    long bytes;
    if (start + Long.BYTES <= data.byteSize()) {
      bytes = Long.reverseBytes(data.get(OffHeap.LONG, start)) >>> Byte.SIZE;
      if (length < PREFIX_BYTES) {
        bytes &= -1L << ((PREFIX_BYTES - length) * Byte.SIZE);
      }
    } else {
      bytes = 0;
      for (int i = 0; i < Math.min(length, PREFIX_BYTES); i++) {
        bytes |=
            (data.get(OffHeap.BYTE, start + i) & 0xffL) << ((PREFIX_BYTES - 1 - i) * Byte.SIZE);
      }
    }
    return ((bytes << Byte.SIZE) | Math.min(length, PREFIX_BYTES + 1)) ^ Long.MIN_VALUE;
  }
}
