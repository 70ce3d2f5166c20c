package io.plasmastore.cli;

import io.plasmastore.ObjectId;
import io.plasmastore.sort.PartitionResult;
import io.plasmastore.sort.SortKey;
import io.plasmastore.sort.SortResult;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.List;
import java.util.stream.Collectors;

/**
 * What a partitioning did, for people and for programs.
 *
 * @param by hash or range
 * @param keys what rows went by; of a hash only the columns matter
 * @param result what it did
 * @param loadSeconds for putting the rows into the store before it; 0 if they were there
 */
record PartitionReport(String by, List<SortKey> keys, PartitionResult result, double loadSeconds) {
  void writeText(PrintWriter text) {
    text.println(
        "%s by %s of %s: %s, %s, %s"
            .formatted(
                Amount.count(result.rows(), "row", "rows"),
                by,
                keys().stream().map(this::title).collect(Collectors.joining(", ")),
                Amount.count(result.partitions(), "partition", "partitions"),
                Amount.count(result.buckets().size(), "bucket", "buckets"),
                SortReport.workers(result.workers(), result.processes())));
    SortReport.writeSeconds(text, result.seconds(), result.totalSeconds());
    text.println(
        result.verified()
            ? "verified: each row is in its bucket, and the rows are those of the input"
            : "not verified");
    try (TextTable table =
        new TextTable(text, TextTable.Side.RIGHT, TextTable.Side.RIGHT, TextTable.Side.LEFT)) {
      table.row("BUCKET", "ROWS", "ID");
      for (int bucket = 0; bucket < result.buckets().size(); bucket++) {
        SortResult.Bucket made = result.buckets().get(bucket);
        table.row(Integer.toString(bucket), Amount.count(made.rows()), made.id().toHex());
      }
    }
    result.splitters().ifPresent(id -> text.println("splitters: " + id));
    text.println("in the store: the buckets, listed by the dataframe " + result.manifest());
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
          json.writeStringField("by", by);
          json.writeArrayFieldStart("keys");
          for (SortKey key : keys) {
            json.writeString(title(key));
          }
          json.writeEndArray();
          SortReport.writeSeconds(json, result.seconds(), result.totalSeconds());
          json.writeBooleanField("verified", result.verified());
          json.writeNumberField("load", loadSeconds);
          json.writeStringField("splitters", result.splitters().map(ObjectId::toHex).orElse(null));
          json.writeStringField("manifest", result.manifest().toHex());
          SortReport.writeIds(json, result.bucketIds());
          json.writeArrayFieldStart("bucketRows");
          for (SortResult.Bucket bucket : result.buckets()) {
            json.writeNumber(bucket.rows());
          }
          json.writeEndArray();
          json.writeEndObject();
        });
  }

  /** A key of a range in full; of a hash the column alone. */
  private String title(SortKey key) {
    return result.splitters().isPresent() ? key.toString() : key.column();
  }
}
