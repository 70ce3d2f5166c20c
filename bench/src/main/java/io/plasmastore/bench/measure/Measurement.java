package io.plasmastore.bench.measure;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonIgnore;
import java.util.Arrays;
import java.util.DoubleSummaryStatistics;
import java.util.List;
import org.HdrHistogram.Histogram;

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
 * @param low the lowest median of a part of the run, nanoseconds an operation: what two runs differ
 *     by without reason is seen within one
 * @param high the highest median of a part of the run, nanoseconds an operation
 */
public record Measurement(
    String name,
    double p50,
    double p99,
    double min,
    int operationsPerSample,
    long samples,
    double bytesPerOperation,
    double low,
    double high) {

  /** As read from JSON; said here, since there is another constructor. */
  @JsonCreator
  public Measurement {}

  /** What was not measured in parts. */
  public Measurement(
      String name,
      double p50,
      double p99,
      double min,
      int operationsPerSample,
      long samples,
      double bytesPerOperation) {
    this(name, p50, p99, min, operationsPerSample, samples, bytesPerOperation, p50, p50);
  }

  /**
   * What was measured a few times, or is no time at all.
   *
   * @param name of what
   * @param values at least one
   */
  public static Measurement of(String name, double... values) {
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    int last = sorted.length - 1;
    return new Measurement(
        name,
        sorted[last / 2],
        sorted[last],
        sorted[0],
        1,
        sorted.length,
        0,
        sorted[0],
        sorted[last]);
  }

  /**
   * What could not be measured, which is {@linkplain #isNone said} too.
   *
   * @param name of what, and why not
   */
  public static Measurement none(String name) {
    return new Measurement(name, 0, 0, 0, 1, 0, 0);
  }

  /** Whether this stands for something that could not be measured. */
  @JsonIgnore
  public boolean isNone() {
    return samples == 0;
  }

  /**
   * What was recorded elsewhere.
   *
   * @param name of what
   * @param parts of the run, in nanoseconds; those without a sample are left out
   * @throws IllegalArgumentException if none has a sample
   */
  public static Measurement of(String name, List<Histogram> parts) {
    List<Histogram> recorded = parts.stream().filter(part -> part.getTotalCount() > 0).toList();
    if (recorded.isEmpty()) {
      throw new IllegalArgumentException("nothing was recorded: name=" + name);
    }
    Histogram all = recorded.getFirst().copy();
    recorded.subList(1, recorded.size()).forEach(all::add);
    DoubleSummaryStatistics medians =
        recorded.stream().mapToDouble(part -> part.getValueAtPercentile(50)).summaryStatistics();
    return new Measurement(
        name,
        all.getValueAtPercentile(50),
        all.getValueAtPercentile(99),
        all.getMinValue(),
        1,
        all.getTotalCount(),
        0,
        medians.getMin(),
        medians.getMax());
  }

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
