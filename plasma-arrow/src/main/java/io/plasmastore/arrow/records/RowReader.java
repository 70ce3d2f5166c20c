package io.plasmastore.arrow.records;

import java.util.Iterator;
import java.util.NoSuchElementException;
import org.jspecify.annotations.Nullable;

/**
 * Makes records of the components' columns. {@link RecordClasses} makes a subclass for each record
 * class, which is the class of the iterators over its records too: a loop then calls methods that
 * belong to that record alone, and the compiler sees through them even where a program iterates
 * over records of many classes.
 */
abstract class RowReader extends Reader implements Iterator<Object>, Cloneable {
  private @Nullable HeldObject held;
  private int size;

  /** The row that the arrays begin with, how many rows they have, and which of these is next. */
  private int start;

  private int count;
  private int next;

  /** The record of a row. */
  @Override
  abstract Object get(int row);

  /** Has each component's column that is not primitive read in order. */
  abstract void readInOrder();

  /** Makes an array for each primitive component, if that is how this iterates; says whether. */
  abstract boolean makeRuns();

  /**
   * Fills these arrays from a row on, and makes those of the other components.
   *
   * @return how many rows have all; 0 if the first is out of the ordinary, and to be got alone
   */
  abstract int fillRuns(int row, int count);

  /** An iterator over the first rows, for one thread. */
  final Iterator<Object> iterator(HeldObject object, int rows) {
    RowReader iterator = inOrder();
    iterator.held = object;
    iterator.size = rows;
    // Without arrays all rows are at hand.
    iterator.count = iterator.makeRuns() ? 0 : rows;
    return iterator;
  }

  @Override
  final RowReader inOrder() {
    try {
      RowReader reader = (RowReader) clone();
      reader.readInOrder();
      return reader;
    } catch (CloneNotSupportedException e) {
      throw new AssertionError("it is cloneable", e);
    }
  }

  /** Whether there is another row, in the arrays or behind them. */
  final boolean hasMore() {
    return next < count || start + count < size;
  }

  /** The same where there are no arrays. */
  final boolean hasMoreRows() {
    return next < count;
  }

  /** How many rows, of so many from one on, have values that a column has ready then. */
  static int ahead(Reader column, int row, int count) {
    return column instanceof Run run ? run.ahead(row, count) : count;
  }

  /** The values that a column has ready, or null if it is one whose values are made one by one. */
  static @Nullable Object @Nullable [] values(Reader column) {
    return column instanceof Run run ? run.values() : null;
  }

  /** Where among these values each row has its own. */
  static int @Nullable [] places(Reader column) {
    return column instanceof Run run ? run.places() : null;
  }

  /**
   * Where the next row is in the arrays.
   *
   * @return its index in them; or, if it has to be got alone, minus its number and 1
   */
  final int advance() {
    int index = next;
    if (held == null || index >= count) {
      return startRun();
    }
    held.requireOpen();
    next = index + 1;
    return index;
  }

  /**
   * The row that is next, where there are no arrays. A method of its own, since a loop in which
   * arrays could be filled is one that the compiler does not look through.
   */
  final int advanceRow() {
    int row = next;
    if (held == null || row >= count) {
      throw new NoSuchElementException("rows=" + size);
    }
    held.requireOpen();
    next = row + 1;
    return row;
  }

  /** The number of the row at an index in the arrays. */
  final int row(int index) {
    return start + index;
  }

  private int startRun() {
    int row = start + count;
    if (held == null || row >= size) {
      throw new NoSuchElementException("rows=" + size);
    }
    held.requireOpen();
    // The first ones are short, for those who look at a few rows only.
    int wanted = Math.min(Math.clamp(2L * count, Run.MIN_ROWS, Run.ROWS), size - row);
    // As if it were to be got alone, so that the next one comes next also when this fails.
    start = row + 1;
    count = 0;
    next = 0;
    int found = fillRuns(row, wanted);
    if (found == 0) {
      return -1 - row;
    }
    start = row;
    count = found;
    next = 1;
    return 0;
  }
}
