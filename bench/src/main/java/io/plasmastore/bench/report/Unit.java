package io.plasmastore.bench.report;

/** What the figures of a row are. */
public enum Unit {
  /** Nanoseconds. */
  TIME,

  /** Bytes. */
  BYTES,

  /** Of 100. */
  PERCENT;

  /** A figure as the table shows it. */
  String text(double value) {
    return switch (this) {
      case TIME -> Figures.time(value);
      case BYTES -> Figures.digits(value) + " B";
      case PERCENT -> Figures.digits(value) + " %";
    };
  }
}
