package io.plasmastore.cli;

import io.plasmastore.ObjectId;
import io.plasmastore.sort.SortKey;
import io.plasmastore.sort.SortPhase;
import io.plasmastore.sort.SortResult;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
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
 */
record SortReport(
    List<SortKey> keys,
    SortResult result,
    double loadSeconds,
    double writeSeconds,
    @Nullable Path out,
    boolean kept) {

  void writeText(PrintWriter text) {
    text.println(
        "%s by %s: %s, %s, %s"
            .formatted(
                Amount.count(result.rows(), "row", "rows"),
                keys.stream().map(SortKey::toString).collect(Collectors.joining(", ")),
                Amount.count(result.partitions(), "partition", "partitions"),
                Amount.count(result.buckets().size(), "bucket", "buckets"),
                workers()));
    try (TextTable table = new TextTable(text, TextTable.Side.LEFT, TextTable.Side.RIGHT)) {
      for (SortPhase phase : SortPhase.values()) {
        table.row(phase.label(), seconds(result.seconds().getOrDefault(phase, 0.0)));
      }
      table.row("total", seconds(result.totalSeconds()));
    }
    text.println(
        result.verified()
            ? "verified: in order, and the rows are those of the input"
            : "not verified");
    if (out != null) {
      text.println("written: " + out);
    } else if (kept) {
      text.println("in the store: the buckets, listed by the dataframe " + result.manifest());
    }
    text.flush();
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
          json.writeObjectFieldStart("seconds");
          for (SortPhase phase : SortPhase.values()) {
            json.writeNumberField(phase.label(), result.seconds().getOrDefault(phase, 0.0));
          }
          json.writeEndObject();
          json.writeNumberField("total", result.totalSeconds());
          json.writeBooleanField("verified", result.verified());
          json.writeNumberField("load", loadSeconds);
          json.writeNumberField("write", writeSeconds);
          json.writeStringField("out", out == null ? null : out.toString());
          json.writeStringField("manifest", kept ? result.manifest().toHex() : null);
          json.writeArrayFieldStart("bucketIds");
          for (ObjectId id : kept ? result.bucketIds() : List.<ObjectId>of()) {
            json.writeString(id.toHex());
          }
          json.writeEndArray();
          json.writeEndObject();
        });
  }

  private String workers() {
    return result.processes()
        ? Amount.count(result.workers(), "worker process", "worker processes")
        : Amount.count(result.workers(), "worker thread", "worker threads");
  }

  private static String seconds(double seconds) {
    return String.format(Locale.ROOT, "%.3f s", seconds);
  }
}
