package io.plasmastore.arrow;

/**
 * How much room an {@link ArrowBuilder} begins with, and how much it may take. Immutable.
 *
 * @param capacity bytes of the object to begin with: all buffers, and about 200 bytes for each
 *     column; what is not used is given back by the seal. At least 1
 * @param maxCapacity bytes that the object may grow to; no less than the capacity
 */
public record BuildOptions(long capacity, long maxCapacity) {
  /** 1 MiB to begin with, and as much as the store has. */
  public static final BuildOptions DEFAULT = new BuildOptions(1 << 20, Long.MAX_VALUE);

  /**
   * Checks the sizes.
   *
   * @throws IllegalArgumentException if they are out of range or order
   */
  public BuildOptions {
    if (capacity < 1 || maxCapacity < capacity) {
      throw new IllegalArgumentException(
          "capacities out of order: capacity=" + capacity + " maxCapacity=" + maxCapacity);
    }
  }

  /**
   * The same with another capacity to begin with, and with a limit that is no lower than that.
   *
   * @param capacity in bytes, at least 1
   * @return other options
   */
  public BuildOptions withCapacity(long capacity) {
    return new BuildOptions(capacity, Math.max(capacity, maxCapacity));
  }

  /**
   * The same with another limit, and with a capacity that is no higher than that.
   *
   * @param maxCapacity in bytes, at least 1
   * @return other options
   */
  public BuildOptions withMaxCapacity(long maxCapacity) {
    return new BuildOptions(Math.min(capacity, maxCapacity), maxCapacity);
  }
}
