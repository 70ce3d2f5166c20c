package io.plasmastore.sort;

import java.lang.foreign.MemorySegment;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Sorts parts whose rows are nothing but a key of 64 bits: equal rows can't be told apart, so the
 * numbers alone are sorted, and made values again. One thread.
 */
final class NumberParts {
  private final NumberForm form;

  /** Turns all bits of a prefix where the order is descending. */
  private final long turn;

  private final SortSpace space;

  private NumberParts(NumberForm form, boolean descending, SortSpace space) {
    this.form = form;
    this.turn = descending ? -1 : 0;
    this.space = space;
  }

  /** For the rows of a job, or null if they have more than such a key. */
  static @Nullable NumberParts of(SortJob job, RowLayout layout, SortSpace space) {
    if (!layout.isLong()) {
      return null;
    }
    boolean descending = job.keys().getFirst().isDescending();
    return switch (NumberForm.of(layout.columns().getFirst().field().getType())) {
      case INT64 -> new NumberParts(NumberForm.INT64, descending, space);
      case UINT64 -> new NumberParts(NumberForm.UINT64, descending, space);
      case FLOAT64 -> new NumberParts(NumberForm.FLOAT64, descending, space);
      case null, default -> null;
    };
  }

  /**
   * Sorts the rows of a part.
   *
   * @param runs what they lie in
   * @param target gets them, from the row {@code at} on
   * @return false if they can't be sorted so: not a number has many bits that are not part of its
   *     prefix
   */
  boolean write(List<MemorySegment> runs, int count, FlatColumn target, int at) {
    space.reserve(count);
    long[] keys = space.keys;
    long min = Long.MAX_VALUE;
    long max = Long.MIN_VALUE;
    int end = 0;
    for (MemorySegment run : runs) {
      int length = (int) (run.byteSize() / Long.BYTES);
      MemorySegment.copy(run, OffHeap.LONG, 0, keys, end, length);
      // A run at a time, while it is in the first cache.
      for (int i = end; i < end + length; i++) {
        min = Math.min(min, keys[i]);
        max = Math.max(max, keys[i]);
      }
      end += length;
    }
    if (form == NumberForm.FLOAT64 && hasNan(keys, count, min, max)) {
      return false;
    }
    long[] sorted;
    if (areTheirOwnPrefixes(min)) {
      sorted = space.numbers.sortWithin(keys, space.otherKeys, 0, count, min, max);
    } else {
      map(keys, count);
      sorted = space.numbers.sort(keys, space.otherKeys, 0, count);
      unmap(sorted, count);
    }
    MemorySegment.copy(sorted, 0, target.data(), OffHeap.LONG, (long) at * Long.BYTES, count);
    return true;
  }

  /** As signed integers are, and floats from 0 on, in ascending order. */
  private boolean areTheirOwnPrefixes(long min) {
    return switch (form) {
      case UINT64 -> false;
      case FLOAT64 -> turn == 0 && min >= 0;
      default -> turn == 0;
    };
  }

  private static boolean hasNan(long[] bits, int count, long min, long max) {
    if (min >= 0) {
      return max > NumberForm.INFINITY;
    }
    long greatest = 0;
    for (int i = 0; i < count; i++) {
      greatest = Math.max(greatest, bits[i] & Long.MAX_VALUE);
    }
    return greatest > NumberForm.INFINITY;
  }

  private void map(long[] values, int count) {
    switch (form) {
      case FLOAT64 -> {
        for (int i = 0; i < count; i++) {
          values[i] ^= ((values[i] >> 63) & Long.MAX_VALUE) ^ turn;
        }
      }
      case UINT64 -> {
        for (int i = 0; i < count; i++) {
          values[i] ^= Long.MIN_VALUE ^ turn;
        }
      }
      default -> {
        for (int i = 0; i < count; i++) {
          values[i] ^= turn;
        }
      }
    }
  }

  private void unmap(long[] keys, int count) {
    if (form == NumberForm.FLOAT64) {
      for (int i = 0; i < count; i++) {
        long bits = keys[i] ^ turn;
        keys[i] = bits ^ ((bits >> 63) & Long.MAX_VALUE);
      }
    } else {
      map(keys, count);
    }
  }
}
