package io.plasmastore.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.plasmastore.bench.report.Report;
import io.plasmastore.bench.scenario.Scenario;
import io.plasmastore.bench.scenario.Settings;
import io.plasmastore.bench.sort.SortBenchCommand;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

class ReportCommandTest {
  @TempDir Path folder;

  @Test
  void writesWhatARunMeasured() throws Exception {
    Scenario scenario =
        Scenario.all().stream()
            .filter(any -> any.name().equals("create-and-seal"))
            .findFirst()
            .orElseThrow();
    Report report = new BenchRun(Settings.tiny(), List.of(scenario)).run();
    Path figures = folder.resolve("figures.json");
    report.writeJson(figures);
    Path into = folder.resolve("results");
    int code =
        new CommandLine(new BenchCommand())
            .execute("report", figures.toString(), "--into", into.toString());
    assertEquals(0, code);
    try (var files = Files.list(into)) {
      assertEquals(3, files.count());
    }
  }

  @Test
  void saysWhichFileHasNoFigures() throws Exception {
    Path file = folder.resolve("other.json");
    Files.writeString(file, "{\"sections\": 3}");
    IOException e = assertThrows(IOException.class, () -> FigureFile.read(file));
    assertTrue(e.getMessage().startsWith("not the figures of a run: file=" + file), e.getMessage());
  }

  @Test
  void comparesBeforeItMeasuresWithAFileThatIsThere() {
    StringWriter errors = new StringWriter();
    CommandLine command = new CommandLine(new BenchCommand());
    command.setErr(new PrintWriter(errors));
    Path missing = folder.resolve("missing.json");
    assertEquals(1, command.execute("--compare", missing.toString()));
    assertTrue(errors.toString().contains("missing.json"), errors.toString());
  }

  @Test
  void saysBeforeItMeasuresWhatCanNotBe() throws Exception {
    Path nowhere = folder.resolve("no/such/figures.json");
    FileSystemException e =
        assertThrows(FileSystemException.class, () -> FigureFile.requirePlace(nowhere));
    assertEquals("no such folder", e.getReason());
    FigureFile.requirePlace(folder.resolve("figures.json"));
    assertThrows(FileSystemException.class, () -> FigureFile.requirePlace(folder));
    for (Object bench : List.of(new BenchCommand(), new SortBenchCommand())) {
      StringWriter errors = new StringWriter();
      CommandLine command = new CommandLine(bench);
      command.setErr(new PrintWriter(errors));
      assertEquals(2, command.execute("--python", folder.toString()));
      assertTrue(
          errors.toString().startsWith("no such interpreter: python=" + folder), errors.toString());
    }
  }
}
