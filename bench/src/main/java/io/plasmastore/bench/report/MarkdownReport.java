package io.plasmastore.bench.report;

import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A report as Markdown: where and how it was made, everybody at a glance, the verdict, and a table
 * and a picture for each section.
 *
 * @param report what to write
 * @param files where its pictures are
 */
record MarkdownReport(Report report, ResultFiles files) {
  private static final String METHOD =
      """
      Each part runs against a store of its own, in processes of its own. What is compared takes turns, so that whatever else the
      machine does meets all of it. The lines of a part begin with ours, or with what its title says; the ratio is to what stands in
      brackets, else to the first line. p50 and p99 of what takes nanoseconds are those of means of 1,000. B/op is what the measured
      thread allocated. The settings of the peers stand in their lines and, at length, in docs/performance.md.
      """;

  String text() {
    StringBuilder text = new StringBuilder();
    text.append("# Measured on ").append(report.machine().date()).append("\n\n");
    text.append("```\n").append(report.machine().text()).append("```\n\n");
    text.append("Made with ").append(report.settings()).append(".\n\n");
    text.append(METHOD).append('\n');
    Headline headline = new Headline(report);
    if (!headline.isEmpty()) {
      text.append(headline.table()).append('\n');
    }
    text.append(report.verdict()).append('\n');
    report.sections().forEach(section -> append(text, section));
    return text.toString();
  }

  private void append(StringBuilder text, Section section) {
    String heading = section.name();
    text.append("\n## ").append(heading).append("\n\n");
    text.append(section.title()).append("\n\n");
    append(text, Report.HEADER);
    append(text, List.of("---", "--:", "--:", "--:", "--:", "--:", "--:"));
    section.rows().forEach(row -> append(text, Report.cells(row)));
    List<String> notes =
        Stream.concat(section.curves().stream().map(Curve::verdict), section.notes().stream())
            .toList();
    if (!notes.isEmpty()) {
      text.append('\n');
      notes.forEach(note -> text.append("- ").append(note).append('\n'));
    }
    if (LinePicture.isWorthwhile(section) || BarPicture.isWorthwhile(section)) {
      text.append("\n![").append(heading).append("](");
      text.append(files.picture(section)).append(")\n");
    }
  }

  private static void append(StringBuilder text, List<String> cells) {
    text.append(
        cells.stream()
            .map(cell -> cell.replace("|", "\\|"))
            .collect(Collectors.joining(" | ", "| ", " |\n")));
  }
}
