package io.plasmastore.bench.report;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;

/**
 * A report as it is kept: {@code DATE-MACHINE.json} with the figures, {@code DATE-MACHINE.md} with
 * the table, and beside them a folder of that name with the pictures. What was there under the same
 * name is overwritten.
 *
 * @param folder where, made if it is not there
 * @param name without ending: the day and the machine
 */
public record ResultFiles(Path folder, String name) {
  private static final int DAY = "2026-01-01".length();

  /** Where a report belongs. */
  public static ResultFiles of(Path folder, Report report) {
    Machine machine = report.machine();
    return new ResultFiles(
        folder,
        machine.date().substring(0, Math.min(DAY, machine.date().length()))
            + "-"
            + slug(machine.processor() + " " + machine.cores() + " cores"));
  }

  /** The table, which refers to the pictures. */
  public Path table() {
    return folder.resolve(name + ".md");
  }

  /** The figures, for {@link Report#readJson}. */
  public Path figures() {
    return folder.resolve(name + ".json");
  }

  /**
   * Writes all of it.
   *
   * @throws IOException if a file can't be written
   */
  public void write(Report report) throws IOException {
    Path pictures = folder.resolve(name);
    Files.createDirectories(pictures);
    // First what can't be made again: pictures need fonts, which a machine may not have.
    report.writeJson(figures());
    Files.writeString(
        table(), new MarkdownReport(report, section -> name + "/" + picture(section)).text());
    for (Section section : report.sections()) {
      if (BarPicture.isWorthwhile(section)) {
        Files.writeString(pictures.resolve(picture(section)), BarPicture.of(section).svg());
      }
    }
  }

  private static String picture(Section section) {
    return slug(section.scenario() + " " + section.placement()) + ".svg";
  }

  /** Lower case letters and digits, with single hyphens for all else. */
  private static String slug(String text) {
    return text.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9]+", "-").replaceAll("^-|-$", "");
  }
}
