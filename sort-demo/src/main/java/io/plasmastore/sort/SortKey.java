package io.plasmastore.sort;

import java.util.Locale;
import java.util.Objects;

/**
 * One column to sort by. The order of values is that of {@link ParallelSort}; nulls stand at the
 * end that this says, whatever the direction.
 *
 * @param column name of a top-level column that each partition has
 * @param direction which values come first
 * @param nulls at which end the nulls stand
 */
public record SortKey(String column, Direction direction, Nulls nulls) {
  /** Which values come first. */
  public enum Direction {
    /** The least value first. */
    ASCENDING,
    /** The greatest value first. */
    DESCENDING
  }

  /** At which end the nulls stand. */
  public enum Nulls {
    /** Before all values. */
    FIRST,
    /** After all values. */
    LAST
  }

  private static final char SEPARATOR = ':';

  /** Refuses nulls. */
  public SortKey {
    Objects.requireNonNull(column, "column");
    Objects.requireNonNull(direction, "direction");
    Objects.requireNonNull(nulls, "nulls");
  }

  /**
   * A column, ascending, nulls last.
   *
   * @param column its name
   * @return the key
   */
  public static SortKey of(String column) {
    return new SortKey(column, Direction.ASCENDING, Nulls.LAST);
  }

  /**
   * Reads {@code column[:asc|:desc][:nulls-first|:nulls-last]}, the words in any order and either
   * case. What stands before is the name of the column, colons included.
   *
   * @param text what to read
   * @return the key; ascending, nulls last, where the text does not say
   * @throws IllegalArgumentException if there is no column
   */
  public static SortKey parse(String text) {
    SortKey key = of(text);
    boolean directed = false;
    boolean placed = false;
    for (int at = text.lastIndexOf(SEPARATOR); at >= 0; at = key.column.lastIndexOf(SEPARATOR)) {
      String word = key.column.substring(at + 1).toLowerCase(Locale.ROOT);
      SortKey rest = new SortKey(key.column.substring(0, at), key.direction, key.nulls);
      if (!directed && (word.equals("asc") || word.equals("desc"))) {
        directed = true;
        key = word.equals("desc") ? rest.descending() : rest;
      } else if (!placed && (word.equals("nulls-first") || word.equals("nulls-last"))) {
        placed = true;
        key = word.equals("nulls-first") ? rest.nullsFirst() : rest;
      } else {
        break;
      }
    }
    if (key.column.isEmpty()) {
      throw new IllegalArgumentException("a key without a column: key=" + text);
    }
    return key;
  }

  /**
   * The same with the least value first.
   *
   * @return the key
   */
  public SortKey ascending() {
    return new SortKey(column, Direction.ASCENDING, nulls);
  }

  /**
   * The same with the greatest value first.
   *
   * @return the key
   */
  public SortKey descending() {
    return new SortKey(column, Direction.DESCENDING, nulls);
  }

  /**
   * The same with the nulls before all values.
   *
   * @return the key
   */
  public SortKey nullsFirst() {
    return new SortKey(column, direction, Nulls.FIRST);
  }

  /**
   * The same with the nulls after all values.
   *
   * @return the key
   */
  public SortKey nullsLast() {
    return new SortKey(column, direction, Nulls.LAST);
  }

  boolean isDescending() {
    return direction == Direction.DESCENDING;
  }

  boolean areNullsFirst() {
    return nulls == Nulls.FIRST;
  }

  /**
   * The form that {@link #parse} reads.
   *
   * @return column, direction and place of the nulls
   */
  @Override
  public String toString() {
    return column
        + SEPARATOR
        + (isDescending() ? "desc" : "asc")
        + SEPARATOR
        + (areNullsFirst() ? "nulls-first" : "nulls-last");
  }
}
