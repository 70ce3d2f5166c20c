package io.plasmastore.cli;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import io.plasmastore.sort.SortPhase;
import io.plasmastore.sort.SortProgress;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.function.LongSupplier;

/** Shows how a sort gets on, in one of several forms. */
final class SortProgressView implements SortProgress, AutoCloseable {
  /** How it is shown. */
  enum Form {
    /** One line that changes, on a terminal. */
    BAR,
    /** A line for each phase, and some in between where it takes long. */
    LINES,
    /** The same as JSON, an object a line. */
    JSON,
    /** Not at all. */
    NONE
  }

  /** Moves to the start of the line, and clears it when what is new is written. */
  static final String START_OF_LINE = "\r";

  static final String CLEAR_TO_END = "\033[K";

  private static final long NANOS_BETWEEN_LINES = 2_000_000_000;
  private static final double NANOS_PER_SECOND = 1e9;
  private static final JsonFactory JSON = new JsonFactory();

  private final PrintWriter out;
  private final Form form;
  private final int width;
  private final LongSupplier nanoClock;
  private long phaseStart;
  private long lastLine;
  private long total;
  private boolean barShown;

  /**
   * A view.
   *
   * @param out where to
   * @param width of the terminal, for a bar
   * @param nanoClock the time, from any origin
   */
  SortProgressView(PrintWriter out, Form form, int width, LongSupplier nanoClock) {
    this.out = out;
    this.form = form;
    this.width = width;
    this.nanoClock = nanoClock;
  }

  @Override
  public synchronized void started(SortPhase phase, long rows) {
    phaseStart = nanoClock.getAsLong();
    lastLine = phaseStart;
    total = rows;
    ProgressText text = text(phase, 0);
    switch (form) {
      case BAR -> showBar(text);
      case JSON -> showJson(text, "started");
      default -> {}
    }
  }

  @Override
  public synchronized void advanced(SortPhase phase, long rows) {
    ProgressText text = text(phase, rows);
    if (form == Form.BAR) {
      showBar(text);
    } else if (nanoClock.getAsLong() - lastLine >= NANOS_BETWEEN_LINES) {
      lastLine = nanoClock.getAsLong();
      switch (form) {
        case LINES -> out.println(text.line());
        case JSON -> showJson(text, "advanced");
        default -> {}
      }
      out.flush();
    }
  }

  @Override
  public synchronized void finished(SortPhase phase, Duration time) {
    ProgressText text = new ProgressText(phase, total, total, time.toNanos() / NANOS_PER_SECOND);
    switch (form) {
      case BAR -> showBar(text);
      case LINES -> out.println(text.done());
      case JSON -> showJson(text, "finished");
      case NONE -> {}
    }
    out.flush();
  }

  /** Something else sorts the same rows first. */
  synchronized void baseline(String name) {
    String text = "baseline: " + name;
    switch (form) {
      case BAR -> {
        String cut = text.substring(0, Math.clamp(width - 1, 0, text.length()));
        out.print(START_OF_LINE + cut + CLEAR_TO_END);
        barShown = true;
      }
      case LINES -> out.println(text);
      case JSON, NONE -> {}
    }
    out.flush();
  }

  /** Takes the bar away, so that what follows begins on an empty line. */
  synchronized void hideBar() {
    if (barShown) {
      out.print(START_OF_LINE + CLEAR_TO_END);
      out.flush();
      barShown = false;
    }
  }

  @Override
  public void close() {
    hideBar();
  }

  private ProgressText text(SortPhase phase, long rows) {
    return new ProgressText(
        phase, rows, total, (nanoClock.getAsLong() - phaseStart) / NANOS_PER_SECOND);
  }

  private void showBar(ProgressText text) {
    // A line that is as wide as the terminal would make some of them begin another.
    out.print(START_OF_LINE + text.bar(width - 1) + CLEAR_TO_END);
    out.flush();
    barShown = true;
  }

  private void showJson(ProgressText text, String event) {
    StringWriter line = new StringWriter();
    try (JsonGenerator json = JSON.createGenerator(line)) {
      json.writeStartObject();
      json.writeStringField("phase", text.phase().label());
      json.writeStringField("event", event);
      json.writeNumberField("rows", text.rows());
      json.writeNumberField("total", text.total());
      json.writeNumberField("seconds", text.seconds());
      json.writeNumberField("rowsPerSecond", text.rowsPerSecond());
      if (Double.isNaN(text.secondsLeft())) {
        json.writeNullField("secondsLeft");
      } else {
        json.writeNumberField("secondsLeft", text.secondsLeft());
      }
      json.writeEndObject();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    out.println(line);
    out.flush();
  }
}
