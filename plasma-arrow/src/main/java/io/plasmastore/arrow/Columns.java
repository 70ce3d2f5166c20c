package io.plasmastore.arrow;

import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.apache.arrow.vector.types.pojo.Field;

/**
 * Which columns of a dataframe to read, in which order: by their names, or by their numbers. A
 * nested column is read whole. Only what is asked for is looked at, so that three columns of a
 * thousand cost what three columns cost.
 *
 * <pre>{@code
 * Columns columns = Columns.named("time", "price");
 * try (VectorSchemaRoot root = dataframes.get(id, columns)) {
 *   ...
 * }
 * }</pre>
 *
 * <p>Immutable, for any thread. Keep one that is used often.
 */
public final class Columns {
  private static final int MAX_NAMED_IN_ERROR = 50;

  private final List<Object> asked;
  private final int hash;

  private Columns(List<Object> asked) {
    Set<Object> once = new HashSet<>();
    for (Object column : asked) {
      if (!once.add(column)) {
        throw new IllegalArgumentException(
            "a column was asked for twice: column=" + column + " asked=" + asked);
      }
    }
    this.asked = asked;
    this.hash = asked.hashCode();
  }

  /**
   * Columns by their names. Where a dataframe has two columns of one of the names, or none, reading
   * these of it is an {@link IllegalArgumentException}.
   *
   * @param names of columns on top, each once, in the order that the vectors are to have
   * @return the columns
   * @throws IllegalArgumentException if a name occurs twice
   */
  public static Columns named(String... names) {
    return named(Arrays.asList(names));
  }

  /**
   * Columns by their names, as {@link #named(String...)}.
   *
   * @param names of columns on top, each once, in the order that the vectors are to have
   * @return the columns
   * @throws IllegalArgumentException if a name occurs twice
   */
  public static Columns named(List<String> names) {
    return new Columns(List.copyOf(names));
  }

  /**
   * Columns by their numbers, for where names occur twice or are not known. Where a dataframe has
   * fewer columns, reading these of it is an {@link IllegalArgumentException}.
   *
   * @param numbers of columns on top, from 0, each once, in the order that the vectors are to have
   * @return the columns
   * @throws IllegalArgumentException if a number is negative or occurs twice
   */
  public static Columns at(int... numbers) {
    for (int number : numbers) {
      if (number < 0) {
        throw new IllegalArgumentException("columns are numbered from 0: number=" + number);
      }
    }
    return new Columns(List.copyOf(IntStream.of(numbers).boxed().toList()));
  }

  /** Numbers of the columns among the fields of a dataframe. */
  int[] among(List<Field> fields) {
    return asked.stream().mapToInt(column -> number(column, fields)).toArray();
  }

  private static int number(Object column, List<Field> fields) {
    if (column instanceof Integer number) {
      if (number >= fields.size()) {
        throw new IllegalArgumentException(
            "no such column: number=" + number + " columns=" + fields.size());
      }
      return number;
    }
    int[] found =
        IntStream.range(0, fields.size())
            .filter(i -> fields.get(i).getName().equals(column))
            .limit(2)
            .toArray();
    if (found.length == 0) {
      throw new IllegalArgumentException(
          "no such column: name=" + column + " columns=" + names(fields));
    }
    if (found.length > 1) {
      throw new IllegalArgumentException(
          "several columns have this name, ask for one by its number: name=%s numbers=%d,%d"
              .formatted(column, found[0], found[1]));
    }
    return found[0];
  }

  private static String names(List<Field> fields) {
    List<String> first = fields.stream().limit(MAX_NAMED_IN_ERROR).map(Field::getName).toList();
    return fields.size() > MAX_NAMED_IN_ERROR
        ? first + " and others of " + fields.size()
        : "" + first;
  }

  @Override
  public boolean equals(Object other) {
    return other == this
        || (other instanceof Columns columns
            && hash == columns.hash
            && asked.equals(columns.asked));
  }

  @Override
  public int hashCode() {
    return hash;
  }

  @Override
  public String toString() {
    return "Columns" + asked;
  }
}
