package io.plasmastore.sort;

/**
 * Room for prefixes and references of rows, as much again to sort them into, and for their places.
 * A worker has one and keeps it, a process from sort to sort, since fresh arrays of this size cost
 * as much as the sorting. One thread.
 */
final class SortSpace {
  long[] keys = new long[0];
  long[] rows = new long[0];
  long[] otherKeys = new long[0];
  long[] otherRows = new long[0];

  /** Sorts the keys. */
  final LongSort numbers = new LongSort();

  /** The place that each row is to have, in the order in which the rows were loaded. */
  int[] places = new int[0];

  /** Makes room for so many rows. What was in the arrays is lost. */
  void reserve(int count) {
    if (keys.length < count) {
      // Dropped first: the old and the new together would be twice what is needed.
      keys = rows = otherKeys = otherRows = new long[0];
      places = new int[0];
      keys = new long[count];
      rows = new long[count];
      otherKeys = new long[count];
      otherRows = new long[count];
      places = new int[count];
    }
  }

  private char[] parts = new char[0];

  /** Room for the part of each of so many rows. What was in it is lost. */
  char[] parts(int count) {
    if (parts.length < count) {
      parts = new char[0];
      parts = new char[count];
    }
    return parts;
  }
}
