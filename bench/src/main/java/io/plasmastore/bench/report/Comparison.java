package io.plasmastore.bench.report;

import io.plasmastore.bench.measure.Measurement;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Two runs, line by line. A line has changed if its medians differ by at least a tenth, and by more
 * than they differed among the parts of either run.
 *
 * @param before the run to compare with
 * @param now the run that is compared
 */
public record Comparison(Report before, Report now) {
  private static final double LEAST_CHANGE = 0.1;

  /** What became of a line. */
  enum Change {
    /** Nothing that is more than noise. */
    SAME,
    /** The median is lower. */
    LESS,
    /** The median is higher. */
    MORE
  }

  /** As people read it. */
  public String text() {
    Table table = new Table(List.of("what", "before", "now", "change", ""));
    int less = 0;
    int more = 0;
    int compared = 0;
    for (Section section : now.sections()) {
      List<Row> rows = section.rows();
      List<Row> others = rowsBefore(section);
      boolean headed = false;
      for (Row row : rows) {
        Row old = find(others, row);
        if (old == null) {
          continue;
        }
        if (!headed) {
          table.heading(section.scenario() + " (" + section.placement() + ")");
          headed = true;
        }
        Change change = change(old.measurement(), row.measurement());
        compared++;
        less += change == Change.LESS ? 1 : 0;
        more += change == Change.MORE ? 1 : 0;
        table.row(cells(old, row, change));
      }
    }
    return differences()
        + table.text()
        + "\n%d lines compared: %d lower, %d higher beyond noise.\n"
            .formatted(compared, less, more);
  }

  /** Whether a line has changed by more than noise. */
  static Change change(Measurement before, Measurement now) {
    if (now.high() < before.low() && now.p50() <= before.p50() * (1 - LEAST_CHANGE)) {
      return Change.LESS;
    }
    if (now.low() > before.high() && now.p50() >= before.p50() * (1 + LEAST_CHANGE)) {
      return Change.MORE;
    }
    return Change.SAME;
  }

  private List<Row> rowsBefore(Section section) {
    return before.sections().stream()
        .filter(
            other ->
                other.scenario().equals(section.scenario())
                    && other.placement().equals(section.placement()))
        .flatMap(other -> other.rows().stream())
        .toList();
  }

  // By the measurement: what is said of it may have figures in it.
  private static @Nullable Row find(List<Row> rows, Row wanted) {
    return rows.stream()
        .filter(row -> row.measurement().name().equals(wanted.measurement().name()))
        .filter(row -> row.unit() == wanted.unit())
        .findFirst()
        .orElse(null);
  }

  private static List<String> cells(Row before, Row now, Change change) {
    double ratio = now.measurement().p50() / before.measurement().p50();
    return List.of(
        now.what(),
        before.unit().text(before.measurement().p50()),
        now.unit().text(now.measurement().p50()),
        String.format(Locale.ROOT, "%+.0f %%", 100 * (ratio - 1)),
        word(change, now.unit()));
  }

  private static String word(Change change, Unit unit) {
    boolean isTime = unit == Unit.TIME;
    return switch (change) {
      case SAME -> "";
      case LESS -> isTime ? "FASTER" : "LESS";
      case MORE -> isTime ? "SLOWER" : "MORE";
    };
  }

  /** What makes the runs hard to compare. */
  private String differences() {
    Machine old = before.machine();
    Machine machine = now.machine();
    List<String> differences = new ArrayList<>();
    differ(differences, "machine", old.processor(), machine.processor());
    differ(differences, "cores", old.cores(), machine.cores());
    differ(differences, "kernel", old.kernel(), machine.kernel());
    differ(differences, "huge pages", old.hugePages(), machine.hugePages());
    differ(differences, "JVM", old.java(), machine.java());
    differ(differences, "flags", old.flags(), machine.flags());
    differ(differences, "settings", before.settings(), now.settings());
    StringBuilder text = new StringBuilder();
    text.append(
        "before: commit %s of %s, load %s; now: commit %s, load %s%n"
            .formatted(old.commit(), old.date(), old.load(), machine.commit(), machine.load()));
    for (String difference : differences) {
      text.append("NOT ALIKE: ").append(difference).append('\n');
    }
    return text.append('\n').toString();
  }

  private static void differ(List<String> differences, String what, Object before, Object now) {
    if (!Objects.equals(before, now)) {
      differences.add(what + ": " + before + " → " + now);
    }
  }
}
