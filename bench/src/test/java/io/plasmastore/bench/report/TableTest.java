package io.plasmastore.bench.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;
import org.junit.jupiter.api.Test;

class TableTest {
  @Test
  void linesUpItsColumns() {
    Table table = new Table(List.of("what", "p50", "met"));
    table.heading("gets: of objects");
    table.row(List.of("get", "39.2 ns", "yes"));
    table.row(List.of("a longer name", "1 µs", ""));
    assertEquals(
        """
          what               p50  met

        gets: of objects
          get            39.2 ns  yes
          a longer name     1 µs
        """,
        table.text());
  }

  @Test
  void refusesARowOfAnotherLength() {
    Table table = new Table(List.of("what", "p50"));
    assertEquals(
        "row has another length: cells=1 header=2",
        assertThrows(IllegalArgumentException.class, () -> table.row(List.of("get"))).getMessage());
  }
}
