package io.plasmastore.arrow.records;

import io.plasmastore.arrow.InvalidArrowDataException;
import org.jspecify.annotations.Nullable;

/**
 * A dictionary-encoded column. Values are immutable and each is decoded once, when it is first met;
 * threads that race decode it once more.
 */
final class EncodedReader extends Reader {
  /** Decoded as a whole are dictionaries of so many values, each of which has so many rows. */
  private static final int MAX_DECODED = 1 << 14;

  private static final int MIN_ROWS_EACH = 16;

  private final Indices indices;
  private final Reader values;
  private final boolean nullable;
  private final String path;

  // Of each value what it is, once it is known; and a null behind them.
  private final @Nullable Object[] decoded;

  EncodedReader(Indices indices, Reader values, int valueCount, boolean nullable, String path) {
    this.indices = indices;
    this.values = values;
    this.nullable = nullable;
    this.path = path;
    this.decoded = new @Nullable Object[valueCount + 1];
  }

  @Override
  @Nullable Object get(int row) {
    long index = indices.get(row);
    if (index < 0 || index >= decoded.length - 1) {
      throw outside(index, decoded.length - 1, row, path);
    }
    Object value = decoded[(int) index];
    if (value == null) {
      value = values.get((int) index);
      decoded[(int) index] = value;
      if (value == null && !nullable) {
        throw SchemaMismatchException.of(
            "null where the record allows none: component=" + path + " row=" + row);
      }
    }
    return value;
  }

  @Override
  Reader inOrder() {
    return new EncodedRun(this);
  }

  static InvalidArrowDataException outside(long index, int count, int row, String path) {
    return new InvalidArrowDataException(
        "index outside of the dictionary: component=%s row=%d index=%d values=%d"
            .formatted(path, row, index, count));
  }

  /** A value of the dictionary, or null if it is null or none that the record can have. */
  private @Nullable Object known(int index) {
    Object value = decoded[index];
    if (value == null) {
      try {
        value = values.get(index);
      } catch (SchemaMismatchException | InvalidArrowDataException e) {
        // The row may be null, or never asked for; who asks for it is told.
        return null;
      }
      decoded[index] = value;
    }
    return value;
  }

  /** Whether all values of a dictionary that is not large are known and not null, once decoded. */
  private boolean areAllKnown() {
    long few = Math.clamp(indices.count() / MIN_ROWS_EACH, Run.ROWS, MAX_DECODED);
    boolean all = decoded.length <= few;
    for (int i = 0; all && i < decoded.length - 1; i++) {
      all = known(i) != null;
    }
    return all;
  }

  private static final class EncodedRun extends Run {
    private final EncodedReader column;
    private final byte[] narrow = new byte[ROWS];
    private int[] places = {};

    /** Whether it has been looked, which is not worth it for a few rows; and what was found. */
    private boolean looked;

    private boolean allKnown;

    EncodedRun(EncodedReader column) {
      super(column);
      this.column = column;
    }

    /** Until a value is null that need not be, is outside of the dictionary or can't be decoded. */
    @Override
    int find(int row, int most) {
      int count = Math.clamp(column.indices.count() - row, 0, most);
      if (places.length < count) {
        places = new int[ROWS];
      }
      int[] indices = places;
      column.indices.copy(row, count, indices, narrow);
      @Nullable Object[] values = column.decoded;
      found(values, indices);
      int none = values.length - 1;
      boolean nulls = anyNull(row, count);
      if (!looked && most == ROWS) {
        looked = true;
        allKnown = column.areAllKnown();
      }
      if (allKnown && !nulls && areBelow(none, indices, count)) {
        return count;
      }
      for (int i = 0; i < count; i++) {
        int index = indices[i];
        if (index < 0 || index >= none || values[index] == null || nulls) {
          if (isNull(row + i)) {
            indices[i] = none;
          } else if (index < 0 || index >= none || column.known(index) == null) {
            return i;
          }
        }
      }
      return count;
    }

    /**
     * Whether numbers are from 0 to below another. Without a way out it is done for many at once.
     */
    private static boolean areBelow(int limit, int[] numbers, int count) {
      int last = limit - 1;
      int negative = 0;
      for (int i = 0; i < count; i++) {
        negative |= numbers[i] | (last - numbers[i]);
      }
      return negative >= 0;
    }
  }
}
