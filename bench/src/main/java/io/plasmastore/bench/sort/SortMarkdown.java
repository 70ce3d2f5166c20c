package io.plasmastore.bench.sort;

import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** The figures as Markdown tables. */
final class SortMarkdown {
  private static final double GIGA = 1 << 30;

  private SortMarkdown() {}

  static String text(SortFigures figures) {
    StringBuilder text = new StringBuilder();
    text.append(
        figures
            .machine()
            .text()
            .strip()
            .lines()
            .map(line -> "    " + line)
            .collect(Collectors.joining("\n")));
    text.append(
        String.format(
            Locale.ROOT,
            "%n%nMedians of %d, fewer where the rounds took more than %.0f s together (n). The ratio is how many times as long as our worker threads. Memory is the most that was seen of private memory; ours with the store's.%n",
            figures.effort().rounds(),
            figures.effort().budgetSeconds()));
    figures.cases().forEach(each -> append(text, each));
    return text.toString();
  }

  private static void append(StringBuilder text, SortFigures.Case figures) {
    text.append(
        String.format(
            Locale.ROOT,
            "%n## %s: %,d rows, %s%n%n",
            figures.name(),
            figures.rows(),
            figures.title()));
    text.append("| what | version | median | n | ratio | memory | |\n");
    text.append("|---|---|--:|--:|--:|--:|---|\n");
    double own = figures.outcomes().stream().findFirst().map(Outcome::median).orElse(Double.NaN);
    figures.outcomes().forEach(outcome -> text.append(line(outcome, own)));
    if (!figures.goals().isEmpty()) {
      text.append("\n| goal | found | wanted | met |\n|---|--:|--:|---|\n");
      figures.goals().forEach(goal -> text.append(line(goal)));
    }
    figures.notes().forEach(note -> text.append("\n").append(note).append("\n"));
  }

  private static String line(Outcome outcome, double own) {
    String note = outcome.failure() == null ? outcome.note() : outcome.failure();
    boolean timed = !outcome.seconds().isEmpty();
    return row(
        List.of(
            outcome.what(),
            outcome.version(),
            timed ? number("%.2f s", outcome.median()) : "–",
            Integer.toString(outcome.seconds().size()),
            timed && own > 0 ? number("%.2f", outcome.median() / own) : "–",
            outcome.peakBytes() > 0 ? number("%.1f GiB", outcome.peakBytes() / GIGA) : "–",
            note == null ? "" : note));
  }

  private static String line(SortFigures.GoalLine goal) {
    Boolean met = goal.isMet();
    Double ratio = goal.ratio();
    return row(
        List.of(
            goal.what(),
            ratio == null ? "–" : number("%.2f", ratio),
            (goal.atLeast() ? "≥ " : "≤ ") + number("%.2f", goal.goal()),
            met == null ? "not measured" : met ? "yes" : "NO"));
  }

  private static String row(List<String> cells) {
    return cells.stream()
        .map(cell -> cell.replace("|", "\\|"))
        .collect(Collectors.joining(" | ", "| ", " |\n"));
  }

  private static String number(String form, double value) {
    return String.format(Locale.ROOT, form, value);
  }
}
