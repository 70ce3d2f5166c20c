package io.plasmastore.arrow;

import java.util.ArrayList;
import java.util.List;
import org.apache.arrow.vector.types.pojo.Field;

/**
 * What a batch consists of, and where in its metadata stands what belongs to the columns that are
 * read: all of them, or some.
 *
 * @param columns those that are read
 * @param total what all columns of the batch have
 * @param read what those that are read have
 * @param ranges where that stands, one behind the other in the order of the columns
 */
record BatchShape(List<ColumnLayout> columns, Counts total, Counts read, List<Range> ranges) {
  private static final Counts NONE = new Counts(0, 0, 0, 0, 0);

  /**
   * What columns have, with those below.
   *
   * @param nodes field nodes
   * @param buffers without those that views add
   * @param views columns of views
   * @param unions columns of unions
   * @param runs run-end encoded columns
   */
  record Counts(int nodes, int buffers, int views, int unions, int runs) {
    private static Counts of(ColumnLayout column) {
      List<ColumnLayout> one = List.of(column);
      return new Counts(
          ColumnLayout.nodeCount(one),
          ColumnLayout.bufferCount(one),
          ColumnLayout.count(one, kind -> kind == ColumnLayout.Kind.VIEW),
          ColumnLayout.count(one, ColumnLayout.Kind::isUnion),
          ColumnLayout.count(one, kind -> kind == ColumnLayout.Kind.RUN_END_ENCODED));
    }

    private Counts plus(Counts more) {
      return new Counts(
          nodes + more.nodes,
          buffers + more.buffers,
          views + more.views,
          unions + more.unions,
          runs + more.runs);
    }
  }

  /**
   * A stretch of the metadata.
   *
   * @param start what stands before it
   * @param count what it has
   */
  record Range(Counts start, Counts count) {}

  /**
   * All columns of some fields.
   *
   * @throws UnsupportedOperationException naming field and type of the first that is not supported
   */
  static BatchShape of(List<Field> fields) {
    List<ColumnLayout> columns = ColumnLayout.of(fields);
    Counts total = NONE;
    for (ColumnLayout column : columns) {
      total = total.plus(Counts.of(column));
    }
    return new BatchShape(columns, total, total, List.of(new Range(NONE, total)));
  }

  /** Some of the columns of a shape that has all of them. */
  BatchShape select(int[] numbers) {
    List<Range> all = new ArrayList<>(columns.size());
    Counts start = NONE;
    for (ColumnLayout column : columns) {
      Counts count = Counts.of(column);
      all.add(new Range(start, count));
      start = start.plus(count);
    }
    List<ColumnLayout> chosen = new ArrayList<>(numbers.length);
    List<Range> chosenRanges = new ArrayList<>(numbers.length);
    Counts chosenCounts = NONE;
    for (int number : numbers) {
      chosen.add(columns.get(number));
      chosenRanges.add(all.get(number));
      chosenCounts = chosenCounts.plus(all.get(number).count());
    }
    return new BatchShape(List.copyOf(chosen), total, chosenCounts, List.copyOf(chosenRanges));
  }
}
