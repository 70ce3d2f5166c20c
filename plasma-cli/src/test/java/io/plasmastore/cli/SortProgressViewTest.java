package io.plasmastore.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.plasmastore.sort.SortPhase;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class SortProgressViewTest {
  private static final long SECOND = 1_000_000_000;

  private final StringWriter text = new StringWriter();
  private long now = 17;

  @Test
  void drawsABarOnOneLine() {
    try (SortProgressView view = view(SortProgressView.Form.BAR, 72)) {
      run(view);
    }
    List<String> drawn = drawn();
    assertEquals("", drawn.getFirst());
    assertEquals("start   …", drawn.get(1));
    assertEquals("start   …", drawn.get(2));
    assertEquals(
        "split   [-----------------------------------]   0 %  0 rows/s  ? s left", drawn.get(3));
    assertEquals(
        "split   [#######----------------------]  25 %  250 k rows/s  3.0 s left", drawn.get(4));
    assertTrue(drawn.get(5).matches(".*\\[(#+)(-+)\\]  50 %.*"), drawn.get(5));
    assertEquals("", drawn.getLast(), "the bar goes when the view is closed");
  }

  @Test
  void fitsIntoAnyTerminal() {
    for (int width = 1; width < 200; width++) {
      text.getBuffer().setLength(0);
      try (SortProgressView view = view(SortProgressView.Form.BAR, width)) {
        run(view);
      }
      for (String line : drawn()) {
        assertTrue(line.length() < width, width + ": " + line);
      }
    }
  }

  @Test
  void printsPlainLines() {
    try (SortProgressView view = view(SortProgressView.Form.LINES, 80)) {
      run(view);
    }
    assertEquals(
        List.of(
            "start: done in 0.500 s",
            "split: 50 % of 1,000,000 rows, 250 k rows/s, 2.0 s left",
            "split: 1,000,000 rows in 4.000 s, 250 k rows/s"),
        text.toString().lines().toList());
  }

  @Test
  void printsJsonForMachines() throws IOException {
    try (SortProgressView view = view(SortProgressView.Form.JSON, 80)) {
      run(view);
    }
    List<String> lines = text.toString().lines().toList();
    assertEquals(5, lines.size());
    JsonNode advanced = new ObjectMapper().readTree(lines.get(3));
    assertEquals("split", advanced.get("phase").asText());
    assertEquals("advanced", advanced.get("event").asText());
    assertEquals(500_000, advanced.get("rows").asLong());
    assertEquals(1_000_000, advanced.get("total").asLong());
    assertEquals(2.0, advanced.get("seconds").asDouble());
    assertEquals(250_000, advanced.get("rowsPerSecond").asDouble());
    assertEquals(2.0, advanced.get("secondsLeft").asDouble());
    assertTrue(new ObjectMapper().readTree(lines.get(2)).get("secondsLeft").isNull());
  }

  @Test
  void saysNothingWhereNothingIsWanted() {
    try (SortProgressView view = view(SortProgressView.Form.NONE, 80)) {
      run(view);
    }
    assertEquals("", text.toString());
  }

  /** A start of half a second, and a split of a million rows of which a quarter takes a second. */
  private void run(SortProgressView view) {
    view.started(SortPhase.START, 0);
    now += SECOND / 2;
    view.finished(SortPhase.START, Duration.ofMillis(500));
    view.started(SortPhase.SPLIT, 1_000_000);
    now += SECOND;
    view.advanced(SortPhase.SPLIT, 250_000);
    now += SECOND;
    view.advanced(SortPhase.SPLIT, 500_000);
    now += 2 * SECOND;
    view.finished(SortPhase.SPLIT, Duration.ofSeconds(4));
  }

  private SortProgressView view(SortProgressView.Form form, int width) {
    return new SortProgressView(new PrintWriter(text), form, width, () -> now);
  }

  /** What stood on the line, one after the other. */
  private List<String> drawn() {
    return Arrays.stream(text.toString().split(SortProgressView.START_OF_LINE, -1))
        .map(line -> line.replace(SortProgressView.CLEAR_TO_END, ""))
        .toList();
  }
}
