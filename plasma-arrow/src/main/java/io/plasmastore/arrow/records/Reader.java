package io.plasmastore.arrow.records;

import org.jspecify.annotations.Nullable;

/**
 * The values of one column of a batch, over the object's memory. Reads never leave the object,
 * whatever the bytes say; that the object is still held, and that there is such a row, is checked
 * by who calls. For any thread.
 */
abstract class Reader {
  /** The value, boxed where it is primitive. */
  abstract @Nullable Object get(int row);

  /** A reader of the same values for one thread, which is faster where it reads row after row. */
  Reader inOrder() {
    return this;
  }
}
