package io.plasmastore.bench.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class JmhSectionTest {
  private static final String RESULT =
      """
      [{"jmhVersion": "1.37", "benchmark": "io.plasmastore.bench.micro.GetBenchmark.getAndRelease",
        "mode": "MODE", "forks": 2, "measurementIterations": 5, "params": {"objects": "1000"},
        "primaryMetric": {"score": 2.5, "scoreUnit": "us/op",
          "scorePercentiles": {"0.0": 2.0, "50.0": 2.25, "99.0": 3.0, "100.0": 4.0}},
        "secondaryMetrics": {"·gc.alloc.rate.norm": {"score": 48.0, "scoreUnit": "B/op"}}}]
      """;

  @TempDir Path folder;

  @Test
  void readsTimeAndAllocation() throws Exception {
    Row row = read(RESULT.replace("MODE", "avgt")).getFirst();
    assertEquals("GetBenchmark.getAndRelease, objects 1000", row.what());
    assertEquals(
        List.of(2_500.0, 4_000.0, 2_000.0, 48.0),
        List.of(
            row.measurement().p50(),
            row.measurement().p99(),
            row.measurement().min(),
            row.measurement().bytesPerOperation()));
  }

  @Test
  void readsPercentilesOfSamples() throws Exception {
    Row row = read(RESULT.replace("MODE", "sample")).getFirst();
    assertEquals(2_250, row.measurement().p50());
    assertEquals(3_000, row.measurement().p99());
  }

  @Test
  void refusesWhatHasNoTimes() {
    for (String text : List.of("[]", "{}", RESULT.replace("us/op", "ops/s"))) {
      IOException e = assertThrows(IOException.class, () -> read(text), text);
      assertTrue(e.getMessage().contains("jmh.json"), e.getMessage());
    }
  }

  private List<Row> read(String text) throws IOException {
    Path file = folder.resolve("jmh.json");
    Files.writeString(file, text);
    return JmhSection.read(file).rows();
  }
}
