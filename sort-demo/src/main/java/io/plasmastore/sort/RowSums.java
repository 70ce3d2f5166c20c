package io.plasmastore.sort;

import io.plasmastore.ErrorCode;
import io.plasmastore.PlasmaException;
import java.util.List;

/**
 * What workers say of the rows that they took and of those that they made, so that the two can be
 * held against each other. One thread.
 */
final class RowSums {
  private static final int SPLIT_SUM = 0;
  private static final int SPLIT_NANOS = 1;
  private static final int SPLIT_ROWS = 2;
  private static final int MERGE_ROWS = 0;
  private static final int MERGE_SUM = 1;
  private static final int MERGE_DISORDERED = 2;
  private static final int MERGE_NANOS = 3;

  private long rowsTaken;
  private long rowsMade;
  private long sumTaken;
  private long sumMade;
  private long disordered;
  private long nanos;

  /** The rows of each piece, of the answer to a split. */
  static List<Long> splitRows(List<Long> answer) {
    return answer.subList(SPLIT_ROWS, answer.size());
  }

  /** Adds the answer to a split of so many rows. */
  void addSplit(long rows, List<Long> answer) {
    rowsTaken += rows;
    sumTaken += answer.get(SPLIT_SUM);
    nanos += answer.get(SPLIT_NANOS);
  }

  /** Adds the answer to a merge. */
  void addMerge(List<Long> answer) {
    rowsMade += answer.get(MERGE_ROWS);
    sumMade += answer.get(MERGE_SUM);
    disordered += answer.get(MERGE_DISORDERED);
    nanos += answer.get(MERGE_NANOS);
  }

  /** Adds rows that were found to come after the next. */
  void addDisordered(long rows) {
    disordered += rows;
  }

  /** The time that all workers together took for hashing and checking. */
  double seconds() {
    return nanos / 1e9;
  }

  /**
   * Checks that the rows that were made are those that were taken, and in order.
   *
   * @throws PlasmaException INTERNAL_ERROR with the numbers, if they are not
   */
  void check() {
    if (rowsMade != rowsTaken || sumMade != sumTaken || disordered != 0) {
      throw new PlasmaException(
          ErrorCode.INTERNAL_ERROR,
          "sorted wrongly: rows=%d wanted=%d sum=%016x wanted=%016x disordered=%d"
              .formatted(rowsMade, rowsTaken, sumMade, sumTaken, disordered));
    }
  }
}
