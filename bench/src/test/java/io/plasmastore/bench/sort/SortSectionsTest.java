package io.plasmastore.bench.sort;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.json.JsonMapper;
import io.plasmastore.bench.report.Goal;
import io.plasmastore.bench.report.Machine;
import io.plasmastore.bench.report.Row;
import io.plasmastore.bench.report.Section;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SortSectionsTest {
  @TempDir Path folder;

  @Test
  void readsWhatTheSortWrote() throws Exception {
    SortFigures.Case each =
        new SortFigures.Case(
            "A",
            "one column",
            100,
            100,
            800,
            3_200,
            List.of(
                outcome("2 threads", 0.5),
                outcome("2 processes", 0.6),
                outcome(Peer.NUMPY.label(), 1.0),
                Outcome.failed(Peer.PANDAS.label(), "no module pandas")),
            List.of(
                new SortFigures.GoalLine(Peer.NUMPY.label(), "2 threads", 2.0, 1.3, true),
                new SortFigures.GoalLine("2 processes", "2 threads", 1.2, 1.15, false)),
            List.of());
    Path file = folder.resolve("sort.json");
    Files.writeString(
        file,
        new JsonMapper()
            .writeValueAsString(
                new SortFigures(Machine.current(List.of()), 1e9, Effort.FULL, List.of(each))));
    Section section = SortSections.read(file).getFirst();
    assertEquals("sort-A", section.scenario());
    assertTrue(section.title().contains("pandas: no module pandas"), section.title());
    List<Row> rows = section.rows();
    assertEquals(
        List.of("2 threads", "2 processes", "numpy", "    2 processes (ratio to 2 threads)"),
        rows.stream().map(Row::what).toList());
    assertEquals(0.5e9, rows.get(0).measurement().p50());
    assertEquals(new Row.Place("sort of 100 float64", Row.Place.OURS), rows.get(0).headline());
    assertEquals(Goal.ratioAtLeast(1.3), rows.get(2).goal());
    assertEquals(new Row.Place("sort of 100 float64", "numpy"), rows.get(2).headline());
    assertEquals(false, rows.get(3).isMet());
  }

  @Test
  void takesTheLastOfEachCase() {
    Section first = section("sort-A", "first");
    Section other = section("sort-B", "other");
    Section last = section("sort-A", "last");
    assertEquals(List.of(last, other), SortSections.newest(List.of(first, other, last)));
  }

  private static Section section(String scenario, String title) {
    return new Section(scenario, title, "any core", List.of(), List.of(), List.of());
  }

  private static Outcome outcome(String what, double seconds) {
    return new Outcome(what, "", List.of(seconds), 100, 0, 0, 0, 0, null, null);
  }
}
