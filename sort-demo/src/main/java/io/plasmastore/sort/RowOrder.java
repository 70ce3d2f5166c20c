package io.plasmastore.sort;

import java.util.ArrayList;
import java.util.List;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.dictionary.DictionaryProvider;

/**
 * The order of the rows of some batches by some keys. A row is named by a {@linkplain #reference
 * reference}: its batch and its number there. Good as long as the vectors of the batches are. Any
 * number of threads may compare once all batches are added.
 */
final class RowOrder {
  private final List<SortKey> keys;
  private final List<KeyColumn[]> added = new ArrayList<>();
  private KeyColumn[][] columns = new KeyColumn[0][];

  RowOrder(List<SortKey> keys) {
    this.keys = keys;
  }

  /** The name of a row: 32 bits of batch, 32 bits of row. Never negative. */
  static long reference(int batch, int row) {
    return ((long) batch << Integer.SIZE) | row;
  }

  static int batch(long reference) {
    return (int) (reference >>> Integer.SIZE);
  }

  static int row(long reference) {
    return (int) reference;
  }

  /**
   * Adds a batch.
   *
   * @param vectors of the keys' columns, in the order of the keys
   * @return its number, counted from 0
   */
  int add(List<FieldVector> vectors, DictionaryProvider dictionaries) {
    added.add(
        vectors.stream()
            .map(vector -> KeyColumn.of(vector, dictionaries))
            .toArray(KeyColumn[]::new));
    columns = added.toArray(KeyColumn[][]::new);
    return added.size() - 1;
  }

  int keyCount() {
    return keys.size();
  }

  /**
   * The prefixes of the first key, in its direction, of rows {@code from} to {@code to - 1} of a
   * batch. A null's is the end of the range at which nulls stand.
   */
  void prefixes(int batch, int from, int to, long[] out, int at) {
    KeyColumn column = columns[batch][0];
    column.prefixes(from, to, out, at);
    if (keys.getFirst().isDescending()) {
      for (int i = at; i < at + to - from; i++) {
        out[i] = ~out[i];
      }
    }
    if (column.hasNulls()) {
      for (int row = from; row < to; row++) {
        if (column.isNull(row)) {
          out[at + row - from] = ofNull(0);
        }
      }
    }
  }

  /** The prefix of one key of one row, in its direction. */
  long prefix(int key, long reference) {
    KeyColumn column = columns[batch(reference)][key];
    int row = row(reference);
    if (column.isNull(row)) {
      return ofNull(key);
    }
    long prefix = column.prefix(row);
    return keys.get(key).isDescending() ? ~prefix : prefix;
  }

  /** Whether rows with this prefix of a key have equal keys whenever they have the same. */
  boolean decides(int key, long prefix) {
    boolean descending = keys.get(key).isDescending();
    return columns.length == 0 || columns[0][key].decides(descending ? ~prefix : prefix);
  }

  /** Compares two rows by one key and all after it. */
  int compare(long one, long two, int firstKey) {
    KeyColumn[] first = columns[batch(one)];
    KeyColumn[] second = columns[batch(two)];
    int rowOne = row(one);
    int rowTwo = row(two);
    for (int i = firstKey; i < first.length; i++) {
      boolean nullOne = first[i].isNull(rowOne);
      boolean nullTwo = second[i].isNull(rowTwo);
      int order;
      if (nullOne || nullTwo) {
        order = Boolean.compare(nullOne, nullTwo);
        order = keys.get(i).areNullsFirst() ? -order : order;
      } else {
        order = first[i].compare(rowOne, second[i], rowTwo);
        order = keys.get(i).isDescending() ? -order : order;
      }
      if (order != 0) {
        return order;
      }
    }
    return 0;
  }

  /** Compares two rows whose first keys have equal prefixes. */
  int compareTied(long one, long two, long prefix) {
    return compare(one, two, decides(0, prefix) ? 1 : 0);
  }

  private long ofNull(int key) {
    return keys.get(key).areNullsFirst() ? Long.MIN_VALUE : Long.MAX_VALUE;
  }
}
