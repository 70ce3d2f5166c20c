package io.plasmastore.cli;

import io.plasmastore.sort.SortPhase;
import io.plasmastore.sort.SortProgress;
import io.plasmastore.sort.SortWork;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** How a sort shows what it does. */
final class SortReporting {
  @Option(
      names = "--json",
      description = "Print one JSON object; and how it gets on as JSON, an object a line.")
  private boolean json;

  @Option(
      names = "--progress",
      paramLabel = "FORM",
      description =
          "How to show on standard error how it gets on: bar, lines, json or none. Default: bar on a"
              + " terminal; elsewhere json with --json, else lines.")
  private SortProgressView.@Nullable Form form;

  @Option(
      names = "--trace",
      paramLabel = "FILE",
      description =
          "Write what each worker did when as JSON trace events, which Perfetto and chrome://tracing"
              + " show.")
  private @Nullable Path traceFile;

  @Option(
      names = "--trace-svg",
      paramLabel = "FILE",
      description = "Write the same as an SVG picture.")
  private @Nullable Path pictureFile;

  private final SortTrace trace = new SortTrace();

  boolean isJson() {
    return json;
  }

  /** The view of how the sort gets on; the caller closes it. */
  SortProgressView view(Console console) {
    OptionalInt terminal = console.isProcess() ? ErrTerminal.width() : OptionalInt.empty();
    SortProgressView.Form chosen = form;
    if (chosen == null) {
      chosen =
          terminal.isPresent()
              ? SortProgressView.Form.BAR
              : json ? SortProgressView.Form.JSON : SortProgressView.Form.LINES;
    }
    return new SortProgressView(
        console.err(), chosen, terminal.orElse(ErrTerminal.DEFAULT_WIDTH), System::nanoTime);
  }

  /** Who is told how the sort gets on: the view, and the trace if one is wanted. */
  SortProgress listener(SortProgressView view) {
    return traceFile == null && pictureFile == null ? view : new Both(view, trace);
  }

  /** Checks, before anything is sorted, that the trace can be written. */
  void requirePlaces() throws IOException {
    if (traceFile != null) {
      OutputFile.requirePlace(traceFile);
    }
    if (pictureFile != null) {
      OutputFile.requirePlace(pictureFile);
    }
  }

  /** Writes the trace of the sort that has run, where that is wanted. */
  void writeTrace() throws IOException {
    if (traceFile != null) {
      TraceEvents.write(trace, traceFile);
    }
    if (pictureFile != null) {
      TracePicture.write(trace, pictureFile);
    }
  }

  /** Two listeners. */
  private record Both(SortProgress first, SortProgress second) implements SortProgress {
    @Override
    public void started(SortPhase phase, long rows) {
      first.started(phase, rows);
      second.started(phase, rows);
    }

    @Override
    public void worked(SortWork work) {
      first.worked(work);
      second.worked(work);
    }

    @Override
    public void advanced(SortPhase phase, long rows) {
      first.advanced(phase, rows);
      second.advanced(phase, rows);
    }

    @Override
    public void finished(SortPhase phase, Duration time) {
      first.finished(phase, time);
      second.finished(phase, time);
    }
  }
}
