package io.plasmastore.bench.data;

import java.util.SplittableRandom;

/**
 * Keys of {@link io.plasmastore.ObjectId}'s size, the same in each run, got in turn. One thread.
 */
final class SmallKeys {
  /** Bytes of each. */
  static final int SIZE = 20;

  private static final long SEED = 42;

  private final byte[][] keys;
  private int next;

  SmallKeys(int count) {
    SplittableRandom random = new SplittableRandom(SEED);
    keys = new byte[count][SIZE];
    for (byte[] key : keys) {
      random.nextBytes(key);
    }
  }

  byte[][] all() {
    return keys;
  }

  byte[] next() {
    int at = next;
    next = at + 1 == keys.length ? 0 : at + 1;
    return keys[at];
  }
}
