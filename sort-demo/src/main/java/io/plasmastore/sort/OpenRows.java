package io.plasmastore.sort;

import io.plasmastore.arrow.ArrowObject;
import java.util.ArrayList;
import java.util.List;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.dictionary.DictionaryProvider;

/**
 * Batches of some dataframes in the store, opened together and numbered in the order in which they
 * were added; see {@link RowOrder} for how a row is named. Holds a pin on each object until it is
 * closed. One thread.
 */
final class OpenRows implements AutoCloseable {
  /**
   * The part of a batch that belongs to the rows.
   *
   * @param root the whole batch
   * @param dictionaries of its columns
   * @param from the first row
   * @param to after the last row
   */
  record Part(VectorSchemaRoot root, DictionaryProvider dictionaries, int from, int to) {
    int rowCount() {
      return to - from;
    }
  }

  private final List<Part> parts = new ArrayList<>();
  private final List<AutoCloseable> opened = new ArrayList<>();

  /** Adds all batches of a dataframe, and takes it over. */
  void add(ArrowObject dataframe) {
    add(dataframe, 0, dataframe.rowCount());
  }

  /**
   * Adds the batches that have the rows {@code from} to {@code to - 1} of a dataframe, and takes it
   * over, also when it fails.
   */
  void add(ArrowObject dataframe, long from, long to) {
    opened.add(dataframe);
    long start = 0;
    for (int i = 0; i < dataframe.batchCount() && start < to; i++) {
      long end = start + dataframe.rowCount(i);
      if (end > from && start < to && end > start) {
        VectorSchemaRoot root = dataframe.batch(i);
        opened.add(root);
        parts.add(
            new Part(
                root,
                dataframe,
                (int) (Math.max(from, start) - start),
                (int) (Math.min(to, end) - start)));
      }
      start = end;
    }
  }

  /** The parts, by their numbers. */
  List<Part> parts() {
    return parts;
  }

  /** The rows of all parts. */
  long rowCount() {
    return parts.stream().mapToLong(Part::rowCount).sum();
  }

  /** The order of these rows by columns of the keys' names. */
  RowOrder order(KeyRules rules) {
    RowOrder order = new RowOrder(rules);
    parts.forEach(part -> order.add(keys(part, rules)));
    return order;
  }

  /** The columns of the keys' names in a part. */
  static KeyColumn[] keys(Part part, KeyRules rules) {
    KeyColumn[] keys = new KeyColumn[rules.count()];
    for (int key = 0; key < keys.length; key++) {
      FieldVector vector = part.root().getVector(rules.keys().get(key).column());
      keys[key] = KeyColumn.of(vector, part.dictionaries(), rules.types().get(key));
    }
    return keys;
  }

  /**
   * Puts the prefixes and the references of all rows into a space, from 0 on, in their order here.
   */
  void load(RowOrder order, SortSpace space) {
    space.reserve(Math.toIntExact(rowCount()));
    int at = 0;
    for (int number = 0; number < parts.size(); number++) {
      Part part = parts.get(number);
      order.prefixes(number, part.from(), part.to(), space.keys, at);
      long[] rows = space.rows;
      long first = RowOrder.reference(number, part.from());
      for (int i = 0; i < part.rowCount(); i++) {
        rows[at + i] = first + i;
      }
      at += part.rowCount();
    }
  }

  /**
   * Gives each of these rows the place that its reference has among the first so many rows of a
   * space.
   */
  void place(SortSpace space) {
    int[] starts = new int[parts.size()];
    int start = 0;
    for (int number = 0; number < starts.length; number++) {
      starts[number] = start - parts.get(number).from();
      start += parts.get(number).rowCount();
    }
    long[] rows = space.rows;
    int[] places = space.places;
    for (int i = 0; i < start; i++) {
      places[starts[RowOrder.batch(rows[i])] + RowOrder.row(rows[i])] = i;
    }
  }

  @Override
  public void close() {
    List<AutoCloseable> reversed = List.copyOf(opened).reversed();
    opened.clear();
    parts.clear();
    Closing.all(reversed);
  }
}
