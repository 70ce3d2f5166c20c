package io.plasmastore.bench.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.core.JacksonException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.w3c.dom.Element;

class ResultFilesTest {
  private static final Report REPORT =
      Samples.report(
          Samples.row("get", 40, 38, 42).withGoal(Goal.medianAtMost(100)),
          Samples.row("round trip | socket (ratio to the get)", 12_000, 11_000, 13_000)
              .withRatio(300),
          Samples.row("in use", 97, 96, 98).in(Unit.PERCENT));

  @TempDir Path folder;

  @Test
  void keepsFiguresTableAndPictures() throws Exception {
    Path results = folder.resolve("bench/results");
    ResultFiles.of(results, REPORT).write(REPORT);
    try (Stream<Path> files = Files.walk(results)) {
      assertEquals(
          List.of(
              "2026-01-01-a-fast-processor-2-cores.json",
              "2026-01-01-a-fast-processor-2-cores.md",
              "2026-01-01-a-fast-processor-2-cores/get-hot-one-core.svg"),
          files
              .filter(Files::isRegularFile)
              .map(file -> results.relativize(file).toString())
              .sorted()
              .toList());
    }
  }

  @Test
  void readsTheFiguresBack() throws Exception {
    ResultFiles files = ResultFiles.of(folder, REPORT);
    files.write(REPORT);
    assertEquals(REPORT, Report.readJson(files.figures()));
  }

  @Test
  void refusesFiguresThatAreNone() throws Exception {
    Path file = folder.resolve("other.json");
    for (String text : List.of("", "{}", "[1]", "{\"machine\": 1}")) {
      Files.writeString(file, text);
      assertThrows(JacksonException.class, () -> Report.readJson(file), text);
    }
  }

  @Test
  void writesATableThatShowsThePicture() throws Exception {
    ResultFiles files = ResultFiles.of(folder, REPORT);
    files.write(REPORT);
    String text = Files.readString(files.table());
    for (String line :
        List.of(
            "# Measured on 2026-01-01T00:00:00Z",
            "All 1 goals are met.",
            "## get-hot, one core",
            "gets, shuffled",
            "| what | p50 | p99 | B/op | goal | ratio | met |",
            "| get | 40 ns | 80 ns | 16 | ≤ 100 ns |  | yes |",
            "| round trip \\| socket (ratio to the get) | 12 µs | 24 µs | 16 |  | 300 × |  |",
            "![get-hot, one core](2026-01-01-a-fast-processor-2-cores/get-hot-one-core.svg)")) {
      assertTrue(text.lines().anyMatch(line::equals), line + " in " + text);
    }
  }

  @Test
  void drawsABarForEachTime() throws Exception {
    ResultFiles files = ResultFiles.of(folder, REPORT);
    files.write(REPORT);
    DocumentBuilderFactory parsers = DocumentBuilderFactory.newInstance();
    // The document type is a web address, which is not to be asked.
    parsers.setFeature("http://apache.org/xml/features/nonvalidating/load-external-dtd", false);
    Element picture =
        parsers
            .newDocumentBuilder()
            .parse(folder.resolve(files.name()).resolve("get-hot-one-core.svg").toFile())
            .getDocumentElement();
    assertEquals("svg", picture.getTagName());
    String text = picture.getTextContent();
    for (String label : List.of("get-hot, one core", "40 ns", "round trip | socket", "12 µs")) {
      assertTrue(text.contains(label), label + " in " + text);
    }
    assertTrue(!text.contains("in use"), text);
  }
}
