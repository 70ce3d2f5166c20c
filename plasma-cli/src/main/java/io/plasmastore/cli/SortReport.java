package io.plasmastore.cli;

import com.fasterxml.jackson.core.JsonGenerator;
import io.plasmastore.ObjectId;
import io.plasmastore.bench.sort.Outcome;
import io.plasmastore.sort.SortKey;
import io.plasmastore.sort.SortPhase;
import io.plasmastore.sort.SortResult;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What a sort did, for people and for programs.
 *
 * @param keys what it sorted by
 * @param result what it did
 * @param loadSeconds for putting the rows into the store before it; 0 if they were there
 * @param writeSeconds for writing the file after it; 0 if there is none
 * @param out the file, or null
 * @param kept whether the buckets are still in the store
 * @param baselines what else has sorted the same rows, and how long it took
 */
record SortReport(
    List<SortKey> keys,
    SortResult result,
    double loadSeconds,
    double writeSeconds,
    @Nullable Path out,
    boolean kept,
    List<Outcome> baselines) {
  private static final String HEADLINE =
      "the announcement of 2017, 1,000,000,000 rows: pandas 477 s, 44 s over 20 cores: 11 ×";

  void writeText(PrintWriter text) {
    text.println(
        "%s by %s: %s, %s, %s"
            .formatted(
                Amount.count(result.rows(), "row", "rows"),
                keys.stream().map(SortKey::toString).collect(Collectors.joining(", ")),
                Amount.count(result.partitions(), "partition", "partitions"),
                Amount.count(result.buckets().size(), "bucket", "buckets"),
                workers(result.workers(), result.processes())));
    writeSeconds(text, result.seconds(), result.totalSeconds());
    text.println(
        result.verified()
            ? "verified: in order, and the rows are those of the input"
            : "not verified");
    if (out != null) {
      text.println("written: " + out);
    } else if (kept) {
      text.println("in the store: the buckets, listed by the dataframe " + result.manifest());
    }
    if (!baselines.isEmpty()) {
      writeBaselines(text);
    }
    text.flush();
  }

  private void writeBaselines(PrintWriter text) {
    text.println();
    text.println("the same rows by what else there is, and how many times as long it took:");
    try (TextTable table =
        new TextTable(text, TextTable.Side.LEFT, TextTable.Side.RIGHT, TextTable.Side.RIGHT)) {
      for (Outcome baseline : baselines) {
        table.row(
            baseline.what() + " " + baseline.version(),
            baseline.failure() == null ? seconds(baseline.median()) : "failed",
            baseline.failure() == null
                ? String.format(Locale.ROOT, "%.2f ×", ratio(baseline))
                : baseline.failure());
      }
    }
    text.println(HEADLINE);
  }

  private double ratio(Outcome baseline) {
    return baseline.median() / result.totalSeconds();
  }

  void writeJson(PrintWriter text) throws IOException {
    JsonText.object(
        text,
        json -> {
          json.writeStartObject();
          json.writeNumberField("rows", result.rows());
          json.writeNumberField("partitions", result.partitions());
          json.writeNumberField("buckets", result.buckets().size());
          json.writeNumberField("workers", result.workers());
          json.writeBooleanField("processes", result.processes());
          json.writeNumberField("retries", result.retries());
          json.writeArrayFieldStart("by");
          for (SortKey key : keys) {
            json.writeString(key.toString());
          }
          json.writeEndArray();
          writeSeconds(json, result.seconds(), result.totalSeconds());
          json.writeBooleanField("verified", result.verified());
          json.writeArrayFieldStart("baselines");
          for (Outcome baseline : baselines) {
            writeBaseline(json, baseline);
          }
          json.writeEndArray();
          json.writeNumberField("load", loadSeconds);
          json.writeNumberField("write", writeSeconds);
          json.writeStringField("out", out == null ? null : out.toString());
          json.writeStringField("manifest", kept ? result.manifest().toHex() : null);
          writeIds(json, kept ? result.bucketIds() : List.of());
          json.writeEndObject();
        });
  }

  private void writeBaseline(JsonGenerator json, Outcome baseline) throws IOException {
    json.writeStartObject();
    json.writeStringField("what", baseline.what());
    json.writeStringField("version", baseline.version());
    if (baseline.failure() == null) {
      json.writeNumberField("seconds", baseline.median());
      json.writeNumberField("ratio", ratio(baseline));
    } else {
      json.writeStringField("failure", baseline.failure());
    }
    json.writeEndObject();
  }

  /** How many workers there were of what kind. */
  static String workers(int count, boolean processes) {
    return processes
        ? Amount.count(count, "worker process", "worker processes")
        : Amount.count(count, "worker thread", "worker threads");
  }

  /** A table of what each phase took. */
  static void writeSeconds(PrintWriter text, Map<SortPhase, Double> seconds, double total) {
    try (TextTable table = new TextTable(text, TextTable.Side.LEFT, TextTable.Side.RIGHT)) {
      for (SortPhase phase : SortPhase.values()) {
        table.row(phase.label(), seconds(seconds.getOrDefault(phase, 0.0)));
      }
      table.row("total", seconds(total));
    }
  }

  /** What each phase took. */
  static void writeSeconds(JsonGenerator json, Map<SortPhase, Double> seconds, double total)
      throws IOException {
    json.writeObjectFieldStart("seconds");
    for (SortPhase phase : SortPhase.values()) {
      json.writeNumberField(phase.label(), seconds.getOrDefault(phase, 0.0));
    }
    json.writeEndObject();
    json.writeNumberField("total", total);
  }

  /** The buckets. */
  static void writeIds(JsonGenerator json, List<ObjectId> buckets) throws IOException {
    json.writeArrayFieldStart("bucketIds");
    for (ObjectId id : buckets) {
      json.writeString(id.toHex());
    }
    json.writeEndArray();
  }

  private static String seconds(double seconds) {
    return String.format(Locale.ROOT, "%.3f s", seconds);
  }
}
