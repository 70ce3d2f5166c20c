package io.plasmastore.bench.report;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * The part of a README that shows a report: what stands between two comments, which the README has
 * already. Written twice it is the same.
 */
public final class ReadmePart {
  private static final String BEGIN = "<!-- bench:begin -->\n";
  private static final String END = "<!-- bench:end -->";

  private ReadmePart() {}

  /**
   * Writes the part.
   *
   * @param readme a Markdown file
   * @param report what to show
   * @param files where it is kept
   * @return whether the README has a place for it
   * @throws IOException if the README can't be read or written
   */
  public static boolean write(Path readme, Report report, ResultFiles files) throws IOException {
    if (!Files.exists(readme)) {
      return false;
    }
    String text = Files.readString(readme);
    int begin = text.indexOf(BEGIN);
    int end = text.indexOf(END, begin + 1);
    if (begin < 0 || end < 0) {
      return false;
    }
    Path home = readme.toAbsolutePath().normalize().getParent();
    Path folder = files.folder().toAbsolutePath().normalize();
    String link = (home == null ? folder : home.relativize(folder)).toString();
    String fresh =
        text.substring(0, begin + BEGIN.length())
            + part(report, files, link.isEmpty() ? "" : link + "/")
            + text.substring(end);
    if (!fresh.equals(text)) {
      Files.writeString(readme, fresh);
    }
    return true;
  }

  private static String part(Report report, ResultFiles files, String link) {
    Machine machine = report.machine();
    StringBuilder text = new StringBuilder();
    text.append(
        """
        Medians of %s on %s, %d cores, %s, %s, commit %s, by `bin/plasma bench`; beside each figure how many times ours it is,
        measured in the same minute. **Faster** is who is faster than ours. Versions, settings, percentiles and all other lines are in
        [%s](%s).

        """
            .formatted(
                machine.date().substring(0, Math.min(10, machine.date().length())),
                machine.processor(),
                machine.cores(),
                machine.kernel(),
                machine.java(),
                machine.commit(),
                files.name(),
                link + files.name() + ".md"));
    Headline headline = new Headline(report);
    if (!headline.isEmpty()) {
      text.append(headline.table()).append('\n');
    }
    text.append(report.verdict()).append("\n");
    for (Picture picture : files.shown(report)) {
      text.append("\n![").append(picture.title()).append("](");
      text.append(link).append(picture.file()).append(")\n");
    }
    return text.toString();
  }

  /**
   * A picture of a report.
   *
   * @param title what it shows
   * @param file where it is, from the folder of the results
   */
  record Picture(String title, String file) {}
}
