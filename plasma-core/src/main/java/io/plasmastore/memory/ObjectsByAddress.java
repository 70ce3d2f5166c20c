package io.plasmastore.memory;

/**
 * Which object lies where in the heap: the slots in the order of their extents. What moves objects
 * looks here for those that lie in a stretch; nothing else needs it. About 9 to 18 bytes of Java
 * heap an object, O(log n) a call, no garbage. For one thread.
 */
public final class ObjectsByAddress {
  /** The answer when there is no such object. */
  public static final int NOBODY = -1;

  private final SortedLongs keys = new SortedLongs();
  private final long granule;

  /**
   * Nobody as yet.
   *
   * @param granule of the {@linkplain ExtentAllocator#granule allocator}: no two objects start in
   *     one
   */
  public ObjectsByAddress(long granule) {
    this.granule = granule;
  }

  /**
   * An object has an extent.
   *
   * @param offset of the extent
   * @param slot of the object
   */
  public void add(long offset, int slot) {
    keys.add(key(offset, slot));
  }

  /**
   * An object has that extent no more.
   *
   * @param offset of the extent
   * @param slot of the object
   */
  public void remove(long offset, int slot) {
    keys.remove(key(offset, slot));
  }

  /**
   * The first object that starts at a place or behind it.
   *
   * @param offset of the place, at most a granule behind the end of the heap
   * @return its slot, or {@link #NOBODY}
   */
  public int from(long offset) {
    return slot(keys.ceiling(key(roundUp(offset), 0)));
  }

  /**
   * The last object that starts before a place.
   *
   * @param offset of the place
   * @return its slot, or {@link #NOBODY}
   */
  public int before(long offset) {
    return slot(keys.lower(key(roundUp(offset), 0)));
  }

  private long roundUp(long offset) {
    return (offset + granule - 1) & -granule;
  }

  // Never 0, which is no key.
  private long key(long offset, int slot) {
    return ((offset / granule) << 32) | (slot + 1);
  }

  private static int slot(long key) {
    return key == SortedLongs.NONE ? NOBODY : (int) key - 1;
  }
}
