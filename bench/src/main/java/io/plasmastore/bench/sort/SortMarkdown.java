package io.plasmastore.bench.sort;

import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The figures as Markdown tables. */
final class SortMarkdown {
  private static final double GIGA = 1 << 30;
  private static final double DECIMAL_GIGA = 1e9;

  private SortMarkdown() {}

  static String text(SortFigures figures) {
    StringBuilder text = new StringBuilder(head(figures));
    figures.cases().forEach(each -> text.append(text(figures, each)));
    return text.toString();
  }

  /** What stands before the cases. */
  static String head(SortFigures figures) {
    String machine =
        figures
            .machine()
            .text()
            .strip()
            .lines()
            .map(line -> "    " + line)
            .collect(Collectors.joining("\n"));
    return String.format(
        Locale.ROOT,
        "%s%n    copying     %.1f GB/s read and written, by all processors together%n%n"
            + "Medians of %d, fewer where the rounds took more than %.0f s together (n). The ratio is"
            + " how many times as long as our worker threads, the goal what that is to be at least."
            + " Memory is the most that was seen of private memory; ours with the store's.%n",
        machine,
        figures.copyBytesPerSecond() / DECIMAL_GIGA,
        figures.effort().rounds(),
        figures.effort().budgetSeconds());
  }

  /** The tables of one case. */
  static String text(SortFigures figures, SortFigures.Case each) {
    StringBuilder text = new StringBuilder();
    text.append(
        String.format(
            Locale.ROOT, "%n## %s: %,d rows, %s%n%n", each.name(), each.rows(), each.title()));
    text.append("| what | version | median | n | ratio | goal | met | memory | |\n");
    text.append("|---|---|--:|--:|--:|--:|---|--:|---|\n");
    Outcome own = each.outcomes().getFirst();
    each.outcomes().forEach(outcome -> text.append(line(outcome, own, goal(each, outcome, own))));
    List<SortFigures.GoalLine> others =
        each.goals().stream()
            .filter(
                goal ->
                    each.outcomes().stream()
                        .noneMatch(outcome -> goal.equals(goal(each, outcome, own))))
            .toList();
    if (!others.isEmpty()) {
      text.append("\n| | found | goal | met |\n|---|--:|--:|---|\n");
      others.forEach(goal -> text.append(line(goal)));
    }
    text.append("\n").append(bound(figures, each, own.median())).append("\n");
    each.notes().forEach(note -> text.append("\n").append(note).append("\n"));
    return text.toString();
  }

  /** How far ours is from what memory allows. */
  private static String bound(SortFigures figures, SortFigures.Case each, double own) {
    double seconds = each.movedBytes() / figures.copyBytesPerSecond();
    return String.format(
        Locale.ROOT,
        "The bound of memory: each row read and written twice, its keys read once more, %.2f GB at"
            + " %.1f GB/s: %.3f s. Ours is %.1f times that.",
        each.movedBytes() / DECIMAL_GIGA,
        figures.copyBytesPerSecond() / DECIMAL_GIGA,
        seconds,
        own / seconds);
  }

  /** The goal for a peer, held against ours; null if there is none. */
  private static SortFigures.@Nullable GoalLine goal(
      SortFigures.Case each, Outcome outcome, Outcome own) {
    return each.goals().stream()
        .filter(
            goal ->
                goal.atLeast()
                    && goal.what().equals(outcome.what())
                    && goal.against().equals(own.what()))
        .findFirst()
        .orElse(null);
  }

  private static String line(Outcome outcome, Outcome own, SortFigures.@Nullable GoalLine goal) {
    String note = outcome.failure() == null ? outcome.note() : outcome.failure();
    boolean timed = !outcome.seconds().isEmpty();
    return row(
        List.of(
            outcome.what(),
            outcome.version(),
            timed ? number("%.2f s", outcome.median()) : "–",
            Integer.toString(outcome.seconds().size()),
            timed && own.median() > 0 ? number("%.2f", outcome.median() / own.median()) : "–",
            goal == null ? "" : wanted(goal),
            goal == null ? "" : met(goal),
            outcome.peakBytes() > 0 ? number("%.1f GiB", outcome.peakBytes() / GIGA) : "–",
            note == null ? "" : note));
  }

  private static String line(SortFigures.GoalLine goal) {
    Double ratio = goal.ratio();
    return row(
        List.of(
            goal.what() + " : " + goal.against(),
            ratio == null ? "–" : number("%.2f", ratio),
            wanted(goal),
            met(goal)));
  }

  private static String wanted(SortFigures.GoalLine goal) {
    return (goal.atLeast() ? "≥ " : "≤ ") + number("%.2f", goal.goal());
  }

  private static String met(SortFigures.GoalLine goal) {
    Boolean met = goal.isMet();
    return met == null ? "not measured" : met ? "yes" : "NO";
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
