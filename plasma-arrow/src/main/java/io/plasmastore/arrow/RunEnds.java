package io.plasmastore.arrow;

import org.apache.arrow.memory.ArrowBuf;

/**
 * The ends of runs: for each the number of the first value that is not of it any more.
 *
 * @param buffer the ends
 * @param width bytes of one: 2, 4 or 8
 * @param count how many
 */
record RunEnds(ArrowBuf buffer, int width, int count) {
  /**
   * Which run has a value, in as many steps as the count has bits. Where the ends are not in order,
   * or do not reach so far, it is some run all the same.
   */
  int runOf(int value) {
    int low = 0;
    int high = count - 1;
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (end(middle) > value) {
        high = middle;
      } else {
        low = middle + 1;
      }
    }
    return low;
  }

  /**
   * Writes the ends of some runs as they are counted from a value on, the last no more than fit.
   */
  void move(int first, int runCount, int from, int length, ArrowBuf target, long targetOffset) {
    for (int i = 0; i < runCount; i++) {
      long end = Math.max(0, Math.min(length, end(first + i) - from));
      long place = targetOffset + (long) i * width;
      switch (width) {
        case Short.BYTES -> target.setShort(place, (int) end);
        case Integer.BYTES -> target.setInt(place, (int) end);
        default -> target.setLong(place, end);
      }
    }
  }

  long end(int run) {
    long offset = (long) run * width;
    return switch (width) {
      case Short.BYTES -> buffer.getShort(offset);
      case Integer.BYTES -> buffer.getInt(offset);
      default -> buffer.getLong(offset);
    };
  }
}
