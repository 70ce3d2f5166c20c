package io.plasmastore.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.api.Test;

class TextTableTest {
  private final StringWriter out = new StringWriter();
  private final TextTable table =
      new TextTable(new PrintWriter(out), TextTable.Side.LEFT, TextTable.Side.RIGHT);

  @Test
  void alignsItsColumns() {
    table.row("name", "size");
    table.rule();
    table.row("a", "1");
    table.row("longer", "1000000");
    table.close();
    assertEquals(
        """
        name       size
        ------  -------
        a             1
        longer  1000000
        """,
        out.toString());
  }

  @Test
  void countsCharactersAndNotTheirParts() {
    table.row("😀", "1");
    table.row("ab", "2");
    table.close();
    assertEquals("😀   1\nab  2\n", out.toString());
  }

  @Test
  void writesOnAsRowsComeWhenTheWidthsAreKnown() {
    for (int i = 0; i < 1000; i++) {
      assertEquals("", out.toString());
      table.row("x", "1");
    }
    assertEquals(1000, out.toString().lines().count());
    table.row("much longer than before", "2");
    assertEquals(1001, out.toString().lines().count());
    table.close();
    assertEquals("much longer than before  2", out.toString().lines().toList().getLast());
  }

  @Test
  void refusesAnotherNumberOfCells() {
    var refusal = assertThrows(IllegalArgumentException.class, () -> table.row("one"));
    assertEquals("a row has a cell for each column: found=1 wanted=2", refusal.getMessage());
    table.close();
  }
}
