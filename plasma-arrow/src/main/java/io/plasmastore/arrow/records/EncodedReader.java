package io.plasmastore.arrow.records;

import io.plasmastore.arrow.InvalidArrowDataException;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * A dictionary-encoded column. Values are immutable and each is decoded once, when it is first met;
 * threads that race decode it once more.
 */
final class EncodedReader extends Reader {
  private final Indices indices;
  private final Reader values;
  private final boolean nullable;
  private final String path;
  private final @Nullable Object[] decoded;

  EncodedReader(Indices indices, Reader values, int valueCount, boolean nullable, String path) {
    this.indices = indices;
    this.values = values;
    this.nullable = nullable;
    this.path = path;
    this.decoded = new @Nullable Object[valueCount];
  }

  @Override
  @Nullable Object get(int row) {
    long index = indices.get(row);
    if (index < 0 || index >= decoded.length) {
      throw outside(index, decoded.length, row, path);
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
    return new Run(this) {
      @Override
      @Nullable Object[] make(int row, int most) {
        return values(row, most);
      }
    };
  }

  static InvalidArrowDataException outside(long index, int count, int row, String path) {
    return new InvalidArrowDataException(
        "index outside of the dictionary: component=%s row=%d index=%d values=%d"
            .formatted(path, row, index, count));
  }

  /**
   * At most so many values from a row on, until one that is null, is outside of the dictionary, or
   * can't be decoded.
   */
  private @Nullable Object[] values(int row, int most) {
    int count = (int) Math.clamp(indices.count() - row, 0, most);
    @Nullable Object[] made = new @Nullable Object[count];
    for (int i = 0; i < count; i++) {
      long index = indices.get(row + i);
      Object value = index < 0 || index >= decoded.length ? null : known((int) index);
      if (value == null) {
        return Arrays.copyOf(made, i);
      }
      made[i] = value;
    }
    return made;
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
}
