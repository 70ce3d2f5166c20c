package io.plasmastore.bench.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.plasmastore.bench.measure.Measurement;
import io.plasmastore.bench.scenario.Settings;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

class ReportTest {
  private static final Machine MACHINE =
      new Machine(
          "A processor",
          2,
          "24 GB",
          "Linux 6",
          "never",
          "0.1",
          "JVM 25",
          List.of("-Xmx1g"),
          "abc",
          "2026-01-01T00:00:00Z");
  private static final Row GET = Row.of("get", new Measurement("get", 40, 60, 38, 1_000, 10, 16));

  @Test
  void saysWhenAllGoalsAreMet() {
    Report report = report(Settings.full(), GET.withGoal(Goal.medianAtMost(100)), GET);
    assertTrue(report.text().endsWith("All 1 goals are met.\n"), report.text());
  }

  @Test
  void saysWhenThereAreNoGoals() {
    Report report = report(Settings.full(), GET);
    assertTrue(report.text().endsWith("No goal is stated for this.\n"), report.text());
  }

  @Test
  void saysWhenAGoalIsMissed() {
    Report report =
        report(
            Settings.full(),
            GET.withGoal(Goal.medianAtMost(100)),
            GET.withGoal(Goal.medianAtMost(10)));
    assertTrue(report.text().endsWith("1 of 2 goals are MISSED.\n"), report.text());
  }

  @Test
  void saysWhenARunIsTooShortForTheGoals() {
    Report report = report(Settings.quick(), GET.withGoal(Goal.medianAtMost(100)));
    assertTrue(report.text().contains("shorter run than the goals are stated for"), report.text());
  }

  @Test
  void saysWhereItWasMade() {
    String text = report(Settings.full(), GET).text();
    for (String fact : List.of("A processor, 2 cores", "Linux 6", "JVM 25", "-Xmx1g", "abc")) {
      assertTrue(text.contains(fact), fact + " in " + text);
    }
  }

  @Test
  void namesWhoWasNotThereToBeMeasured() throws Exception {
    String note = "Python: Ray: skipped: no module ray";
    Section section =
        new Section("python-peers", "gets", "any core", List.of(GET), List.of(), List.of(note));
    Report report = new Report(MACHINE, Settings.full(), List.of(section));
    assertTrue(report.text().contains("\n  → " + note + "\n"), report.text());
    String page = new MarkdownReport(report, ResultFiles.of(Path.of(""), report)).text();
    assertTrue(page.contains("\n- " + note + "\n"), page);
    JsonNode json = new JsonMapper().readTree(report.json());
    assertEquals(note, json.at("/sections/0/notes/0").asText());
  }

  @Test
  void writesWhatAProgramNeedsAsJson() throws Exception {
    Report report = report(Settings.full(), GET.withGoal(Goal.medianAtMost(100)), GET);
    JsonNode json = new JsonMapper().readTree(report.json());
    assertEquals("abc", json.at("/machine/commit").asText());
    assertEquals(1_000_000, json.at("/settings/manyObjects").asInt());
    JsonNode row = json.at("/sections/0/rows/0");
    assertEquals(40, row.at("/measurement/p50").asDouble());
    assertEquals(100, row.at("/goal/limit").asDouble());
    assertTrue(row.at("/met").asBoolean());
    JsonNode withoutGoal = json.at("/sections/0/rows/1");
    assertFalse(withoutGoal.has("goal") || withoutGoal.has("met") || withoutGoal.has("ratio"));
  }

  private static Report report(Settings settings, Row... rows) {
    return new Report(
        MACHINE,
        settings,
        List.of(new Section("get-hot", "gets", "one core", List.of(rows), List.of(), List.of())));
  }
}
