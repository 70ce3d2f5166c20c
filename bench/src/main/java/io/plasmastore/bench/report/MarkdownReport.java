package io.plasmastore.bench.report;

import java.util.List;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * A report as Markdown: where it was made, the verdict, and a table and a picture for each section.
 *
 * @param report what to write
 * @param picture where the picture of a section is, relative to the text
 */
record MarkdownReport(Report report, Function<Section, String> picture) {
  String text() {
    StringBuilder text = new StringBuilder();
    text.append("# Measured on ").append(report.machine().date()).append("\n\n");
    text.append("```\n").append(report.machine().text()).append("```\n\n");
    text.append(report.verdict()).append('\n');
    report.sections().forEach(section -> append(text, section));
    return text.toString();
  }

  private void append(StringBuilder text, Section section) {
    String heading = section.scenario() + ", " + section.placement();
    text.append("\n## ").append(heading).append("\n\n");
    text.append(section.title()).append("\n\n");
    append(text, Report.HEADER);
    append(text, List.of("---", "--:", "--:", "--:", "--:", "--:", "--:"));
    section.rows().forEach(row -> append(text, Report.cells(row)));
    if (BarPicture.isWorthwhile(section)) {
      text.append("\n![").append(heading).append("](").append(picture.apply(section)).append(")\n");
    }
  }

  private static void append(StringBuilder text, List<String> cells) {
    text.append(
        cells.stream()
            .map(cell -> cell.replace("|", "\\|"))
            .collect(Collectors.joining(" | ", "| ", " |\n")));
  }
}
