package io.plasmastore.bench.scenario;

import io.plasmastore.bench.measure.Measurement;
import io.plasmastore.bench.report.Curve;
import io.plasmastore.bench.report.Row;
import java.util.ArrayList;
import java.util.List;
import java.util.function.DoubleBinaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * The measurements of one operation as something grows: how they are named, and the rows and the
 * curve that they make.
 *
 * @param label the operation
 * @param axis what grows
 */
record Series(String label, Curve.Axis axis) {
  /** From the least to the most by tens, both included. */
  static List<Long> decades(long least, long most) {
    return steps(least, most, 10);
  }

  /** From one on, each twice the one before, the most included. */
  static List<Long> doubled(long most) {
    return steps(1, most, 2);
  }

  /** The name of the measurement at a place. */
  String name(long at) {
    return label + ", " + axis.text(at);
  }

  /**
   * The rows of the places that were measured.
   *
   * @param measurements of all operations
   * @param places ascending
   */
  List<Row> rows(List<Measurement> measurements, List<Long> places) {
    List<Row> rows = new ArrayList<>();
    for (long place : measured(measurements, places)) {
      Measurement measurement = Measurement.named(measurements, name(place));
      rows.add(Row.of(measurement.name(), measurement));
    }
    return rows;
  }

  /**
   * The line of the places that were measured.
   *
   * @param measurements of all operations
   * @param places ascending
   */
  Curve curve(List<Measurement> measurements, List<Long> places) {
    return curve(label, measurements, places, (median, at) -> median);
  }

  /**
   * The line of another figure.
   *
   * @param what it is
   * @param measurements of all operations
   * @param places ascending
   * @param figure from the median and the place
   */
  Curve curve(
      String what, List<Measurement> measurements, List<Long> places, DoubleBinaryOperator figure) {
    List<Long> measured = measured(measurements, places);
    List<Curve.Point> points =
        measured.stream()
            .map(
                place ->
                    new Curve.Point(
                        place,
                        figure.applyAsDouble(
                            Measurement.named(measurements, name(place)).p50(), place)))
            .toList();
    return new Curve(what, axis, points, leftOut(places, measured));
  }

  private @Nullable String leftOut(List<Long> places, List<Long> measured) {
    List<String> others =
        places.stream().filter(place -> !measured.contains(place)).map(axis::text).toList();
    return others.isEmpty()
        ? null
        : "left out, since this machine's free memory is less: " + String.join(", ", others);
  }

  private List<Long> measured(List<Measurement> measurements, List<Long> places) {
    return places.stream()
        .filter(place -> measurements.stream().anyMatch(any -> any.name().equals(name(place))))
        .toList();
  }

  private static List<Long> steps(long least, long most, int factor) {
    List<Long> steps = new ArrayList<>();
    for (long place = least; place < most; place *= factor) {
      steps.add(place);
    }
    steps.add(most);
    return steps;
  }
}
