package io.plasmastore.cli;

import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;

/**
 * Rows of text in aligned columns. The widths come from the first rows; what comes after them is
 * written as it comes, so that a table of any length takes little memory.
 */
final class TextTable implements AutoCloseable {
  /** Which side of its column a cell keeps to. */
  enum Side {
    LEFT,
    RIGHT
  }

  private static final int ROWS_MEASURED = 1000;
  private static final String GAP = "  ";
  private static final String[] RULE = {};
  // Told from a cell by its identity.
  private static final String LINE = new String("line");

  private final PrintWriter out;
  private final Side[] sides;
  private final int[] widths;
  private final List<String[]> waiting = new ArrayList<>();
  private boolean measured;

  TextTable(PrintWriter out, Side... sides) {
    this.out = out;
    this.sides = sides.clone();
    this.widths = new int[sides.length];
  }

  /** Adds a row with a cell for each column. */
  void row(String... cells) {
    if (cells.length != widths.length) {
      throw new IllegalArgumentException(
          "a row has a cell for each column: found=" + cells.length + " wanted=" + widths.length);
    }
    if (measured) {
      write(cells);
      return;
    }
    waiting.add(cells.clone());
    for (int column = 0; column < cells.length; column++) {
      widths[column] = Math.max(widths[column], length(cells[column]));
    }
    if (waiting.size() == ROWS_MEASURED) {
      writeWaiting();
    }
  }

  /** Adds a row of dashes under what is there, as wide as the columns turn out. */
  void rule() {
    waiting.add(RULE);
  }

  /** Adds a line of its own, which has no part in the columns. */
  void line(String text) {
    if (measured) {
      out.println(text);
    } else {
      waiting.add(new String[] {LINE, text});
    }
  }

  /** Writes what waits. The writer stays open. */
  @Override
  public void close() {
    writeWaiting();
    out.flush();
  }

  private void writeWaiting() {
    measured = true;
    waiting.forEach(this::write);
    waiting.clear();
  }

  @SuppressWarnings("ReferenceEquality") // a mark, which a cell with the same text is not
  private void write(String[] cells) {
    if (cells.length > 0 && cells[0] == LINE) {
      out.println(cells[1]);
      return;
    }
    StringBuilder line = new StringBuilder();
    for (int column = 0; column < widths.length; column++) {
      boolean ruled = cells.length == 0;
      String cell = ruled ? "-".repeat(widths[column]) : cells[column];
      String padding = " ".repeat(Math.max(0, widths[column] - length(cell)));
      line.append(column == 0 ? "" : GAP);
      line.append(sides[column] == Side.RIGHT ? padding + cell : cell + padding);
    }
    out.println(line.toString().stripTrailing());
  }

  private static int length(String text) {
    return text.codePointCount(0, text.length());
  }
}
