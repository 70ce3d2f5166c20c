package io.plasmastore.sort;

import java.lang.foreign.MemorySegment;
import java.util.Objects;
import org.apache.arrow.vector.BaseIntVector;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.dictionary.DictionaryProvider;
import org.apache.arrow.vector.types.pojo.DictionaryEncoding;
import org.apache.arrow.vector.types.pojo.Field;

/**
 * The values of one column in one batch, in their order; see {@link KeyType}. Reads the memory
 * where it lies, and is good as long as that is.
 *
 * <p>Directions and the place of nulls are not known here; {@link RowOrder} adds them.
 */
abstract class KeyColumn {
  /**
   * The column's keys.
   *
   * @param type their order, which is that of the column by value
   */
  static KeyColumn of(FieldVector vector, DictionaryProvider dictionaries, KeyType type) {
    DictionaryEncoding encoding = vector.getField().getDictionary();
    if (encoding == null) {
      return of(FlatColumn.of(vector), type);
    }
    FieldVector values = Objects.requireNonNull(dictionaries.lookup(encoding.getId())).getVector();
    return new DictionaryKey(vector, of(values, dictionaries, type));
  }

  /** The keys of a column by value. */
  static KeyColumn of(FlatColumn column, KeyType type) {
    return new PlainKey(type, column);
  }

  /**
   * Refuses a type that cannot be sorted by.
   *
   * @param field the column by value: not dictionary-encoded
   * @return its order
   * @throws IllegalArgumentException naming column and type
   */
  static KeyType requireOrder(Field field) {
    KeyType type = KeyType.of(field);
    if (type == null) {
      throw new IllegalArgumentException(
          "cannot sort by a column of this type: column="
              + field.getName()
              + " type="
              + field.getType());
    }
    return type;
  }

  /** Whether there is no value in a row. */
  abstract boolean isNull(int row);

  /** Whether any row has no value. */
  abstract boolean hasNulls();

  /** The prefix of a value; any number for a null. */
  abstract long prefix(int row);

  /**
   * The prefixes of the rows {@code from} to {@code to - 1}, put into {@code out} from {@code at}
   * on.
   */
  void prefixes(int from, int to, long[] out, int at) {
    for (int row = from; row < to; row++) {
      out[at + row - from] = prefix(row);
    }
  }

  /** See {@link KeyType#identity}; any number for a null. */
  abstract long identity(int row);

  /** The identities of the rows {@code from} to {@code to - 1}, put into {@code out} from 0 on. */
  void identities(int from, int to, long[] out) {
    for (int row = from; row < to; row++) {
      out[row - from] = identity(row);
    }
  }

  /** The column whose memory a row's value lies in. */
  abstract PlainKey values();

  /** The row there. */
  abstract int valueRow(int row);

  /**
   * Compares two values, neither null. The other column has the same type, dictionary encoding
   * aside.
   */
  int compare(int row, KeyColumn other, int otherRow) {
    return values().compareValues(valueRow(row), other.values(), other.valueRow(otherRow));
  }

  /** Values that lie in the column itself. */
  private static final class PlainKey extends KeyColumn {
    private final KeyType type;
    private final FlatColumn column;

    PlainKey(KeyType type, FlatColumn column) {
      this.type = type;
      this.column = column;
    }

    @Override
    boolean isNull(int row) {
      return column.isNull(row);
    }

    @Override
    boolean hasNulls() {
      return column.validity() != null;
    }

    @Override
    long prefix(int row) {
      if (column.shape() == ColumnShape.BITS) {
        return OffHeap.bit(column.data(), row) ? 1 : 0;
      }
      long start = column.start(row);
      return type.prefix(column.data(), start, column.start(row + 1) - start);
    }

    @Override
    long identity(int row) {
      if (column.shape() == ColumnShape.BITS) {
        return prefix(row);
      }
      long start = column.start(row);
      return type.identity(column.data(), start, column.start(row + 1) - start);
    }

    @Override
    void identities(int from, int to, long[] out) {
      if (type instanceof NumberForm form && form != NumberForm.BIT) {
        form.identities(column.data(), (long) from * form.width(), to - from, out, 0);
      } else {
        super.identities(from, to, out);
      }
    }

    @Override
    void prefixes(int from, int to, long[] out, int at) {
      if (type instanceof NumberForm form && form != NumberForm.BIT) {
        long start = (long) from * form.width();
        form.prefixes(column.data(), start, form.width(), to - from, out, at);
      } else if (column.shape() == ColumnShape.BYTES && from < to) {
        // The most common of the others, without a choice for each row.
        MemorySegment offsets = column.offsets();
        long start = offsets.getAtIndex(OffHeap.INT, from);
        for (int i = 0; i < to - from; i++) {
          long end = offsets.getAtIndex(OffHeap.INT, from + i + 1);
          out[at + i] = type.prefix(column.data(), start, end - start);
          start = end;
        }
      } else {
        super.prefixes(from, to, out, at);
      }
    }

    @Override
    PlainKey values() {
      return this;
    }

    @Override
    int valueRow(int row) {
      return row;
    }

    int compareValues(int row, PlainKey other, int otherRow) {
      if (column.shape() == ColumnShape.BITS) {
        return Long.compare(prefix(row), other.prefix(otherRow));
      }
      long start = column.start(row);
      long otherStart = other.column.start(otherRow);
      return type.compare(
          column.data(),
          start,
          column.start(row + 1) - start,
          other.column.data(),
          otherStart,
          other.column.start(otherRow + 1) - otherStart);
    }
  }

  /** Values that stand in a dictionary: the rows hold indices into it. */
  private static final class DictionaryKey extends KeyColumn {
    private final FieldVector vector;
    private final boolean nulls;
    private final KeyColumn values;

    DictionaryKey(FieldVector vector, KeyColumn values) {
      this.vector = vector;
      this.nulls = vector.getNullCount() > 0;
      this.values = values;
    }

    @Override
    boolean isNull(int row) {
      return isNullIndex(row) || values.isNull(index(row));
    }

    @Override
    boolean hasNulls() {
      return nulls || values.hasNulls();
    }

    @Override
    long prefix(int row) {
      // What stands in a null row need not be an index.
      return isNullIndex(row) ? 0 : values.prefix(index(row));
    }

    @Override
    long identity(int row) {
      return isNullIndex(row) ? 0 : values.identity(index(row));
    }

    @Override
    PlainKey values() {
      return values.values();
    }

    @Override
    int valueRow(int row) {
      return values.valueRow(index(row));
    }

    private boolean isNullIndex(int row) {
      return nulls && vector.isNull(row);
    }

    private int index(int row) {
      return (int) ((BaseIntVector) vector).getValueAsLong(row);
    }
  }
}
