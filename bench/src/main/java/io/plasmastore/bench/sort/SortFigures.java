package io.plasmastore.bench.sort;

import io.plasmastore.bench.report.Machine;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * All that a run of {@code bench sort} has found, as it is written to JSON.
 *
 * @param machine where it was
 * @param copyBytesPerSecond what all processors together copy, read and written bytes counted
 * @param effort how often each was timed
 * @param cases what was sorted
 */
record SortFigures(Machine machine, double copyBytesPerSecond, Effort effort, List<Case> cases) {
  /** Keeps a copy of the list. */
  SortFigures {
    cases = List.copyOf(cases);
  }

  /**
   * One kind of rows.
   *
   * @param name of the case
   * @param title what rows they are
   * @param rows how many
   * @param fullRows how many the goals are stated for
   * @param bytes of the rows
   * @param movedBytes that sorting them has to read and write at least
   * @param outcomes ours first
   * @param goals what was to be reached
   * @param notes what else there is to say
   */
  record Case(
      String name,
      String title,
      long rows,
      long fullRows,
      long bytes,
      long movedBytes,
      List<Outcome> outcomes,
      List<GoalLine> goals,
      List<String> notes) {}

  /**
   * A goal.
   *
   * @param what is compared
   * @param against what it is divided by
   * @param ratio that was found; null if it was not
   * @param goal the ratio to be reached
   * @param atLeast whether the ratio has to be that or more, else that or less
   */
  record GoalLine(
      String what, String against, @Nullable Double ratio, double goal, boolean atLeast) {
    @Nullable Boolean isMet() {
      return ratio == null ? null : atLeast ? ratio >= goal : ratio <= goal;
    }
  }
}
