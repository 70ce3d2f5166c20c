package io.plasmastore.bench.report;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A report as it is kept: {@code DATE-MACHINE.json} with the figures, {@code DATE-MACHINE.md} with
 * the table, and beside them a folder of that name with the pictures. What was there under the same
 * name is overwritten.
 *
 * @param folder where, made if it is not there
 * @param name without ending: the day and the machine
 */
public record ResultFiles(Path folder, String name) {
  private static final String FIGURES = ".json";
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
    return folder.resolve(name + FIGURES);
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
    Files.writeString(table(), new MarkdownReport(report, this).text());
    for (Section section : report.sections()) {
      if (LinePicture.isWorthwhile(section)) {
        Files.writeString(folder.resolve(picture(section)), LinePicture.of(section).svg());
      } else if (BarPicture.isWorthwhile(section)) {
        Files.writeString(folder.resolve(picture(section)), BarPicture.of(section).svg());
      }
    }
    Headline headline = new Headline(report);
    if (!headline.isEmpty()) {
      Files.writeString(folder.resolve(headlinePicture()), headline.picture().svg());
    }
  }

  /**
   * The full run among those that are kept that was made last.
   *
   * @param folder where they are kept
   * @return the report, or null if there is none
   */
  public static @Nullable Report newest(Path folder) throws IOException {
    Report newest = null;
    try (Stream<Path> files = Files.list(folder)) {
      for (Path file : files.filter(any -> any.toString().endsWith(FIGURES)).toList()) {
        Report report = Report.readJson(file);
        if (report.isFull()
            && (newest == null || newest.machine().date().compareTo(report.machine().date()) < 0)) {
          newest = report;
        }
      }
    }
    return newest;
  }

  /** Where the picture of a section is, from the folder. */
  String picture(Section section) {
    return name + "/" + slug(section.scenario() + " " + section.placement()) + ".svg";
  }

  /** The two that say most: everybody's times, and the first lines. */
  List<ReadmePart.Picture> shown(Report report) {
    List<ReadmePart.Picture> pictures = new ArrayList<>();
    if (!new Headline(report).isEmpty()) {
      pictures.add(new ReadmePart.Picture("Times of all, as bars", headlinePicture()));
    }
    report.sections().stream()
        .filter(LinePicture::isWorthwhile)
        .findFirst()
        .ifPresent(
            section -> pictures.add(new ReadmePart.Picture(section.name(), picture(section))));
    return pictures;
  }

  private String headlinePicture() {
    return name + "/headline.svg";
  }

  /** Lower case letters and digits, with single hyphens for all else. */
  private static String slug(String text) {
    return text.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9]+", "-").replaceAll("^-|-$", "");
  }
}
