package io.plasmastore.bench.report;

import java.util.Locale;

/** Numbers as people read them, with three digits that mean something. */
public final class Figures {
  private static final double KILO = 1e3;
  private static final double MEGA = 1e6;
  private static final double GIGA = 1e9;
  private static final double MICRO = 1e3;
  private static final double MILLI = 1e6;
  private static final double SECOND = 1e9;

  private Figures() {}

  /** A time in the unit that suits it. */
  public static String time(double nanos) {
    if (nanos < MICRO) {
      return digits(nanos) + " ns";
    } else if (nanos < MILLI) {
      return digits(nanos / MICRO) + " µs";
    } else if (nanos < SECOND) {
      return digits(nanos / MILLI) + " ms";
    }
    return digits(nanos / SECOND) + " s";
  }

  /** How many times. */
  public static String ratio(double ratio) {
    return digits(ratio) + " ×";
  }

  /** Bytes in the unit that suits them, of a thousand each. */
  public static String size(double bytes) {
    if (bytes < KILO) {
      return digits(bytes) + " B";
    } else if (bytes < MEGA) {
      return digits(bytes / KILO) + " KB";
    } else if (bytes < GIGA) {
      return digits(bytes / MEGA) + " MB";
    }
    return digits(bytes / GIGA) + " GB";
  }

  /** How many of something. */
  public static String count(double number) {
    return String.format(Locale.ROOT, "%,.0f", number);
  }

  /** Bytes that go by in a time, in GB/s. */
  public static String throughput(long bytes, double nanos) {
    return digits((double) bytes / nanos) + " GB/s";
  }

  /** A number with three digits, or more before the point. */
  static String digits(double number) {
    double size = Math.abs(number);
    String form =
        size >= 100 || number == Math.rint(number) ? "%.0f" : size >= 10 ? "%.1f" : "%.2f";
    return String.format(Locale.ROOT, form, number);
  }
}
