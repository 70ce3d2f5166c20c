package io.plasmastore.bench.report;

/**
 * What a row must reach.
 *
 * @param kind what is limited, and from which side
 * @param limit of the median, in the row's unit, or of the ratio
 */
public record Goal(Kind kind, double limit) {
  /** What is limited. */
  public enum Kind {
    /** The median. */
    MEDIAN_AT_MOST,

    /** The ratio. */
    RATIO_AT_LEAST,

    /** The ratio. */
    RATIO_AT_MOST
  }

  /** A goal for the median. */
  public static Goal medianAtMost(double limit) {
    return new Goal(Kind.MEDIAN_AT_MOST, limit);
  }

  /** A goal for the ratio. */
  public static Goal ratioAtLeast(double ratio) {
    return new Goal(Kind.RATIO_AT_LEAST, ratio);
  }

  /** A goal for the ratio. */
  public static Goal ratioAtMost(double ratio) {
    return new Goal(Kind.RATIO_AT_MOST, ratio);
  }

  boolean isMet(double median, double ratio) {
    return switch (kind) {
      case MEDIAN_AT_MOST -> median <= limit;
      case RATIO_AT_LEAST -> ratio >= limit;
      case RATIO_AT_MOST -> ratio <= limit;
    };
  }

  /** As the table shows it. */
  String text(Unit unit) {
    return switch (kind) {
      case MEDIAN_AT_MOST -> "≤ " + unit.text(limit);
      case RATIO_AT_LEAST -> "≥ " + Figures.ratio(limit);
      case RATIO_AT_MOST -> "≤ " + Figures.ratio(limit);
    };
  }
}
