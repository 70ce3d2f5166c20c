package io.plasmastore.bench.sort;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.plasmastore.bench.measure.Measurement;
import io.plasmastore.bench.report.Goal;
import io.plasmastore.bench.report.Row;
import io.plasmastore.bench.report.Section;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** What {@code bench sort --json} wrote, as sections of a report. */
public final class SortSections {
  private static final JsonMapper JSON =
      JsonMapper.builder().disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES).build();

  private static final double NANOS = 1e9;

  private SortSections() {}

  /**
   * A section for each case.
   *
   * @throws IOException if the file can't be read, or has something else
   */
  public static List<Section> read(Path file) throws IOException {
    SortFigures figures = JSON.readValue(Files.readString(file), SortFigures.class);
    return figures.cases().stream().map(each -> section(figures, each)).toList();
  }

  /** Of sections of the same case the last one, where its first one is. */
  public static List<Section> newest(List<Section> sections) {
    Map<String, Section> cases = new LinkedHashMap<>();
    sections.forEach(each -> cases.put(each.scenario(), each));
    return List.copyOf(cases.values());
  }

  private static Section section(SortFigures figures, SortFigures.Case each) {
    List<Row> rows = new ArrayList<>();
    Outcome own = each.outcomes().getFirst();
    for (Outcome outcome : each.outcomes()) {
      if (!outcome.seconds().isEmpty()) {
        rows.add(row(each, outcome, own));
      }
    }
    for (SortFigures.GoalLine goal : each.goals()) {
      if (!goal.against().equals(own.what()) || !goal.atLeast()) {
        rows.addAll(row(each, goal));
      }
    }
    return new Section(
        "sort-" + each.name(),
        "%,d rows, %s; the ratio is to %s; commit %s%s"
            .formatted(
                each.rows(), each.title(), own.what(), figures.machine().commit(), skipped(each)),
        "any core",
        rows,
        List.of(),
        List.of());
  }

  private static Row row(SortFigures.Case each, Outcome outcome, Outcome own) {
    Row row =
        Row.of(
            outcome.version().isEmpty()
                ? outcome.what()
                : outcome.what() + " (" + outcome.version() + ")",
            measurement(outcome));
    if (!outcome.equals(own)) {
      row = row.withRatio(outcome.median() / own.median()).withGoal(goal(each, outcome, own));
    }
    // Rows of one column are what most can sort, and enough at a glance.
    boolean shown = each.name().equals(SortCase.A.name()) && each.rows() == each.fullRows();
    String who = outcome.equals(own) ? Row.Place.OURS : outcome.what();
    return shown && (outcome.equals(own) || isPeer(outcome))
        ? row.inHeadline("sort of %,d float64".formatted(each.rows()), who)
        : row;
  }

  private static boolean isPeer(Outcome outcome) {
    return Arrays.stream(Peer.values()).anyMatch(peer -> peer.label().equals(outcome.what()));
  }

  /** A goal between two of ours; nothing where it was not measured. */
  private static List<Row> row(SortFigures.Case each, SortFigures.GoalLine goal) {
    Double ratio = goal.ratio();
    if (ratio == null) {
      return List.of();
    }
    double found = ratio;
    Goal wanted = goal.atLeast() ? Goal.ratioAtLeast(goal.goal()) : Goal.ratioAtMost(goal.goal());
    return each.outcomes().stream()
        .filter(outcome -> outcome.what().equals(goal.what()) && !outcome.seconds().isEmpty())
        .map(
            outcome ->
                Row.of(
                        "    %s (ratio to %s)".formatted(goal.what(), goal.against()),
                        measurement(outcome))
                    .withRatio(found)
                    .withGoal(wanted))
        .toList();
  }

  private static @Nullable Goal goal(SortFigures.Case each, Outcome outcome, Outcome own) {
    return each.goals().stream()
        .filter(
            goal ->
                goal.atLeast()
                    && goal.what().equals(outcome.what())
                    && goal.against().equals(own.what()))
        .map(goal -> Goal.ratioAtLeast(goal.goal()))
        .findFirst()
        .orElse(null);
  }

  private static Measurement measurement(Outcome outcome) {
    return Measurement.of(
        outcome.what(),
        outcome.seconds().stream().mapToDouble(seconds -> seconds * NANOS).toArray());
  }

  private static String skipped(SortFigures.Case each) {
    return each.outcomes().stream()
        .filter(outcome -> outcome.failure() != null)
        .map(outcome -> "; " + outcome.what() + ": " + outcome.failure())
        .collect(Collectors.joining());
  }
}
