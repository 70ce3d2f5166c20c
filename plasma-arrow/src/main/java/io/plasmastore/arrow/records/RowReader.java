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
  private int next;
  private int size;

  /** The row that the arrays begin with, and how many rows they have. */
  private int runStart;

  private int runCount;

  /** The record of a row. */
  @Override
  abstract Object get(int row);

  /** Has each component's column that is not primitive read in order. */
  abstract void readInOrder();

  /** Makes an array for each primitive component, if that is how this iterates. */
  abstract void makeRuns();

  /**
   * Fills these arrays from a row on, and makes those of the other components.
   *
   * @return how many rows have all; 0 if the first is out of the ordinary, and to be got alone
   */
  abstract int fillRuns(int row, int count);

  /** An iterator over the first rows, for one thread. */
  final Iterator<Object> iterator(HeldObject object, int rows) {
    RowReader iterator = inOrder();
    iterator.makeRuns();
    iterator.held = object;
    iterator.next = 0;
    iterator.size = rows;
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

  @Override
  public final boolean hasNext() {
    return next < size;
  }

  /** Where in the arrays a row is, or -1 if it is in none; rows are asked for in order. */
  final int indexInRun(int row) {
    int index = row - runStart;
    return index < runCount ? index : startRun(row);
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

  private int startRun(int row) {
    // The first ones are short, for those who look at a few rows only.
    int wanted = Math.min(Math.clamp(2L * runCount, Run.MIN_ROWS, Run.ROWS), size - row);
    runStart = row;
    runCount = fillRuns(row, wanted);
    return runCount > 0 ? 0 : -1;
  }

  /** The row that is the next one. */
  final int advance() {
    int row = next;
    if (held == null || row >= size) {
      throw new NoSuchElementException("rows=" + size);
    }
    held.requireOpen();
    next = row + 1;
    return row;
  }
}
