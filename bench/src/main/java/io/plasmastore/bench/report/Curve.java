package io.plasmastore.bench.report;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What an operation costs as something grows, by decades: it should cost the same, and {@link
 * #verdict} says whether it does. Where more of it makes an operation cheaper, as when a round trip
 * is shared, that is said and is no fault.
 *
 * @param label the operation
 * @param axis what grows
 * @param points ascending
 * @param leftOut what could not be measured and why, or null
 */
public record Curve(String label, Axis axis, List<Point> points, @Nullable String leftOut) {
  /** Between a figure that is called the same and one that isn't. */
  private static final double FLAT = 3;

  /** What grows. */
  public enum Axis {
    /** How many there are. */
    OBJECTS("objects"),

    /** Of the object. */
    BYTES("size of the object"),

    /** At the same time. */
    CLIENTS("clients");

    private final String label;

    Axis(String label) {
      this.label = label;
    }

    /** As pictures name it. */
    String label() {
      return label;
    }

    /** A place on it as people read it. */
    public String text(double at) {
      return switch (this) {
        case BYTES -> Figures.size(at);
        case CLIENTS -> at == 1 ? "1 client" : Figures.count(at) + " clients";
        case OBJECTS -> Figures.count(at) + " objects";
      };
    }
  }

  /**
   * A figure.
   *
   * @param at how much there was of what grows
   * @param figure the median, in nanoseconds
   */
  public record Point(double at, double figure) {}

  /** Keeps a copy of the points. */
  public Curve {
    points = List.copyOf(points);
  }

  /** Whether it costs at most {@value #FLAT} times what it costs anywhere where there is less. */
  public boolean isFlat() {
    return rise() <= FLAT;
  }

  /** All of that in words. */
  @JsonProperty
  public String verdict() {
    String verdict = label + ": " + finding();
    return leftOut == null ? verdict : verdict + "; " + leftOut;
  }

  private String finding() {
    if (points.size() < 2) {
      return "one point is no line";
    }
    String range = range(points.getFirst(), points.getLast());
    double spread = extreme(true).figure() / extreme(false).figure();
    if (!isFlat()) {
      return "NOT flat: " + Figures.ratio(rise()) + " from " + range(steepest()[0], steepest()[1]);
    }
    return spread <= FLAT
        ? "flat, within " + Figures.ratio(spread) + " from " + range
        : "falls, by " + Figures.ratio(spread) + ", and does not rise, from " + range;
  }

  private String range(Point from, Point to) {
    return axis == Axis.BYTES
        ? axis.text(from.at()) + " to " + axis.text(to.at())
        : Figures.count(from.at()) + " to " + axis.text(to.at());
  }

  private double rise() {
    if (points.size() < 2) {
      return 1;
    }
    Point[] ends = steepest();
    return ends[1].figure() / ends[0].figure();
  }

  private Point extreme(boolean most) {
    Comparator<Point> order = Comparator.comparingDouble(Point::figure);
    return points.stream().max(most ? order : order.reversed()).orElseThrow();
  }

  /** Two points, the first to the left of the second, between which it rises most. */
  private Point[] steepest() {
    Point[] steepest = {points.get(0), points.get(1)};
    Point least = points.get(0);
    for (Point point : points.subList(1, points.size())) {
      if (point.figure() / least.figure() > steepest[1].figure() / steepest[0].figure()) {
        steepest = new Point[] {least, point};
      }
      least = point.figure() < least.figure() ? point : least;
    }
    return steepest;
  }
}
