package io.plasmastore.bench.report;

import java.util.List;
import java.util.Objects;

/**
 * What a report says of one scenario at one placement.
 *
 * @param scenario its name
 * @param title what it measures
 * @param placement on which cores its processes were
 * @param rows its lines
 * @param curves what its operations cost as something grows; none for most
 * @param notes what else there is to say; nothing of most
 */
public record Section(
    String scenario,
    String title,
    String placement,
    List<Row> rows,
    List<Curve> curves,
    List<String> notes) {
  /** Files of runs that had no curves, or no notes, don't say so. */
  public Section {
    rows = List.copyOf(rows);
    curves = List.copyOf(Objects.requireNonNullElse(curves, List.of()));
    notes = List.copyOf(Objects.requireNonNullElse(notes, List.of()));
  }

  /** As headings and pictures name it. */
  String name() {
    return scenario + ", " + placement;
  }
}
