package io.plasmastore.arrow;

/**
 * Some values of a child, or some bytes.
 *
 * @param start the first
 * @param size how many, 0 or more
 */
record Range(long start, long size) {
  static final Range NONE = new Range(0, 0);

  static Range of(long start, long size) {
    return size == 0 ? NONE : new Range(start, size);
  }

  /**
   * From one offset up to another.
   *
   * @throws IllegalArgumentException if that is backwards, or starts before the first
   */
  static Range between(long start, long end) {
    if (start < 0 || end < start) {
      throw new IllegalArgumentException("offsets out of order: first=" + start + " last=" + end);
    }
    return new Range(start, end - start);
  }

  long end() {
    return start + size;
  }
}
