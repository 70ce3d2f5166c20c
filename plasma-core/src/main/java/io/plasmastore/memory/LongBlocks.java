package io.plasmastore.memory;

import java.util.Arrays;

/**
 * Numbered blocks of 64 longs. They live in slabs of 64 KiB, so that growth copies nothing; blocks
 * given back are kept for the next takers and never returned to the JVM. Owned by one thread.
 */
final class LongBlocks {
  private static final int BLOCK_SHIFT = 6;
  private static final int SLAB_SHIFT = 7;

  /** The length of a block. */
  static final int WORDS = 1 << BLOCK_SHIFT;

  private static final int SLAB_WORDS = WORDS << SLAB_SHIFT;
  private static final int NO_BLOCK = -1;

  private long[][] slabs = {};
  private int blockCount;

  /** The first of a chain of blocks given back; each names the next one in its word 0. */
  private int firstUnused = NO_BLOCK;

  /** A block with 0 in its word 0; its other words are undefined. */
  int take() {
    int block = firstUnused;
    if (block != NO_BLOCK) {
      firstUnused = (int) word(block, 0);
      setWord(block, 0, 0);
      return block;
    }
    block = blockCount++;
    if (base(block) == 0) {
      int slab = block >>> SLAB_SHIFT;
      if (slab == slabs.length) {
        slabs = Arrays.copyOf(slabs, slab + 1 + slab / 2);
      }
      slabs[slab] = new long[SLAB_WORDS];
    }
    return block;
  }

  void give(int block) {
    setWord(block, 0, firstUnused);
    firstUnused = block;
  }

  long word(int block, int word) {
    return slab(block)[base(block) + word];
  }

  void setWord(int block, int word, long value) {
    slab(block)[base(block) + word] = value;
  }

  /** The array that has the block's words from {@link #base} on, among those of other blocks. */
  long[] slab(int block) {
    return slabs[block >>> SLAB_SHIFT];
  }

  static int base(int block) {
    return (block & ((1 << SLAB_SHIFT) - 1)) << BLOCK_SHIFT;
  }

  long heapBytes() {
    return (long) ((blockCount + (1 << SLAB_SHIFT) - 1) >>> SLAB_SHIFT) * SLAB_WORDS * Long.BYTES;
  }
}
