package io.plasmastore.sort;

import java.lang.foreign.MemorySegment;
import java.util.Objects;
import org.apache.arrow.vector.BaseFixedWidthVector;
import org.apache.arrow.vector.BaseIntVector;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.dictionary.DictionaryProvider;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.DictionaryEncoding;
import org.apache.arrow.vector.types.pojo.Field;
import org.jspecify.annotations.Nullable;

/**
 * The values of one column in one batch, in their order. Each value has a <i>prefix</i>: a signed
 * 64-bit number that never contradicts the order, so that almost all comparisons are between two
 * longs. Where two prefixes are equal and do not {@linkplain #decides decide}, the values
 * themselves are compared.
 *
 * <p>Directions and the place of nulls are not known here; {@link RowOrder} adds them. Reads the
 * vector's memory where it lies, and is good as long as the vector is.
 */
abstract class KeyColumn {
  private final @Nullable MemorySegment validity;

  /** Reads a column; one without nulls does not look at its bitmap again. */
  KeyColumn(FieldVector vector) {
    this.validity = vector.getNullCount() == 0 ? null : OffHeap.bytes(vector.getValidityBuffer());
  }

  /**
   * The column's keys.
   *
   * @throws IllegalArgumentException naming column and type, if there is no order of them
   */
  static KeyColumn of(FieldVector vector, DictionaryProvider dictionaries) {
    DictionaryEncoding encoding = vector.getField().getDictionary();
    if (encoding != null) {
      FieldVector values =
          Objects.requireNonNull(dictionaries.lookup(encoding.getId())).getVector();
      return new DictionaryKey(vector, (BaseIntVector) vector, of(values, dictionaries));
    }
    Field field = vector.getField();
    requireOrder(field);
    NumberForm form = NumberForm.of(field.getType());
    if (form != null) {
      return new NumberKey(vector, form);
    }
    return switch (field.getType()) {
      case ArrowType.Decimal ignored ->
          new DecimalKey(vector, ((BaseFixedWidthVector) vector).getTypeWidth());
      default -> new BytesKey(vector);
    };
  }

  /**
   * Refuses a type that cannot be sorted by.
   *
   * @param field the column by value: not dictionary-encoded
   * @throws IllegalArgumentException naming column and type
   */
  static void requireOrder(Field field) {
    boolean ordered =
        NumberForm.of(field.getType()) != null
            || switch (field.getType()) {
              case ArrowType.Decimal ignored -> true;
              case ArrowType.Utf8 ignored -> true;
              case ArrowType.LargeUtf8 ignored -> true;
              case ArrowType.Binary ignored -> true;
              case ArrowType.LargeBinary ignored -> true;
              case ArrowType.FixedSizeBinary ignored -> true;
              default -> false;
            };
    if (!ordered) {
      throw new IllegalArgumentException(
          "cannot sort by a column of this type: column="
              + field.getName()
              + " type="
              + field.getType());
    }
  }

  /** Whether there is no value in a row. */
  boolean isNull(int row) {
    return validity != null && !OffHeap.bit(validity, row);
  }

  /** Whether any row has no value. */
  boolean hasNulls() {
    return validity != null;
  }

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

  /** Whether values with this prefix are equal whenever they have the same. */
  abstract boolean decides(long prefix);

  /**
   * Compares two values, neither null. The other column has the same type, dictionary encoding
   * aside.
   */
  abstract int compare(int row, KeyColumn other, int otherRow);

  /** The column whose memory a row's value lies in. */
  KeyColumn values() {
    return this;
  }

  /** The row there. */
  int valueRow(int row) {
    return row;
  }

  /** Values that stand in a dictionary: the rows hold indices into it. */
  private static final class DictionaryKey extends KeyColumn {
    private final BaseIntVector indices;
    private final KeyColumn values;

    DictionaryKey(FieldVector vector, BaseIntVector indices, KeyColumn values) {
      super(vector);
      this.indices = indices;
      this.values = values;
    }

    @Override
    boolean isNull(int row) {
      return super.isNull(row) || values.isNull(index(row));
    }

    @Override
    boolean hasNulls() {
      return super.hasNulls() || values.hasNulls();
    }

    @Override
    long prefix(int row) {
      // What stands in a null row need not be an index.
      return super.isNull(row) ? 0 : values.prefix(index(row));
    }

    @Override
    boolean decides(long prefix) {
      return values.decides(prefix);
    }

    @Override
    int compare(int row, KeyColumn other, int otherRow) {
      return values().compare(valueRow(row), other, otherRow);
    }

    @Override
    KeyColumn values() {
      return values.values();
    }

    @Override
    int valueRow(int row) {
      return values.valueRow(index(row));
    }

    private int index(int row) {
      return (int) indices.getValueAsLong(row);
    }
  }
}
