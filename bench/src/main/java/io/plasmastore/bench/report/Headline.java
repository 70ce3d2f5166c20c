package io.plasmastore.bench.report;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Everybody beside ours at a glance: a column for what was done, a line for who did it. Who is
 * faster is said to be, and so is a goal that is missed.
 */
final class Headline {
  private static final String FASTER = "faster";

  private final Map<String, Map<String, Row>> lines = new LinkedHashMap<>();
  private final Set<String> columns = new LinkedHashSet<>();

  Headline(Report report) {
    // Ours is first whatever was measured first.
    lines.put(Row.Place.OURS, new LinkedHashMap<>());
    for (Section section : report.sections()) {
      for (Row row : section.rows()) {
        Row.Place place = row.headline();
        if (place != null) {
          columns.add(place.column());
          lines
              .computeIfAbsent(place.who(), any -> new LinkedHashMap<>())
              .putIfAbsent(place.column(), row);
        }
      }
    }
  }

  boolean isEmpty() {
    return columns.isEmpty();
  }

  /** The table in Markdown. */
  String table() {
    StringBuilder text = new StringBuilder();
    text.append("| |").append(cells(columns.stream().toList())).append('\n');
    text.append("|---|").append("--:|".repeat(columns.size())).append('\n');
    lines.forEach(
        (who, row) ->
            text.append("| ")
                .append(who)
                .append(" |")
                .append(cells(columns.stream().map(column -> cell(row.get(column))).toList()))
                .append('\n'));
    return text.toString();
  }

  /** The first column as bars. */
  BarPicture picture() {
    String column = columns.iterator().next();
    List<BarPicture.Bar> bars = new ArrayList<>();
    lines.forEach(
        (who, row) -> {
          Row found = row.get(column);
          if (found != null) {
            bars.add(new BarPicture.Bar(who, found.measurement().p50()));
          }
        });
    return new BarPicture(column, bars);
  }

  private static String cells(List<String> cells) {
    return cells.stream().collect(Collectors.joining(" | ", " ", " |"));
  }

  private static String cell(@Nullable Row row) {
    if (row == null) {
      return "–";
    }
    Double ratio = row.ratio();
    String time = row.unit().text(row.measurement().p50());
    if (ratio == null) {
      return "**" + time + "**";
    }
    String cell = time + ", " + Figures.ratio(ratio);
    Goal goal = row.goal();
    if (ratio < 1 && isOther(row)) {
      cell = "**" + cell + ": " + FASTER + "**";
    }
    return Boolean.FALSE.equals(row.isMet()) && goal != null
        ? cell + " (goal " + goal.text(row.unit()) + ": missed)"
        : cell;
  }

  private static boolean isOther(Row row) {
    Row.Place place = row.headline();
    return place != null && !place.who().startsWith("Plasma");
  }
}
