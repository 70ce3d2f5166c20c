package io.plasmastore.cli;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * A trace as JSON trace events, which Perfetto and {@code chrome://tracing} show: complete events
 * ({@code ph} X) with times in microseconds, as Google's "Trace Event Format" has them. Each worker
 * is a track, and the phases are one.
 */
final class TraceEvents {
  private static final int PHASES = 0;

  private final JsonGenerator json;
  private final long self = ProcessHandle.current().pid();

  private TraceEvents(JsonGenerator json) {
    this.json = json;
  }

  /** Writes a trace as a file. */
  static void write(SortTrace trace, Path file) throws IOException {
    OutputFile.write(
        file,
        channel -> {
          OutputStream out = Channels.newOutputStream(channel);
          try (JsonGenerator json = new JsonFactory().createGenerator(out)) {
            json.disable(JsonGenerator.Feature.AUTO_CLOSE_TARGET);
            new TraceEvents(json).write(trace);
          }
        });
  }

  private void write(SortTrace trace) throws IOException {
    json.writeStartObject();
    json.writeStringField("displayTimeUnit", "ms");
    json.writeArrayFieldStart("traceEvents");
    name("process_name", self, PHASES, "plasma sort");
    name("thread_name", self, PHASES, "phases");
    for (SortTrace.Span phase : trace.phases()) {
      span(phase, self, PHASES);
    }
    for (Map.Entry<SortTrace.Worker, List<SortTrace.Span>> entry : trace.tasks().entrySet()) {
      SortTrace.Worker worker = entry.getKey();
      int track = worker.number() + 1;
      if (!worker.isThread()) {
        name("process_name", worker.pid(), track, "sort worker process");
      }
      name("thread_name", worker.pid(), track, worker.name());
      for (SortTrace.Span span : entry.getValue()) {
        span(span, worker.pid(), track);
      }
    }
    json.writeEndArray();
    json.writeEndObject();
  }

  private void name(String kind, long pid, int track, String name) throws IOException {
    start(kind, "M", pid, track);
    json.writeObjectFieldStart("args");
    json.writeStringField("name", name);
    json.writeEndObject();
    json.writeEndObject();
  }

  private void span(SortTrace.Span span, long pid, int track) throws IOException {
    start(span.name(), "X", pid, track);
    json.writeStringField("cat", span.phase().label());
    json.writeNumberField("ts", span.startMicros());
    json.writeNumberField("dur", span.endMicros() - span.startMicros());
    json.writeObjectFieldStart("args");
    json.writeNumberField("rows", span.rows());
    json.writeEndObject();
    json.writeEndObject();
  }

  private void start(String name, String kind, long pid, int track) throws IOException {
    json.writeStartObject();
    json.writeStringField("name", name);
    json.writeStringField("ph", kind);
    json.writeNumberField("pid", pid);
    json.writeNumberField("tid", track);
  }
}
