package io.plasmastore.bench.report;

import java.util.ArrayList;
import java.util.List;

/**
 * Lines of cells, each column as wide as it must be; the first to the left, the others to the
 * right.
 */
final class Table {
  private static final String GAP = "  ";

  private final List<String> header;
  private final List<Line> lines = new ArrayList<>();

  private sealed interface Line {}

  private record Heading(String text) implements Line {}

  private record Note(String text) implements Line {}

  private record Cells(List<String> cells) implements Line {}

  Table(List<String> header) {
    this.header = header;
  }

  /** A line of text across all columns. */
  void heading(String text) {
    lines.add(new Heading(text));
  }

  /** A line of text behind the cells that it is about. */
  void note(String text) {
    lines.add(new Note(text));
  }

  /**
   * A line of cells.
   *
   * @throws IllegalArgumentException if they are not as many as the header has
   */
  void row(List<String> cells) {
    if (cells.size() != header.size()) {
      throw new IllegalArgumentException(
          "row has another length: cells=" + cells.size() + " header=" + header.size());
    }
    lines.add(new Cells(List.copyOf(cells)));
  }

  String text() {
    int[] widths = widths();
    StringBuilder text = new StringBuilder();
    append(text, header, widths);
    for (Line line : lines) {
      switch (line) {
        case Heading heading -> text.append('\n').append(heading.text()).append('\n');
        case Note note -> text.append(GAP).append("→ ").append(note.text()).append('\n');
        case Cells cells -> append(text, cells.cells(), widths);
      }
    }
    return text.toString();
  }

  private int[] widths() {
    int[] widths = header.stream().mapToInt(Table::width).toArray();
    for (Line line : lines) {
      if (line instanceof Cells(List<String> cells)) {
        for (int i = 0; i < widths.length; i++) {
          widths[i] = Math.max(widths[i], width(cells.get(i)));
        }
      }
    }
    return widths;
  }

  private static void append(StringBuilder text, List<String> cells, int[] widths) {
    StringBuilder line = new StringBuilder();
    for (int i = 0; i < widths.length; i++) {
      String cell = cells.get(i);
      String padding = " ".repeat(widths[i] - width(cell));
      line.append(GAP).append(i == 0 ? cell + padding : padding + cell);
    }
    text.append(line.toString().stripTrailing()).append('\n');
  }

  private static int width(String cell) {
    return cell.codePointCount(0, cell.length());
  }
}
