package io.plasmastore.arrow.records;

import java.util.List;

/**
 * A stored dataframe does not have what a record asks for: a column is missing, has another type,
 * or has nulls where the record allows none. It is thrown before any record is handed out, except
 * for nulls and unknown enum constants that lie deeper, which are met when they are read.
 */
public class SchemaMismatchException extends IllegalArgumentException {
  private static final long serialVersionUID = 1L;

  private final String[] differences;

  /**
   * Makes an exception.
   *
   * @param message what does not fit together
   * @param differences each difference, in the order of the record's components
   */
  public SchemaMismatchException(String message, List<String> differences) {
    super(message + ": " + String.join("; ", differences));
    this.differences = differences.toArray(String[]::new);
  }

  static SchemaMismatchException of(String difference) {
    return new SchemaMismatchException("the data does not fit to the record", List.of(difference));
  }

  /**
   * What is different.
   *
   * @return a line for each difference, naming component and types
   */
  public List<String> differences() {
    return List.of(differences);
  }
}
