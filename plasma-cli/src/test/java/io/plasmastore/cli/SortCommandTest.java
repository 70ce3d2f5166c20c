package io.plasmastore.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.plasmastore.ObjectId;
import io.plasmastore.arrow.ArrowInput;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.BigIntVector;
import org.apache.arrow.vector.Float8Vector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.ipc.ArrowReader;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SortCommandTest {
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
  void sortsAFileIntoAFile() throws IOException {
    Path out = folder.resolve("sorted.arrow");
    List<String> lines =
        store
            .run("sort", "--input", sample(), "--by", "id:desc", "--threads", "-o", out.toString())
            .doneAloud()
            .lines();
    assertTrue(lines.getFirst().startsWith("1,000 rows by id:desc:nulls-last: "), lines.toString());
    assertTrue(lines.contains("verified: in order, and the rows are those of the input"));
    assertEquals("written: " + out, lines.getLast());
    List<Long> ids = ids(out);
    assertEquals(1000, ids.size());
    for (int i = 0; i < 1000; i++) {
      assertEquals(999 - i, ids.get(i));
    }
    assertEquals(0, store.objects());
    assertEquals(0, store.client().stats().used());
  }

  @Test
  void leavesTheBucketsInANamedStore() throws IOException {
    ObjectId first = store.put(SampleData.rows(store.allocator(), 500, 500));
    ObjectId second = ObjectId.named("second");
    try (VectorSchemaRoot root = SampleData.rows(store.allocator(), 0, 500)) {
      store.dataframes().put(second, root);
    }
    JsonNode json =
        json(
            store.run(
                "sort",
                first.toHex(),
                "name:second",
                "--by",
                "id",
                "--threads",
                "--workers",
                "2",
                "--buckets",
                "3",
                "--json"));
    assertEquals(1000, json.get("rows").asLong());
    assertEquals(2, json.get("partitions").asInt());
    assertEquals(3, json.get("buckets").asInt());
    assertEquals(2, json.get("workers").asInt());
    assertFalse(json.get("processes").asBoolean());
    assertTrue(json.get("verified").asBoolean());
    assertEquals("id:asc:nulls-last", json.get("by").get(0).asText());
    assertTrue(json.get("total").asDouble() > 0);
    assertEquals(0, json.get("load").asDouble());
    assertTrue(json.get("out").isNull());
    List<Long> ids = new ArrayList<>();
    for (JsonNode bucket : json.get("bucketIds")) {
      try (VectorSchemaRoot rows = store.dataframes().get(ObjectId.fromHex(bucket.asText()))) {
        addIds(rows, ids);
      }
    }
    assertEquals(1000, ids.size());
    assertEquals(ids.stream().sorted().toList(), ids);
    assertTrue(store.client().contains(ObjectId.fromHex(json.get("manifest").asText())));
    // The partitions, the buckets and the manifest.
    assertEquals(2 + 3 + 1, store.objects());
  }

  @Test
  void sortsGeneratedRowsByProcesses() throws IOException {
    Path trace = folder.resolve("trace.json");
    JsonNode json =
        json(
            store.run(
                "sort",
                "--rows",
                "5000",
                "--payload",
                "--workers",
                "2",
                "--partitions",
                "4",
                "--trace",
                trace.toString(),
                "--json"));
    assertEquals(5000, json.get("rows").asLong());
    assertEquals(4, json.get("partitions").asInt());
    assertTrue(json.get("processes").asBoolean());
    assertTrue(json.get("verified").asBoolean());
    assertEquals("key:asc:nulls-last", json.get("by").get(0).asText());
    Set<Long> processes = new HashSet<>();
    for (JsonNode event : new ObjectMapper().readTree(trace.toFile()).get("traceEvents")) {
      if (event.get("ph").asText().equals("X") && event.get("tid").asInt() > 0) {
        processes.add(event.get("pid").asLong());
      }
    }
    assertFalse(processes.isEmpty());
    assertFalse(processes.contains(ProcessHandle.current().pid()));
  }

  @Test
  void spillsWhatDoesNotFitAndSortsItAllTheSame() throws IOException {
    Path spill = folder.resolve("spill");
    Path out = folder.resolve("sorted.arrow");
    List<String> command =
        List.of("sort", "--rows", "150k", "--payload", "--memory", "2m", "--threads");
    assertEquals(
        "the rows don't fit into the store: bytes=4200000 needed=5250000 memory=2097152; a larger"
            + " --memory helps, or a store that spills (--spill-dir)",
        CommandRun.of(command.toArray(String[]::new)).failure());
    List<String> spilling = new ArrayList<>(command);
    spilling.addAll(List.of("--spill-dir", spill.toString(), "--out", out.toString(), "--json"));
    JsonNode json = json(CommandRun.of(spilling.toArray(String[]::new)));
    assertTrue(json.get("verified").asBoolean());
    double last = -1;
    long rows = 0;
    long sum = 0;
    try (BufferAllocator allocator = new RootAllocator();
        ArrowInput input = ArrowInput.open(out);
        ArrowReader reader = input.reader(allocator)) {
      while (reader.loadNextBatch()) {
        VectorSchemaRoot root = reader.getVectorSchemaRoot();
        for (int i = 0; i < root.getRowCount(); i++) {
          double key = ((Float8Vector) root.getVector("key")).get(i);
          assertTrue(last <= key);
          last = key;
          sum += ((BigIntVector) root.getVector("id")).get(i);
        }
        rows += root.getRowCount();
      }
    }
    assertEquals(150_000, rows);
    assertEquals(150_000L * 149_999 / 2, sum);
    try (Stream<Path> left = Files.list(spill)) {
      assertEquals(List.of(), left.toList());
    }
  }

  @Test
  void tellsBeforeItLoadsThatAFileDoesNotFit() throws IOException {
    Path large = folder.resolve("large.arrow");
    try (FileChannel out =
        FileChannel.open(large, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
      // A hole: only its size is looked at.
      out.write(ByteBuffer.wrap(new byte[] {0}), TestStore.CAPACITY - 1);
    }
    ObjectId held = ObjectId.named("held");
    store.client().createAndSeal(held, new byte[1 << 20]);
    try (var hold = store.client().get(held)) {
      assertEquals(
          "the rows don't fit into the store: bytes=%d needed=%d free=%d held=%d capacity=%d; a larger --memory helps, or a store that spills (--spill-dir)"
              .formatted(
                  TestStore.CAPACITY,
                  TestStore.CAPACITY * 5 / 4,
                  store.client().stats().free(),
                  hold.size(),
                  TestStore.CAPACITY),
          store.run("sort", "--input", large.toString(), "--by", "id").failure());
    }
    assertEquals(1, store.objects());
  }

  @Test
  void startsAStoreOfItsOwnWhereNoneIsNamed() throws IOException {
    Path out = folder.resolve("sorted.arrows");
    JsonNode json =
        json(
            CommandRun.of(
                "sort",
                "--input",
                sample(),
                sample(),
                "--by",
                "price,id",
                "--threads",
                "--out",
                out.toString(),
                "--json"));
    assertEquals(2000, json.get("rows").asLong());
    assertEquals(0, json.get("bucketIds").size());
    assertTrue(json.get("manifest").isNull());
    assertEquals(2000, ids(out).size());
  }

  @Test
  void saysWhatCanNotBeSorted() throws IOException {
    String failure =
        store.run("sort", "--input", sample(), "--by", "colour", "--threads").failureAloud();
    assertTrue(failure.startsWith("can't be sorted: "), failure);
    assertTrue(failure.contains("colour"), failure);
    ObjectId unknown = ObjectId.named("unknown");
    String missing = store.run("sort", "name:unknown", "--by", "id", "--threads").failureAloud();
    assertTrue(missing.contains(unknown.toHex()), missing);
    Path csv = Files.writeString(folder.resolve("rows.csv"), "id\n1\n");
    String foreign =
        store.run("sort", "--input", csv.toString(), "--by", "id", "--threads").failureAloud();
    assertTrue(foreign.contains(csv.toString()), foreign);
    assertEquals(0, store.objects());
  }

  @Test
  void tellsBeforeItSortsThatTheResultHasNoPlace() throws IOException {
    String file = sample();
    Path nowhere = folder.resolve("no/such/folder/out");
    for (String option : List.of("--out", "--trace", "--trace-svg")) {
      // One line and no more: of a sort under way there would be others.
      assertEquals(
          "no such folder: file=" + nowhere,
          store.run("sort", "--input", file, "--by", "id", option, nowhere.toString()).failure());
    }
    assertEquals(
        "plasma sort: --out is a file: standard output has the figures",
        store.run("sort", "--input", file, "--by", "id", "--out", "-").misuse());
    assertEquals(0, store.objects());
  }

  @Test
  void asksForWhatIsMissing() throws IOException {
    String file = sample();
    assertEquals(
        "plasma sort: --by is missing: only generated rows have a key of their own",
        store.run("sort", "--input", file).misuse());
    assertTrue(store.run("sort").misuse().startsWith("plasma sort: Missing required argument"));
    assertTrue(
        store.run("sort", "--rows", "5", "--input", file).misuse().contains("mutually exclusive"));
    assertEquals(
        "plasma sort: workers out of range: workers=0 min=1 max=1024",
        store.run("sort", "--rows", "5", "--workers", "0").misuse());
    assertEquals(
        "plasma sort: workers out of range: workers=100000 min=1 max=1024",
        store.run("sort", "--rows", "5", "--workers", "100000").misuse());
    assertEquals(
        "plasma sort: buckets out of range: buckets=65537 min=1 max=65536",
        CommandRun.of("sort", "--rows", "5", "--buckets", "65537").misuse());
    assertEquals(
        "plasma sort: --partitions is 1 or more, and for --input and --rows alone",
        store.run("sort", "name:x", "--by", "id", "--partitions", "3").misuse());
    assertTrue(
        store
            .run("sort", "--rows", "5", "--memory", "1m")
            .misuse()
            .contains("the named one has its memory already"));
    assertEquals(
        "plasma sort: --spill-limit needs --spill-dir",
        CommandRun.of("sort", "--rows", "5", "--spill-limit", "1m").misuse());
    assertTrue(CommandRun.of("sort", "--rows", "5", "--spilling").misuse().contains("--spill-dir"));
    assertTrue(CommandRun.of("sort", "--rows", "5x").misuse().contains("text=5x"));
    assertTrue(store.run("sort", "xyz", "--by", "id").misuse().contains("40 hex digits"));
    assertEquals(0, store.objects());
  }

  private String sample() throws IOException {
    Path file = folder.resolve("sample.arrow");
    if (!Files.exists(file)) {
      store.write(
          file,
          List.of(
              SampleData.rows(store.allocator(), 600, 400),
              SampleData.rows(store.allocator(), 0, 600)));
    }
    return file.toString();
  }

  private static JsonNode json(CommandRun run) throws IOException {
    return new ObjectMapper().readTree(run.doneAloud().out());
  }

  private static List<Long> ids(Path file) throws IOException {
    List<Long> ids = new ArrayList<>();
    try (BufferAllocator allocator = new RootAllocator();
        ArrowInput input = ArrowInput.open(file);
        ArrowReader reader = input.reader(allocator)) {
      while (reader.loadNextBatch()) {
        addIds(reader.getVectorSchemaRoot(), ids);
      }
    }
    return ids;
  }

  private static void addIds(VectorSchemaRoot rows, List<Long> ids) {
    BigIntVector vector = (BigIntVector) rows.getVector("id");
    for (int i = 0; i < rows.getRowCount(); i++) {
      ids.add(vector.get(i));
    }
  }
}
