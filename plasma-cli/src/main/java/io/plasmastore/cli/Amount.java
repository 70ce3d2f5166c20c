package io.plasmastore.cli;

import java.time.Duration;
import java.util.Locale;

/** Numbers as people read them. */
final class Amount {
  private static final String[] BYTE_UNITS = {"B", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB"};
  private static final double BYTE_STEP = 1024;

  private Amount() {}

  /** Such as {@code 100 B}, {@code 1.5 MiB}, {@code 12 GiB}. */
  static String bytes(long bytes) {
    double value = bytes;
    int unit = 0;
    // What would be shown as 1024 of a unit is shown as 1.0 of the next.
    while (Math.round(value) >= BYTE_STEP && unit < BYTE_UNITS.length - 1) {
      value /= BYTE_STEP;
      unit++;
    }
    String form = unit == 0 || value >= 9.95 ? "%.0f %s" : "%.1f %s";
    return form.formatted(value, BYTE_UNITS[unit]);
  }

  /** With a comma between thousands. */
  static String count(long count) {
    return String.format(Locale.ROOT, "%,d", count);
  }

  /** With the word for what is counted: {@code 1 row}, {@code 2,000 rows}. */
  static String count(long count, String one, String many) {
    return count(count) + " " + (count == 1 ? one : many);
  }

  /** With three digits that count, and thousands, millions or billions behind them. */
  static String rounded(double number) {
    String[] units = {"", " k", " M", " G"};
    double value = number;
    int unit = 0;
    while (value >= 999.5 && unit < units.length - 1) {
      value /= 1000;
      unit++;
    }
    String form = value >= 99.95 || unit == 0 ? "%.0f%s" : value >= 9.995 ? "%.1f%s" : "%.2f%s";
    return String.format(Locale.ROOT, form, value, units[unit]);
  }

  /** In its largest unit, rounded down: {@code 42s}, {@code 7m}, {@code 3h}, {@code 12d}. */
  static String age(Duration age) {
    if (age.compareTo(Duration.ofMinutes(1)) < 0) {
      return Math.max(0, age.toSeconds()) + "s";
    }
    if (age.compareTo(Duration.ofHours(1)) < 0) {
      return age.toMinutes() + "m";
    }
    return age.compareTo(Duration.ofDays(1)) < 0 ? age.toHours() + "h" : age.toDays() + "d";
  }

  /** A time with three digits that count: {@code 850 ns}, {@code 12.3 µs}, {@code 1.85 s}. */
  static String nanos(double nanos) {
    String[] units = {"ns", "µs", "ms", "s"};
    double value = nanos;
    int unit = 0;
    while (value >= 999.5 && unit < units.length - 1) {
      value /= 1000;
      unit++;
    }
    String form = value >= 99.95 || unit == 0 ? "%.0f %s" : value >= 9.995 ? "%.1f %s" : "%.2f %s";
    return String.format(Locale.ROOT, form, value, units[unit]);
  }
}
