package io.plasmastore.bench.measure;

import java.util.List;

/**
 * What was measured of one operation.
 *
 * @param name which
 * @param p50 median of the samples, nanoseconds an operation
 * @param p99 99th percentile of the samples, nanoseconds an operation
 * @param min the fastest sample, nanoseconds an operation
 * @param operationsPerSample what a sample is the mean of; with more than one, the percentiles are
 *     those of means
 * @param samples how many there are
 * @param bytesPerOperation that the measured thread allocated in the Java heap, on average
 */
public record Measurement(
    String name,
    double p50,
    double p99,
    double min,
    int operationsPerSample,
    long samples,
    double bytesPerOperation) {

  /**
   * The measurement of a name.
   *
   * @throws IllegalArgumentException if there is none
   */
  public static Measurement named(List<Measurement> measurements, String name) {
    return measurements.stream()
        .filter(measurement -> measurement.name().equals(name))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "not measured: name="
                        + name
                        + " measured="
                        + measurements.stream().map(Measurement::name).toList()));
  }
}
