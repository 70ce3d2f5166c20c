package io.plasmastore.sort;

import java.lang.foreign.MemorySegment;

/**
 * The hash by which rows are divided among buckets. Whoever has divided one dataframe relies on it
 * when he divides another, in another process and with another version: it must not change.
 */
final class KeyHash {
  /** Of a key that is null. */
  static final long NULL = 0x7c15_9e37_79b9_7f4aL;

  private static final long ODD_1 = 0x9e37_79b9_7f4a_7c15L;
  private static final long ODD_2 = 0xbf58_476d_1ce4_e5b9L;
  private static final long ODD_3 = 0x94d0_49bb_1331_11ebL;
  private static final int TURN = 23;

  private KeyHash() {}

  /**
   * The finisher of SplittableRandom (Stafford's variant 13): each bit of the input turns each bit
   * of the output half the time.
   */
  static long mix(long bits) {
    long hash = bits + ODD_1;
    hash = (hash ^ (hash >>> 30)) * ODD_2;
    hash = (hash ^ (hash >>> 27)) * ODD_3;
    return hash ^ (hash >>> 31);
  }

  /** The hash of the keys so far, with the identity of one more. It is 0 before the first. */
  static long with(long hash, long identity) {
    return mix(Long.rotateLeft(hash, TURN) ^ identity);
  }

  /** The bucket of a hash: the range of hashes is divided evenly. */
  static int bucket(long hash, int buckets) {
    return (int) Math.unsignedMultiplyHigh(hash, buckets);
  }

  /** The identity of a string of bytes. */
  static long ofBytes(MemorySegment data, long start, long length) {
    long hash = length * ODD_1;
    long end = start + length;
    long at = start;
    for (; at + Long.BYTES <= end; at += Long.BYTES) {
      hash = (hash ^ data.get(OffHeap.LONG, at)) * ODD_2;
      hash ^= hash >>> 32;
    }
    long rest = 0;
    for (; at < end; at++) {
      rest = (rest << Byte.SIZE) | (data.get(OffHeap.BYTE, at) & 0xff);
    }
    hash = (hash ^ rest) * ODD_3;
    return hash ^ (hash >>> 32);
  }
}
