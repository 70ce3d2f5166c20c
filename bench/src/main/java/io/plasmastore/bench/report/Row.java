package io.plasmastore.bench.report;

import io.plasmastore.bench.measure.Measurement;
import org.jspecify.annotations.Nullable;

/**
 * One line of a report.
 *
 * @param what the operation
 * @param measurement what it took
 * @param ratio to what the goal or the operation's description names, or null
 * @param goal what it must reach, or null if it is only there to compare with
 * @param unit what was measured
 * @param headline where it stands in the headline, or null if it doesn't
 */
public record Row(
    String what,
    Measurement measurement,
    @Nullable Double ratio,
    @Nullable Goal goal,
    Unit unit,
    @Nullable Place headline) {
  /**
   * A place in the table that compares everybody at a glance.
   *
   * @param column what was done
   * @param who did it
   */
  public record Place(String column, String who) {
    /** How ours is called there. */
    public static final String OURS = "Plasma for Java";
  }

  /** A line only to compare with. */
  public static Row of(String what, Measurement measurement) {
    return new Row(what, measurement, null, null, Unit.TIME, null);
  }

  /** The same with a ratio. */
  public Row withRatio(double value) {
    return new Row(what, measurement, value, goal, unit, headline);
  }

  /** The same with a goal, or with none. */
  public Row withGoal(@Nullable Goal wanted) {
    return new Row(what, measurement, ratio, wanted, unit, headline);
  }

  /** The same where it is not time that was measured. */
  public Row in(Unit other) {
    return new Row(what, measurement, ratio, goal, other, headline);
  }

  /** The same, shown in the headline. */
  public Row inHeadline(String column, String who) {
    return new Row(what, measurement, ratio, goal, unit, new Place(column, who));
  }

  /** Whether the goal is reached, or null if there is none. */
  public @Nullable Boolean isMet() {
    return goal == null ? null : goal.isMet(measurement.p50(), ratio == null ? Double.NaN : ratio);
  }
}
