package io.plasmastore.sort;

import java.util.ArrayList;
import java.util.List;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.dictionary.DictionaryProvider;

/**
 * The order of the rows of some batches by some keys. A row is named by a {@linkplain #reference
 * reference}: its batch and its number there. Good as long as the memory of the batches is. Any
 * number of threads may compare once all batches are added.
 */
final class RowOrder implements RowComparison {
  private final KeyRules rules;
  private final int secondBits;
  private final List<KeyColumn[]> added = new ArrayList<>();
  private KeyColumn[][] columns = new KeyColumn[0][];
  private long[] seconds = new long[0];

  RowOrder(KeyRules rules) {
    this.rules = rules;
    this.secondBits = rules.secondBits();
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
    KeyColumn[] keys = new KeyColumn[vectors.size()];
    for (int key = 0; key < keys.length; key++) {
      keys[key] = KeyColumn.of(vectors.get(key), dictionaries, rules.types().get(key));
    }
    return add(keys);
  }

  /**
   * Adds a batch.
   *
   * @param keys its columns, in the order of the keys
   * @return its number, counted from 0
   */
  int add(KeyColumn[] keys) {
    added.add(keys);
    columns = added.toArray(KeyColumn[][]::new);
    return added.size() - 1;
  }

  @Override
  public int keyCount() {
    return rules.count();
  }

  /**
   * The prefixes of the first key of rows {@code from} to {@code to - 1} of a batch. One thread at
   * a time.
   */
  void prefixes(int batch, int from, int to, long[] out, int at) {
    prefixes(0, batch, from, to, out, at);
    if (secondBits > 0) {
      int count = to - from;
      if (seconds.length < count) {
        seconds = new long[count];
      }
      prefixes(1, batch, from, to, seconds, 0);
      for (int i = 0; i < count; i++) {
        out[at + i] = KeyRules.combined(out[at + i], seconds[i], secondBits);
      }
    }
  }

  @Override
  public long prefix(int key, long reference) {
    long prefix = ownPrefix(key, reference);
    return key == 0 && secondBits > 0
        ? KeyRules.combined(prefix, ownPrefix(1, reference), secondBits)
        : prefix;
  }

  @Override
  public boolean decides(int key, long prefix) {
    return rules.decides(key, prefix);
  }

  @Override
  public boolean decidesWithinRange(int key) {
    return rules.decidesWithinRange(key);
  }

  @Override
  public int compare(long one, long two, int firstKey) {
    KeyColumn[] first = columns[batch(one)];
    KeyColumn[] second = columns[batch(two)];
    int rowOne = row(one);
    int rowTwo = row(two);
    for (int i = firstKey; i < first.length; i++) {
      boolean nullOne = first[i].isNull(rowOne);
      boolean nullTwo = second[i].isNull(rowTwo);
      int order =
          nullOne || nullTwo
              ? rules.nulls(i, nullOne, nullTwo)
              : rules.directed(i, first[i].compare(rowOne, second[i], rowTwo));
      if (order != 0) {
        return order;
      }
    }
    return 0;
  }

  private void prefixes(int key, int batch, int from, int to, long[] out, int at) {
    KeyColumn column = columns[batch][key];
    column.prefixes(from, to, out, at);
    if (rules.keys().get(key).isDescending()) {
      for (int i = at; i < at + to - from; i++) {
        out[i] = ~out[i];
      }
    }
    if (column.hasNulls()) {
      for (int row = from; row < to; row++) {
        if (column.isNull(row)) {
          out[at + row - from] = rules.ofNull(key);
        }
      }
    }
  }

  private long ownPrefix(int key, long reference) {
    KeyColumn column = columns[batch(reference)][key];
    int row = row(reference);
    return column.isNull(row) ? rules.ofNull(key) : rules.directed(key, column.prefix(row));
  }
}
