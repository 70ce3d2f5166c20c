package io.plasmastore.cli;

import io.plasmastore.sort.SortPhase;
import io.plasmastore.sort.SortResult;
import java.io.PrintWriter;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

/**
 * What the demo measured, and the tables of it.
 *
 * @param handOvers one for each form
 * @param getAgainNanos a get of a dataframe that was there, and its close
 * @param sorted what the sort did
 */
record DemoReport(List<HandOver> handOvers, double getAgainNanos, SortResult sorted) {
  private static final double MILLION = 1e6;
  private static final double NANOS_PER_SECOND = 1e9;

  /**
   * Rows handed over in one form. Times are in nanoseconds, one a round.
   *
   * @param form which
   * @param rows in each round
   * @param inHand from when the producer began to when the consumer had the rows in hand
   * @param summed from there to when it had the sum of a column
   */
  record HandOver(DemoExchange.Form form, int rows, List<Long> inHand, List<Long> summed) {
    private static double median(List<Long> nanos) {
      long[] sorted = nanos.stream().mapToLong(Long::longValue).sorted().toArray();
      return Arrays.stream(sorted, (sorted.length - 1) / 2, sorted.length / 2 + 1)
          .average()
          .orElse(0);
    }

    double medianInHand() {
      return median(inHand);
    }

    double medianSummed() {
      return median(summed);
    }
  }

  void writeTo(PrintWriter out) {
    out.println("Rows of 5 columns (int64, float64, int32, bool, utf8) from one JVM to another:");
    out.println();
    TextTable.Side left = TextTable.Side.LEFT;
    TextTable.Side right = TextTable.Side.RIGHT;
    try (TextTable table = new TextTable(out, left, right, right, right, right, right)) {
      table.row("", "rows", "in hand after", "first time", "a million rows", "then a sum");
      for (HandOver handOver : handOvers) {
        double inHand = handOver.medianInHand();
        table.row(
            label(handOver.form()),
            Amount.count(handOver.rows()),
            Amount.nanos(inHand),
            Amount.nanos(handOver.inHand().getFirst()),
            Amount.nanos(inHand * MILLION / handOver.rows()),
            Amount.nanos(handOver.medianSummed()));
      }
    }
    out.println();
    out.println("  in hand after: from the start of the put, or of the writing, to where the");
    out.println("    other JVM can read the first value; the median of 5 rounds, 3 for objects");
    out.println("  arrays: one primitive array a column, the strings as bytes and where each");
    out.println("    starts; objects: a list of records. Both by ObjectOutputStream over a");
    out.println("    Unix socket");
    out.println();
    out.println(
        "A get of a dataframe that is there already, and its close: %s, whatever its size."
            .formatted(Amount.nanos(getAgainNanos)));
    out.println(
        "A sort of %s of 4 columns by %s: %s (%s), %s."
            .formatted(
                Amount.count(sorted.rows(), "row", "rows"),
                Amount.count(sorted.workers(), "worker process", "worker processes"),
                seconds(sorted.totalSeconds()),
                Arrays.stream(SortPhase.values())
                    .map(
                        phase ->
                            phase.label()
                                + " "
                                + seconds(sorted.seconds().getOrDefault(phase, 0.0)))
                    .collect(Collectors.joining(", ")),
                sorted.verified() ? "verified" : "not verified"));
    out.flush();
  }

  private static String label(DemoExchange.Form form) {
    return switch (form) {
      case STORE -> "dataframe through the store";
      case ARRAYS -> "Java serialisation of arrays";
      case RECORDS -> "Java serialisation of objects";
    };
  }

  private static String seconds(double seconds) {
    return Amount.nanos(seconds * NANOS_PER_SECOND);
  }
}
