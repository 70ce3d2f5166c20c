package io.plasmastore.bench.report;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.plasmastore.bench.measure.Measurement;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** What {@code bench jmh -prof gc -rf json -rff FILE} wrote, as a section of a report. */
public final class JmhSection {
  private static final String ALLOCATED = "gc.alloc.rate.norm";
  private static final Map<String, Double> NANOS =
      Map.of("ns/op", 1.0, "us/op", 1e3, "ms/op", 1e6, "s/op", 1e9);

  private JmhSection() {}

  /**
   * Reads it.
   *
   * @throws IOException if the file can't be read, or is no result of JMH with times for operations
   */
  public static Section read(Path file) throws IOException {
    List<Row> rows = new ArrayList<>();
    String version = "";
    for (JsonNode benchmark : new JsonMapper().readTree(Files.readString(file))) {
      version = benchmark.path("jmhVersion").asText();
      rows.add(row(file, benchmark));
    }
    if (rows.isEmpty()) {
      throw new IOException("not a result of JMH: file=" + file);
    }
    return new Section(
        "jmh",
        "JMH %s; the mean, where it samples the median and p99; B/op of all threads of the JVM"
            .formatted(version),
        "any core",
        rows,
        List.of(),
        List.of());
  }

  private static Row row(Path file, JsonNode benchmark) throws IOException {
    JsonNode times = benchmark.path("primaryMetric");
    Double nanos = NANOS.get(times.path("scoreUnit").asText());
    if (nanos == null) {
      throw new IOException(
          "not a time for an operation: file="
              + file
              + " benchmark="
              + benchmark.path("benchmark").asText()
              + " unit="
              + times.path("scoreUnit").asText());
    }
    JsonNode parts = times.path("scorePercentiles");
    boolean samples = benchmark.path("mode").asText().equals("sample");
    String name = name(benchmark);
    return Row.of(
        name,
        new Measurement(
            name,
            nanos * (samples ? parts.path("50.0") : times.path("score")).asDouble(),
            nanos * parts.path(samples ? "99.0" : "100.0").asDouble(),
            nanos * parts.path("0.0").asDouble(),
            1,
            benchmark.path("forks").asLong() * benchmark.path("measurementIterations").asLong(),
            allocated(benchmark.path("secondaryMetrics"))));
  }

  private static String name(JsonNode benchmark) {
    String full = benchmark.path("benchmark").asText();
    String method = full.substring(full.lastIndexOf('.') + 1);
    String type = full.substring(0, Math.max(0, full.lastIndexOf('.')));
    StringBuilder name =
        new StringBuilder(type.substring(type.lastIndexOf('.') + 1)).append('.').append(method);
    benchmark
        .path("params")
        .properties()
        .forEach(
            each ->
                name.append(", ")
                    .append(each.getKey())
                    .append(' ')
                    .append(each.getValue().asText()));
    return name.toString();
  }

  /** Its name has a dot of its own in front in some versions. */
  private static double allocated(JsonNode metrics) {
    return metrics.properties().stream()
        .filter(metric -> metric.getKey().endsWith(ALLOCATED))
        .mapToDouble(metric -> metric.getValue().path("score").asDouble())
        .findFirst()
        .orElse(0);
  }
}
