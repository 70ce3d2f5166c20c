package io.plasmastore.cli;

import io.plasmastore.sort.SortPhase;
import java.util.Locale;

/**
 * How far a phase of a sort is, as text.
 *
 * @param phase which
 * @param rows that it has gone through
 * @param total rows that it will go through; 0 if it does not go by rows
 * @param seconds since it began
 */
record ProgressText(SortPhase phase, long rows, long total, double seconds) {
  private static final int NAME = 7;
  private static final int LEAST_BAR = 8;
  private static final int MOST_BAR = 40;

  /** Rows a second since the phase began; 0 where nothing is known. */
  double rowsPerSecond() {
    return seconds > 0 ? rows / seconds : 0;
  }

  /** Seconds that the rest takes at this rate; not a number where nothing is known. */
  double secondsLeft() {
    return rows > 0 && total > 0 ? Math.max(0, total - rows) / rowsPerSecond() : Double.NaN;
  }

  /** One line with a bar, no longer than a width. */
  String bar(int width) {
    String name = String.format(Locale.ROOT, "%-" + NAME + "s", phase.label());
    if (total == 0) {
      return cut(name + " …", width);
    }
    String facts = " %3d %%  %s%s".formatted(percent(), rate(), rows < total ? "  " + left() : "");
    int cells = Math.min(MOST_BAR, width - name.length() - facts.length() - 3);
    if (cells < LEAST_BAR) {
      return cut(name + facts, width);
    }
    int full = (int) Math.clamp((double) rows / total * cells, 0, cells);
    return name + " [" + "#".repeat(full) + "-".repeat(cells - full) + "]" + facts;
  }

  /** One line without a bar. */
  String line() {
    return "%s: %d %% of %s, %s, %s"
        .formatted(phase.label(), percent(), Amount.count(total, "row", "rows"), rate(), left());
  }

  /** One line for the end of the phase. */
  String done() {
    String time = String.format(Locale.ROOT, "%.3f s", seconds);
    return total == 0
        ? "%s: done in %s".formatted(phase.label(), time)
        : "%s: %s in %s, %s"
            .formatted(phase.label(), Amount.count(total, "row", "rows"), time, rate());
  }

  private long percent() {
    return total == 0 ? 0 : Math.clamp(rows * 100 / total, 0, 100);
  }

  private String rate() {
    return Amount.rounded(rowsPerSecond()) + " rows/s";
  }

  private String left() {
    double left = secondsLeft();
    return Double.isNaN(left)
        ? "? s left"
        : String.format(Locale.ROOT, left < 9.95 ? "%.1f s left" : "%.0f s left", left);
  }

  private static String cut(String text, int width) {
    return text.substring(0, Math.min(text.length(), Math.max(0, width)));
  }
}
