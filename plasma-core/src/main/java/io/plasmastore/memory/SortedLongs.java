package io.plasmastore.memory;

import java.util.Arrays;

/**
 * An ordered set of longs, compared unsigned, without an object or a byte of garbage per key: a B+
 * tree over blocks of 64 words. One key costs 8 bytes at a fill of 50 to 100 %.
 *
 * <pre>
 * leaf   word 0      key count, 1 to 63 (0 only in an empty tree)
 *        words 1-63  keys, ascending
 * inner  word 0      child count, 1 to 31
 *        words 1-31  separators: child i holds the keys from separator i up to separator i + 1;
 *                    separator 0 is never read, since child 0 also takes whatever is smaller
 *        words 32-62 children: block numbers
 * </pre>
 *
 * Blocks live in slabs of 64 KiB, so growth copies nothing. A block that falls under a quarter is
 * joined to a neighbour when both together fill at most three quarters: no borrowing, and no
 * to-and-fro between a split and a join.
 *
 * <p>Every call is O(log n) in the number of keys. Owned by one thread. The keys 0 ({@link #NONE},
 * "no such key") and 2^64 - 1 are not allowed. Blocks that are no longer used are kept for the next
 * keys.
 */
final class SortedLongs {
  /** What {@link #floor} and {@link #ceiling} answer when there is no such key. */
  static final long NONE = 0;

  private static final int BLOCK_SHIFT = 6;
  private static final int KEYS = 1;
  private static final int LEAF_CAPACITY = 63;
  private static final int INNER_CAPACITY = 31;
  private static final int CHILDREN = KEYS + INNER_CAPACITY;
  private static final int SLAB_SHIFT = 7;
  private static final int SLAB_WORDS = 1 << (SLAB_SHIFT + BLOCK_SHIFT);

  /** More than 2^32 keys could ever need: an inner block has at least 8 children on average. */
  private static final int MAX_HEIGHT = 12;

  private long[][] slabs = {new long[SLAB_WORDS]};
  private int blockCount = 1;
  private int firstUnused = -1;
  private int root;
  private int height;
  private int size;

  /** The way of the last {@link #descend}: inner block and child index, by level (leaves are 0). */
  private final int[] pathBlock = new int[MAX_HEIGHT];

  private final int[] pathIndex = new int[MAX_HEIGHT];

  /** The number of keys. */
  int size() {
    return size;
  }

  /** The bytes of Java heap that this set takes up. */
  long heapBytes() {
    return (((blockCount - 1) >> SLAB_SHIFT) + 1L) * SLAB_WORDS * Long.BYTES;
  }

  /** The least key that is {@code key} or greater. */
  long ceiling(long key) {
    int leaf = descend(key);
    int index = rank(leaf, KEYS, count(leaf), key);
    if (index < count(leaf)) {
      return word(leaf, KEYS + index);
    }
    for (int level = 1; level <= height; level++) {
      if (pathIndex[level] + 1 < count(pathBlock[level])) {
        int block = child(pathBlock[level], pathIndex[level] + 1);
        while (--level > 0) {
          block = child(block, 0);
        }
        return word(block, KEYS);
      }
    }
    return NONE;
  }

  /** The greatest key that is {@code key} or less. */
  long floor(long key) {
    int leaf = descend(key);
    int index = rank(leaf, KEYS, count(leaf), key);
    if (index < count(leaf) && word(leaf, KEYS + index) == key) {
      return key;
    }
    if (index > 0) {
      return word(leaf, KEYS + index - 1);
    }
    for (int level = 1; level <= height; level++) {
      if (pathIndex[level] > 0) {
        int block = child(pathBlock[level], pathIndex[level] - 1);
        while (--level > 0) {
          block = child(block, count(block) - 1);
        }
        return word(block, KEYS + count(block) - 1);
      }
    }
    return NONE;
  }

  /** The greatest key. */
  long last() {
    int block = root;
    for (int level = height; level > 0; level--) {
      block = child(block, count(block) - 1);
    }
    return size == 0 ? NONE : word(block, KEYS + count(block) - 1);
  }

  /** Adds a key that is not there yet. */
  void add(long key) {
    int block = descend(key);
    int index = rank(block, KEYS, count(block), key);
    size++;
    if (count(block) < LEAF_CAPACITY) {
      insert(block, 0, index, key, 0);
      return;
    }
    int right = splitAndInsert(block, 0, index, key, 0);
    long separator = word(right, KEYS);
    for (int level = 1; level <= height; level++) {
      block = pathBlock[level];
      index = pathIndex[level] + 1;
      if (count(block) < INNER_CAPACITY) {
        insert(block, level, index, separator, right);
        return;
      }
      right = splitAndInsert(block, level, index, separator, right);
      separator = word(right, KEYS);
    }
    int oldRoot = root;
    root = newBlock();
    height++;
    insert(root, height, 0, NONE, oldRoot);
    insert(root, height, 1, separator, right);
  }

  /** Removes a key, and says whether it was there. */
  boolean remove(long key) {
    int leaf = descend(key);
    int index = rank(leaf, KEYS, count(leaf), key);
    if (index == count(leaf) || word(leaf, KEYS + index) != key) {
      return false;
    }
    size--;
    delete(leaf, 0, index);
    joinSmall(leaf);
    return true;
  }

  /**
   * Puts {@code with} in the place of {@code key}, which is there, where no other key lies between
   * the two: mostly one descent and one store.
   */
  void replace(long key, long with) {
    int leaf = descend(key);
    int index = rank(leaf, KEYS, count(leaf), key);
    // A neighbour in the same leaf shows that no separator is passed.
    boolean upwards = Long.compareUnsigned(with, key) > 0;
    if (height == 0 || (upwards ? index + 1 < count(leaf) : index > 0)) {
      setWord(leaf, KEYS + index, with);
    } else {
      remove(key);
      add(with);
    }
  }

  /** Walks to the leaf whose range holds the key, and leaves the way there in the path. */
  private int descend(long key) {
    int block = root;
    for (int level = height; level > 0; level--) {
      int index = rank(block, KEYS + 1, count(block) - 1, key + 1);
      pathBlock[level] = block;
      pathIndex[level] = index;
      block = child(block, index);
    }
    return block;
  }

  /** How many of the {@code length} ascending words from {@code word} on are less than the key. */
  private int rank(int block, int word, int length, long key) {
    long[] slab = slab(block);
    int from = base(block) + word;
    int at = from;
    long flipped = key + Long.MIN_VALUE;
    while (length > 0) {
      int half = length >>> 1;
      boolean less = slab[at + half] + Long.MIN_VALUE < flipped;
      at = less ? at + half + 1 : at;
      length = less ? length - half - 1 : half;
    }
    return at - from;
  }

  private void insert(int block, int level, int index, long key, int child) {
    long[] slab = slab(block);
    int base = base(block);
    int count = (int) slab[base];
    int at = base + KEYS + index;
    System.arraycopy(slab, at, slab, at + 1, count - index);
    slab[at] = key;
    if (level > 0) {
      at = base + CHILDREN + index;
      System.arraycopy(slab, at, slab, at + 1, count - index);
      slab[at] = child;
    }
    slab[base] = count + 1L;
  }

  private void delete(int block, int level, int index) {
    long[] slab = slab(block);
    int base = base(block);
    int count = (int) slab[base] - 1;
    int at = base + KEYS + index;
    System.arraycopy(slab, at + 1, slab, at, count - index);
    if (level > 0) {
      at = base + CHILDREN + index;
      System.arraycopy(slab, at + 1, slab, at, count - index);
    }
    slab[base] = count;
  }

  /** Splits a full block and inserts into the right half; answers the new block, its right half. */
  private int splitAndInsert(int block, int level, int index, long key, int child) {
    int count = count(block);
    // Keys that come in order leave blocks behind that are seven eighths full, not half.
    int keep = index == count ? count - count / 8 : index <= 1 ? count / 8 : count / 2;
    int right = newBlock();
    move(block, keep, right, level, count - keep);
    if (index > keep) {
      insert(right, level, index - keep, key, child);
    } else {
      insert(block, level, index, key, child);
    }
    return right;
  }

  /** Moves the entries of a block from {@code index} on to the end of another one. */
  private void move(int block, int index, int to, int level, int length) {
    long[] source = slab(block);
    long[] target = slab(to);
    int from = base(block) + index;
    int at = base(to) + count(to);
    System.arraycopy(source, from + KEYS, target, at + KEYS, length);
    if (level > 0) {
      System.arraycopy(source, from + CHILDREN, target, at + CHILDREN, length);
    }
    setWord(block, 0, index);
    setWord(to, 0, at - base(to) + length);
  }

  /** After a removal: joins blocks that are nearly empty to a neighbour, from the leaf upwards. */
  private void joinSmall(int block) {
    for (int level = 0; level < height; level++) {
      int capacity = level == 0 ? LEAF_CAPACITY : INNER_CAPACITY;
      int count = count(block);
      if (count >= capacity / 4) {
        break;
      }
      int parent = pathBlock[level + 1];
      int index = pathIndex[level + 1];
      if (count == 0) {
        delete(parent, level + 1, index);
        recycle(block);
      } else if (!join(parent, index, level, capacity)
          && !join(parent, index - 1, level, capacity)) {
        break;
      }
      block = parent;
    }
    while (height > 0 && count(root) == 1) {
      int only = child(root, 0);
      recycle(root);
      root = only;
      height--;
    }
  }

  /** Joins the child at {@code index} and the one after it, if both exist and leave some room. */
  private boolean join(int parent, int index, int level, int capacity) {
    if (index < 0 || index + 1 >= count(parent)) {
      return false;
    }
    int left = child(parent, index);
    int right = child(parent, index + 1);
    int leftCount = count(left);
    if (leftCount + count(right) > capacity - capacity / 4) {
      return false;
    }
    move(right, 0, left, level, count(right));
    if (level > 0) {
      // The separator 0 of the right block was never read and may be too great by now.
      setWord(left, KEYS + leftCount, word(parent, KEYS + index + 1));
    }
    delete(parent, level + 1, index + 1);
    recycle(right);
    return true;
  }

  private int newBlock() {
    int block = firstUnused;
    if (block >= 0) {
      firstUnused = (int) word(block, KEYS);
    } else {
      block = blockCount++;
      if (base(block) == 0) {
        int slab = block >>> SLAB_SHIFT;
        if (slab == slabs.length) {
          slabs = Arrays.copyOf(slabs, slab + Math.max(1, slab / 2));
        }
        slabs[slab] = new long[SLAB_WORDS];
      }
    }
    setWord(block, 0, 0);
    return block;
  }

  private void recycle(int block) {
    setWord(block, KEYS, firstUnused);
    firstUnused = block;
  }

  private int count(int block) {
    return (int) word(block, 0);
  }

  private int child(int block, int index) {
    return (int) word(block, CHILDREN + index);
  }

  private long word(int block, int word) {
    return slab(block)[base(block) + word];
  }

  private void setWord(int block, int word, long value) {
    slab(block)[base(block) + word] = value;
  }

  private long[] slab(int block) {
    return slabs[block >>> SLAB_SHIFT];
  }

  private static int base(int block) {
    return (block & ((1 << SLAB_SHIFT) - 1)) << BLOCK_SHIFT;
  }
}
