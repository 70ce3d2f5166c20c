package io.plasmastore.bench.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReadmePartTest {
  private static final String PLACE = "<!-- bench:begin -->\nold\n<!-- bench:end -->";

  private static final Curve CURVE =
      new Curve(
          "get",
          Curve.Axis.OBJECTS,
          List.of(new Curve.Point(1_000, 30), new Curve.Point(10_000, 300)),
          null);

  private static final Report REPORT =
      Samples.report(
              Samples.row("ours", 40, 38, 42).inHeadline("rows handed over", Row.Place.OURS),
              Samples.row("a slow one", 400, 380, 420)
                  .withRatio(10)
                  .withGoal(Goal.ratioAtLeast(12))
                  .inHeadline("rows handed over", "Slow"),
              Samples.row("a fast one", 20, 18, 22)
                  .withRatio(0.5)
                  .inHeadline("rows asked for", "Fast"),
              Samples.row("not at a glance", 1, 1, 1))
          .with(
              List.of(
                  new Section(
                      "scaling",
                      "more and more",
                      "any core",
                      List.of(),
                      List.of(CURVE),
                      List.of())));

  @TempDir Path folder;

  @Test
  void showsEverybodyAtAGlanceAndTwoPictures() throws Exception {
    String text = written("# Title\n\n" + PLACE + "\n\nthe rest\n");
    String name = "2026-01-01-a-fast-processor-2-cores";
    for (String line :
        List.of(
            "# Title",
            "| | rows handed over | rows asked for |",
            "| Plasma for Java | **40 ns** | – |",
            "| Slow | 400 ns, 10 × (goal ≥ 12 ×: missed) | – |",
            "| Fast | – | **20 ns, 0.50 ×: faster** |",
            "1 of 1 goals are MISSED. 0 of 1 lines don't rise as things grow.",
            "![Times of all, as bars](bench/results/" + name + "/headline.svg)",
            "![scaling, any core](bench/results/" + name + "/scaling-any-core.svg)",
            "the rest")) {
      assertTrue(text.lines().anyMatch(line::equals), line + " in " + text);
    }
    assertFalse(text.contains("old"), text);
    for (ReadmePart.Picture picture : files().shown(REPORT)) {
      assertTrue(Files.exists(files().folder().resolve(picture.file())), picture.toString());
    }
  }

  @Test
  void writesTheSameTwice() throws Exception {
    String once = written(PLACE);
    assertEquals(once, written(once));
  }

  @Test
  void leavesAReadmeAloneThatHasNoPlaceForIt() throws Exception {
    Path readme = folder.resolve("README.md");
    for (String text : List.of("", "# Title", "<!-- bench:end -->\n<!-- bench:begin -->\n")) {
      Files.writeString(readme, text);
      assertFalse(ReadmePart.write(readme, REPORT, files()));
      assertEquals(text, Files.readString(readme));
    }
    assertFalse(ReadmePart.write(folder.resolve("none.md"), REPORT, files()));
  }

  @Test
  void theReadmeOfThisProjectHasAPlaceForIt() throws Exception {
    Path copy = folder.resolve("README.md");
    Files.copy(Path.of("..", "README.md"), copy);
    assertTrue(ReadmePart.write(copy, REPORT, files()));
  }

  @Test
  void findsTheNewestFullRun() throws Exception {
    Machine machine = REPORT.machine();
    for (String date : List.of("2026-01-02T00:00:00Z", "2026-03-01T00:00:00Z")) {
      Report report = new Report(at(machine, date), REPORT.settings(), REPORT.sections());
      ResultFiles.of(files().folder(), report).write(report);
    }
    Report shorter =
        new Report(
            at(machine, "2026-04-01T00:00:00Z"),
            io.plasmastore.bench.scenario.Settings.quick(),
            REPORT.sections());
    ResultFiles.of(files().folder(), shorter).write(shorter);
    Report newest = ResultFiles.newest(files().folder());
    assertEquals("2026-03-01T00:00:00Z", newest == null ? null : newest.machine().date());
  }

  private String written(String readme) throws Exception {
    Path file = folder.resolve("README.md");
    Files.writeString(file, readme);
    files().write(REPORT);
    assertTrue(ReadmePart.write(file, REPORT, files()));
    return Files.readString(file);
  }

  private ResultFiles files() {
    return ResultFiles.of(folder.resolve("bench/results"), REPORT);
  }

  private static Machine at(Machine machine, String date) {
    return new Machine(
        machine.processor(),
        machine.cores(),
        machine.memory(),
        machine.kernel(),
        machine.hugePages(),
        machine.load(),
        machine.java(),
        machine.flags(),
        machine.commit(),
        date);
  }
}
