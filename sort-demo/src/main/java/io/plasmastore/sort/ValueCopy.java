package io.plasmastore.sort;

import java.util.Objects;
import org.apache.arrow.vector.BaseIntVector;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.dictionary.DictionaryProvider;

/** Copies single values; of a dictionary-encoded column, the value and not the index. */
final class ValueCopy {
  private ValueCopy() {}

  /**
   * Copies a value, or a null.
   *
   * @param target a column by value, allocated
   */
  static void copy(
      FieldVector source, DictionaryProvider dictionaries, int row, FieldVector target, int at) {
    if (source.getField().getDictionary() == null) {
      target.copyFromSafe(row, at, source);
    } else if (!source.isNull(row)) {
      int index = (int) ((BaseIntVector) source).getValueAsLong(row);
      copy(values(source, dictionaries), dictionaries, index, target, at);
    }
    // What is not set in a new vector is null.
  }

  /** The values that a dictionary-encoded column refers to. */
  static FieldVector values(FieldVector encoded, DictionaryProvider dictionaries) {
    long id = encoded.getField().getDictionary().getId();
    return Objects.requireNonNull(dictionaries.lookup(id)).getVector();
  }
}
