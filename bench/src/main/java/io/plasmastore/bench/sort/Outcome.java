package io.plasmastore.bench.sort;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What came of sorting with one program in one way.
 *
 * @param what who, and how
 * @param version of the program
 * @param seconds of each round that counts
 * @param rows in the result
 * @param sum of the hashes of its rows
 * @param disordered rows that come after the next
 * @param peakBytes of private memory, and of the store's if it was used, at most; 0 if unknown
 * @param largestBucket how many times the mean the largest had, for ours alone; else 0
 * @param note what else there is to say, or null
 * @param failure why there is no figure, or null
 */
public record Outcome(
    String what,
    String version,
    List<Double> seconds,
    long rows,
    long sum,
    long disordered,
    long peakBytes,
    double largestBucket,
    @Nullable String note,
    @Nullable String failure) {

  /** Keeps a copy of the list. */
  public Outcome {
    seconds = List.copyOf(seconds);
  }

  /** What could not be run, or gave up. */
  static Outcome failed(String what, String reason) {
    return new Outcome(what, "", List.of(), 0, 0, 0, 0, 0, null, reason);
  }

  /** The median, the lower of two; not a number if there is none. */
  public double median() {
    return median(seconds);
  }

  static double median(List<Double> seconds) {
    double[] sorted = seconds.stream().mapToDouble(Double::doubleValue).sorted().toArray();
    return sorted.length == 0 ? Double.NaN : sorted[(sorted.length - 1) / 2];
  }

  /** What is wrong with the result; null if it is these rows, in order. */
  @Nullable String fault(long wantedRows, long wantedSum) {
    return rows == wantedRows && sum == wantedSum && disordered == 0
        ? null
        : "rows=%d wanted=%d sum=%016x wanted=%016x disordered=%d"
            .formatted(rows, wantedRows, sum, wantedSum, disordered);
  }
}
