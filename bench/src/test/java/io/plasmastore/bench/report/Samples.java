package io.plasmastore.bench.report;

import io.plasmastore.bench.measure.Measurement;
import io.plasmastore.bench.scenario.Settings;
import java.util.List;

/** Reports for tests. */
final class Samples {
  static final Machine MACHINE =
      new Machine(
          "A (fast) Processor",
          2,
          "24 GB",
          "Linux 6",
          "never",
          "0.1",
          "JVM 25",
          List.of("-Xmx1g"),
          "abc",
          "2026-01-01T00:00:00Z");

  private Samples() {}

  static Report report(Row... rows) {
    return new Report(
        MACHINE,
        Settings.full(),
        List.of(
            new Section(
                "get-hot", "gets, shuffled", "one core", List.of(rows), List.of(), List.of())));
  }

  /** A line whose medians were between two others. */
  static Row row(String name, double p50, double low, double high) {
    return Row.of(name, new Measurement(name, p50, p50 * 2, low, 1, 10, 16, low, high));
  }
}
