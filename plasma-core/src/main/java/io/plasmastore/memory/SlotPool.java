package io.plasmastore.memory;

/**
 * Which slots are free; hands out the lowest first, so that what must be committed stays small. A
 * bitmap of bitmaps, 64-fold at each level: taking and giving back look at one word per level. For
 * one thread.
 */
public final class SlotPool {
  private static final int WORD_SHIFT = 6;

  // levels[0] has a bit per slot, set when taken; a bit of levels[k + 1] is set when a whole word
  // of levels[k] is.
  private final long[][] levels;
  private final int capacity;
  private int taken;

  /**
   * All slots are free.
   *
   * @param capacity how many there are, 1 or more
   */
  public SlotPool(int capacity) {
    this.capacity = capacity;
    int depth = 1;
    for (int words = words(capacity); words > 1; words = words(words)) {
      depth++;
    }
    levels = new long[depth][];
    int bits = capacity;
    for (int level = 0; level < depth; level++) {
      levels[level] = new long[words(bits)];
      int tail = bits & ((1 << WORD_SHIFT) - 1);
      if (tail != 0) {
        levels[level][levels[level].length - 1] = -1L << tail;
      }
      bits = levels[level].length;
    }
  }

  /**
   * Takes the lowest free slot.
   *
   * @return the slot, or −1 if all are taken
   */
  public int take() {
    if (taken == capacity) {
      return -1;
    }
    int position = 0;
    for (int level = levels.length - 1; level >= 0; level--) {
      position = (position << WORD_SHIFT) + Long.numberOfTrailingZeros(~levels[level][position]);
    }
    mark(position);
    taken++;
    return position;
  }

  /**
   * Takes a certain slot: one that a dead store had taken.
   *
   * @param slot a free one
   * @throws IllegalStateException if it is taken
   */
  public void reserve(int slot) {
    if ((levels[0][slot >>> WORD_SHIFT] & 1L << slot) != 0) {
      throw new IllegalStateException("slot is taken already: slot=" + slot);
    }
    mark(slot);
    taken++;
  }

  /**
   * Gives a slot back.
   *
   * @param slot one that was taken
   * @throws IllegalStateException if it is free
   */
  public void giveBack(int slot) {
    int position = slot;
    for (long[] level : levels) {
      int word = position >>> WORD_SHIFT;
      boolean wasFull = level[word] == -1L;
      if (level == levels[0] && (level[word] & 1L << position) == 0) {
        throw new IllegalStateException("slot is free already: slot=" + slot);
      }
      level[word] &= ~(1L << position);
      if (!wasFull) {
        break;
      }
      position = word;
    }
    taken--;
  }

  /**
   * How many slots are taken.
   *
   * @return the count
   */
  public int taken() {
    return taken;
  }

  private void mark(int slot) {
    int position = slot;
    for (long[] level : levels) {
      int word = position >>> WORD_SHIFT;
      level[word] |= 1L << position;
      if (level[word] != -1L) {
        break;
      }
      position = word;
    }
  }

  private static int words(int bits) {
    return (bits + (1 << WORD_SHIFT) - 1) >>> WORD_SHIFT;
  }
}
