package io.plasmastore.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.plasmastore.ObjectId;
import io.plasmastore.sort.PartitionManifest;
import io.plasmastore.sort.SortResult;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.arrow.vector.BigIntVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PartitionCommandTest {
  @TempDir private Path folder;

  private TestStore store;

  @BeforeEach
  void launches() {
    store = new TestStore(folder);
  }

  @AfterEach
  void closes() {
    store.close();
  }

  @Test
  void dividesAFileByHashAndLeavesTheBucketsInTheStore() throws IOException {
    List<String> lines =
        store
            .run("partition", "--input", sample(), "--hash", "id", "--buckets", "3", "--threads")
            .doneAloud()
            .lines();
    assertTrue(lines.getFirst().startsWith("1,000 rows by hash of id: "), lines.toString());
    assertTrue(
        lines.contains("verified: each row is in its bucket, and the rows are those of the input"),
        lines.toString());
    String manifest = lines.getLast();
    String start = "in the store: the buckets, listed by the dataframe ";
    assertTrue(manifest.startsWith(start), manifest);
    PartitionManifest listed =
        PartitionManifest.get(
            store.dataframes(), ObjectId.fromHex(manifest.substring(start.length())));
    List<ObjectId> buckets = listed.buckets().stream().map(SortResult.Bucket::id).toList();
    assertEquals(3, buckets.size());
    assertTrue(buckets.stream().allMatch(id -> lines.toString().contains(id.toHex())));
    assertEquals(1_000, ids(buckets).stream().distinct().count());
    // The buckets and the manifest: what was put for the command alone is gone.
    assertEquals(3 + 1, store.objects());
  }

  @Test
  void dividesObjectsByRangeAndOthersAlike() throws IOException {
    ObjectId first = store.put(SampleData.rows(store.allocator(), 0, 1_000));
    JsonNode json =
        json(
            store.run(
                "partition",
                first.toHex(),
                "--range",
                "id:desc",
                "--threads",
                "--workers",
                "2",
                "--buckets",
                "4",
                "--json"));
    assertEquals(1_000, json.get("rows").asLong());
    assertEquals(1, json.get("partitions").asInt());
    assertEquals(4, json.get("buckets").asInt());
    assertEquals(2, json.get("workers").asInt());
    assertFalse(json.get("processes").asBoolean());
    assertEquals("range", json.get("by").asText());
    assertEquals("id:desc:nulls-last", json.get("keys").get(0).asText());
    assertTrue(json.get("verified").asBoolean());
    assertTrue(json.get("total").asDouble() > 0);
    assertTrue(store.client().contains(ObjectId.fromHex(json.get("manifest").asText())));
    List<Long> bucketRows = new ArrayList<>();
    json.get("bucketRows").forEach(rows -> bucketRows.add(rows.asLong()));
    long least = Long.MAX_VALUE;
    for (int bucket = 0; bucket < 4; bucket++) {
      List<Long> ids = ids(List.of(buckets(json).get(bucket)));
      assertEquals(bucketRows.get(bucket), ids.size());
      long before = least;
      assertTrue(ids.stream().allMatch(id -> id < before), "bucket=" + bucket);
      least = ids.stream().mapToLong(Long::longValue).min().orElse(least);
    }
    JsonNode again =
        json(
            store.run(
                "partition",
                first.toHex(),
                "--range",
                "id:desc",
                "--splitters",
                json.get("splitters").asText(),
                "--threads",
                "--json"));
    assertEquals(json.get("bucketRows"), again.get("bucketRows"));
  }

  @Test
  void dividesGeneratedRowsByProcesses() throws IOException {
    JsonNode json =
        json(
            store.run(
                "partition",
                "--rows",
                "5000",
                "--hash",
                "key",
                "--workers",
                "2",
                "--partitions",
                "4",
                "--json"));
    assertEquals(5_000, json.get("rows").asLong());
    assertEquals(4, json.get("partitions").asInt());
    assertTrue(json.get("processes").asBoolean());
    assertTrue(json.get("verified").asBoolean());
    assertEquals("hash", json.get("by").asText());
    assertEquals("key", json.get("keys").get(0).asText());
    assertTrue(json.get("splitters").isNull());
  }

  @Test
  void saysWhatCanNotBeDivided() throws IOException {
    String failure =
        store.run("partition", "--input", sample(), "--hash", "colour", "--threads").failureAloud();
    assertTrue(failure.startsWith("can't be divided: "), failure);
    assertTrue(failure.contains("colour"), failure);
    ObjectId unknown = ObjectId.named("unknown");
    String missing =
        store.run("partition", "name:unknown", "--hash", "id", "--threads").failureAloud();
    assertTrue(missing.contains(unknown.toHex()), missing);
    assertEquals(0, store.objects());
  }

  @Test
  void asksForWhatIsMissing() throws IOException {
    String file = sample();
    assertTrue(
        store.run("partition", "--input", file).misuse().contains("Missing required argument"));
    assertTrue(
        store.run("partition", "--hash", "id").misuse().contains("Missing required argument"));
    assertTrue(
        store
            .run("partition", "--input", file, "--hash", "id", "--range", "id")
            .misuse()
            .contains("mutually exclusive"));
    assertEquals(
        "plasma partition: --splitters is for --range, without --buckets",
        store.run("partition", "--input", file, "--hash", "id", "--splitters", "name:x").misuse());
    assertEquals(
        "plasma partition: workers out of range: workers=100000 min=1 max=1024",
        store.run("partition", "--rows", "5", "--hash", "key", "--workers", "100000").misuse());
    assertEquals(0, store.objects());
  }

  private String sample() throws IOException {
    Path file = folder.resolve("sample.arrow");
    store.write(file, List.of(SampleData.rows(store.allocator(), 0, 1_000)));
    return file.toString();
  }

  private List<Long> ids(List<ObjectId> buckets) throws IOException {
    List<Long> ids = new ArrayList<>();
    for (ObjectId bucket : buckets) {
      try (VectorSchemaRoot rows = store.dataframes().get(bucket)) {
        BigIntVector vector = (BigIntVector) rows.getVector("id");
        for (int i = 0; i < rows.getRowCount(); i++) {
          ids.add(vector.get(i));
        }
      }
    }
    return ids;
  }

  private static List<ObjectId> buckets(JsonNode json) {
    List<ObjectId> buckets = new ArrayList<>();
    json.get("bucketIds").forEach(id -> buckets.add(ObjectId.fromHex(id.asText())));
    return buckets;
  }

  private static JsonNode json(CommandRun run) throws IOException {
    return new ObjectMapper().readTree(run.doneAloud().out());
  }
}
