package io.plasmastore.memory;

/**
 * An ordered set of positive longs, without an object or a byte of garbage per key: a B+ tree over
 * blocks of 64 words. One key costs 8 bytes at a fill of 44 to 100 %.
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
 * A block that falls under a half is joined to a neighbour when both together fill at most seven
 * eighths: no borrowing, and no to-and-fro between a split and a join.
 *
 * <p>Every call is O(log n) in the number of keys. Owned by one thread. A key is at least 1 and
 * less than {@link Long#MAX_VALUE}.
 */
final class SortedLongs {
  /** What {@link #lower} and {@link #ceiling} answer when there is no such key. */
  static final long NONE = 0;

  private static final int COUNT = 0;
  private static final int KEYS = COUNT + 1;
  private static final int LEAF_CAPACITY = LongBlocks.WORDS - KEYS;
  private static final int INNER_CAPACITY = LEAF_CAPACITY / 2;
  private static final int CHILDREN = KEYS + INNER_CAPACITY;

  /** More than 2^32 keys could ever need: an inner block has 13 children or more on average. */
  private static final int MAX_HEIGHT = 12;

  private final LongBlocks blocks = new LongBlocks();
  private int root = blocks.take();
  private int height;
  private int size;

  /** The way of the last {@link #descend}: inner block and child index, by level (leaves are 0). */
  private final int[] pathBlock = new int[MAX_HEIGHT];

  private final int[] pathIndex = new int[MAX_HEIGHT];

  /** The leaf at the end of that way, and its range: keys from first to end, end excluded. */
  private int pathLeaf;

  private long pathFirst;
  private long pathEnd;

  /** The number of keys. */
  int size() {
    return size;
  }

  /** The bytes of Java heap that this set takes up. */
  long heapBytes() {
    return blocks.heapBytes();
  }

  /** The least key that is {@code key} or greater. */
  long ceiling(long key) {
    int leaf = descend(key);
    int index = rank(leaf, KEYS, count(leaf), key);
    if (index < count(leaf)) {
      return key(leaf, index);
    }
    for (int level = 1; level <= height; level++) {
      if (pathIndex[level] + 1 < count(pathBlock[level])) {
        int block = child(pathBlock[level], pathIndex[level] + 1);
        while (--level > 0) {
          block = child(block, 0);
        }
        return key(block, 0);
      }
    }
    return NONE;
  }

  /** The greatest key that is less than {@code key}. */
  long lower(long key) {
    int leaf = descend(key);
    int index = rank(leaf, KEYS, count(leaf), key);
    if (index > 0) {
      return key(leaf, index - 1);
    }
    for (int level = 1; level <= height; level++) {
      if (pathIndex[level] > 0) {
        int block = child(pathBlock[level], pathIndex[level] - 1);
        while (--level > 0) {
          block = child(block, count(block) - 1);
        }
        return key(block, count(block) - 1);
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
    return size == 0 ? NONE : key(block, count(block) - 1);
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
    forgetPath();
    int right = splitAndInsert(block, 0, index, key, 0);
    long separator = key(right, 0);
    for (int level = 1; level <= height; level++) {
      block = pathBlock[level];
      index = pathIndex[level] + 1;
      if (count(block) < INNER_CAPACITY) {
        insert(block, level, index, separator, right);
        return;
      }
      right = splitAndInsert(block, level, index, separator, right);
      separator = key(right, 0);
    }
    int oldRoot = root;
    root = blocks.take();
    height++;
    insert(root, height, 0, NONE, oldRoot);
    insert(root, height, 1, separator, right);
  }

  /** Removes a key, and says whether it was there. */
  boolean remove(long key) {
    int leaf = descend(key);
    int index = rank(leaf, KEYS, count(leaf), key);
    if (index == count(leaf) || key(leaf, index) != key) {
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
    boolean upwards = with > key;
    if (height == 0 || (upwards ? index + 1 < count(leaf) : index > 0)) {
      blocks.setWord(leaf, KEYS + index, with);
    } else {
      remove(key);
      add(with);
    }
  }

  /**
   * Walks to the leaf whose range holds the key, and leaves the way there in the path. Mostly the
   * leaf is the one of the call before.
   */
  private int descend(long key) {
    if (key >= pathFirst && key < pathEnd) {
      return pathLeaf;
    }
    pathFirst = 0;
    pathEnd = Long.MAX_VALUE;
    int block = root;
    for (int level = height; level > 0; level--) {
      int count = count(block);
      int index = rank(block, KEYS + 1, count - 1, key + 1);
      pathBlock[level] = block;
      pathIndex[level] = index;
      if (index > 0) {
        pathFirst = key(block, index);
      }
      if (index + 1 < count) {
        pathEnd = key(block, index + 1);
      }
      block = child(block, index);
    }
    pathLeaf = block;
    return block;
  }

  /** To be called when blocks were split or joined: the next call walks anew. */
  private void forgetPath() {
    pathEnd = 0;
  }

  /**
   * How many of the {@code length} ascending words from {@code word} on are less than the key. Two
   * rounds of counting, one over each eighth word and one over the eight found, need no branch that
   * could be mispredicted, and no load waits for another one, as it would in a binary search.
   */
  private int rank(int block, int word, int length, long key) {
    long[] slab = blocks.slab(block);
    int from = LongBlocks.base(block) + word;
    int to = from + length;
    int at = from;
    for (int i = from + 7; i < to; i += 8) {
      at += (int) ((slab[i] - key) >>> 63) << 3;
    }
    int rank = at - from;
    for (int i = at, end = Math.min(at + 7, to); i < end; i++) {
      rank += (int) ((slab[i] - key) >>> 63);
    }
    return rank;
  }

  private void insert(int block, int level, int index, long key, int child) {
    long[] slab = blocks.slab(block);
    int base = LongBlocks.base(block);
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
    long[] slab = blocks.slab(block);
    int base = LongBlocks.base(block);
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
    int right = blocks.take();
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
    long[] source = blocks.slab(block);
    long[] target = blocks.slab(to);
    int from = LongBlocks.base(block) + index;
    int at = LongBlocks.base(to) + count(to);
    System.arraycopy(source, from + KEYS, target, at + KEYS, length);
    if (level > 0) {
      System.arraycopy(source, from + CHILDREN, target, at + CHILDREN, length);
    }
    blocks.setWord(block, COUNT, index);
    blocks.setWord(to, COUNT, at - LongBlocks.base(to) + length);
  }

  /** After a removal: joins blocks that are half empty to a neighbour, from the leaf upwards. */
  private void joinSmall(int block) {
    for (int level = 0; level < height; level++) {
      int capacity = level == 0 ? LEAF_CAPACITY : INNER_CAPACITY;
      int count = count(block);
      if (count >= capacity / 2) {
        break;
      }
      forgetPath();
      int parent = pathBlock[level + 1];
      int index = pathIndex[level + 1];
      if (count == 0) {
        delete(parent, level + 1, index);
        blocks.give(block);
      } else if (!join(parent, index, level, capacity)
          && !join(parent, index - 1, level, capacity)) {
        break;
      }
      block = parent;
    }
    while (height > 0 && count(root) == 1) {
      int only = child(root, 0);
      blocks.give(root);
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
    if (leftCount + count(right) > capacity - capacity / 8) {
      return false;
    }
    move(right, 0, left, level, count(right));
    if (level > 0) {
      // The separator 0 of the right block was never read and may be too great by now.
      blocks.setWord(left, KEYS + leftCount, key(parent, index + 1));
    }
    delete(parent, level + 1, index + 1);
    blocks.give(right);
    return true;
  }

  private int count(int block) {
    return (int) blocks.word(block, COUNT);
  }

  private int child(int block, int index) {
    return (int) blocks.word(block, CHILDREN + index);
  }

  private long key(int block, int index) {
    return blocks.word(block, KEYS + index);
  }
}
