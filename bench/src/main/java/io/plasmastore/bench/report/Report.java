package io.plasmastore.bench.report;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.plasmastore.bench.scenario.Settings;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;

/**
 * All that is said of a run.
 *
 * @param machine where it was
 * @param settings how large and how long
 * @param sections what was measured
 */
public record Report(Machine machine, Settings settings, List<Section> sections) {
  static final List<String> HEADER = List.of("what", "p50", "p99", "B/op", "goal", "ratio", "met");

  // What it says beyond its parts, as whether a goal is met, is for others to read.
  private static final JsonMapper JSON =
      JsonMapper.builder()
          .enable(SerializationFeature.INDENT_OUTPUT)
          .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
          .defaultPropertyInclusion(
              JsonInclude.Value.construct(
                  JsonInclude.Include.NON_NULL, JsonInclude.Include.NON_NULL))
          .build();

  /** All of it must be there, which a file may not have. */
  public Report {
    Objects.requireNonNull(machine, "machine");
    Objects.requireNonNull(settings, "settings");
    sections = List.copyOf(sections);
  }

  /** The same with more sections behind it. */
  public Report with(List<Section> more) {
    return new Report(machine, settings, Stream.concat(sections.stream(), more.stream()).toList());
  }

  /** Whether it is what the goals are stated for, apart from what was left out. */
  @JsonIgnore
  public boolean isFull() {
    return settings.equals(Settings.full());
  }

  /** The report as people read it. */
  public String text() {
    Table table = new Table(HEADER);
    for (Section section : sections) {
      table.heading(section.scenario() + " (" + section.placement() + "): " + section.title());
      section.rows().forEach(row -> table.row(cells(row)));
      section.curves().forEach(curve -> table.note(curve.verdict()));
      section.notes().forEach(table::note);
    }
    return machine.text() + "\n" + table.text() + "\n" + verdict() + "\n";
  }

  /** The report as JSON. */
  public String json() throws IOException {
    return JSON.writeValueAsString(this);
  }

  /** Writes the report as JSON. */
  public void writeJson(Path file) throws IOException {
    java.nio.file.Files.writeString(file, json() + "\n");
  }

  /**
   * Reads a report that {@link #writeJson} wrote.
   *
   * @throws IOException if the file can't be read, or is no report
   */
  public static Report readJson(Path file) throws IOException {
    return JSON.readValue(java.nio.file.Files.readString(file), Report.class);
  }

  /** How many goals are met. */
  String verdict() {
    List<Boolean> met =
        sections.stream()
            .flatMap(section -> section.rows().stream())
            .map(Row::isMet)
            .filter(Objects::nonNull)
            .toList();
    long missed = met.stream().filter(reached -> !reached).count();
    String goals =
        met.isEmpty()
            ? "No goal is stated for this."
            : missed == 0
                ? "All %d goals are met.".formatted(met.size())
                : "%d of %d goals are MISSED.".formatted(missed, met.size());
    goals += flatness();
    return isFull() ? goals : goals + " This was a shorter run than the goals are stated for.";
  }

  /** How many lines are flat, or nothing where there are none. */
  private String flatness() {
    List<Curve> curves = sections.stream().flatMap(section -> section.curves().stream()).toList();
    long flat = curves.stream().filter(Curve::isFlat).count();
    return curves.isEmpty()
        ? ""
        : " %d of %d lines don't rise as things grow.".formatted(flat, curves.size());
  }

  /** A row as the table has it. */
  static List<String> cells(Row row) {
    Boolean met = row.isMet();
    Double ratio = row.ratio();
    Goal goal = row.goal();
    return List.of(
        row.what(),
        row.unit().text(row.measurement().p50()),
        row.unit().text(row.measurement().p99()),
        Figures.digits(row.measurement().bytesPerOperation()),
        goal == null ? "" : goal.text(row.unit()),
        ratio == null ? "" : Figures.ratio(ratio),
        met == null ? "" : met ? "yes" : "NO");
  }
}
