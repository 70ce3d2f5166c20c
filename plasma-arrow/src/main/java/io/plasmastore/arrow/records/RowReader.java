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

  /** The record of a row. */
  @Override
  abstract Object get(int row);

  /** Has each component's column read in order. */
  abstract void readInOrder();

  /** An iterator over the first rows, for one thread. */
  final Iterator<Object> iterator(HeldObject object, int rows) {
    RowReader iterator = inOrder();
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
