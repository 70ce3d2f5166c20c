package io.plasmastore.bench.report;

import java.awt.BasicStroke;
import java.awt.Color;
import java.util.List;
import java.util.stream.DoubleStream;
import org.jfree.chart.ChartFactory;
import org.jfree.chart.JFreeChart;
import org.jfree.chart.axis.LogAxis;
import org.jfree.chart.plot.XYPlot;
import org.jfree.chart.renderer.xy.XYLineAndShapeRenderer;
import org.jfree.chart.title.TextTitle;
import org.jfree.chart.ui.HorizontalAlignment;
import org.jfree.chart.ui.RectangleEdge;
import org.jfree.data.xy.XYSeries;
import org.jfree.data.xy.XYSeriesCollection;

/**
 * What the operations of a section cost as something grows, a line for each, both axes logarithmic.
 * The lines should be flat; below the title stands whether they are.
 */
final class LinePicture {
  private static final int FRAME = 420;
  private static final int CAPTION = 20;

  /** Colours that are told apart by those who see few, too. */
  private static final List<Color> COLORS =
      List.of(
          SvgChart.OURS,
          new Color(0xd55e00),
          new Color(0x009e73),
          new Color(0xcc79a7),
          new Color(0x000000),
          new Color(0x8c6d00));

  private static final double MARGIN = 1.5;

  private final List<Curve> curves;
  private final JFreeChart chart;

  private LinePicture(String title, List<Curve> curves) {
    this.curves = curves;
    XYSeriesCollection data = new XYSeriesCollection();
    for (Curve curve : curves) {
      XYSeries series = new XYSeries(curve.label());
      curve.points().forEach(point -> series.add(point.at(), point.figure()));
      data.addSeries(series);
    }
    this.chart = ChartFactory.createXYLineChart(title, null, null, data);
    style();
  }

  /** Whether a section has lines that lead from one point to another. */
  static boolean isWorthwhile(Section section) {
    return section.curves().stream().anyMatch(curve -> curve.points().size() > 1);
  }

  /** The picture of a section's lines. */
  static LinePicture of(Section section) {
    return new LinePicture(section.name(), section.curves());
  }

  /** The picture as an SVG document. */
  String svg() {
    return SvgChart.svg(chart, FRAME + (double) CAPTION * curves.size());
  }

  private void style() {
    chart.getLegend().setItemFont(SvgChart.LABELS);
    for (Curve curve : curves) {
      TextTitle verdict = new TextTitle(curve.verdict(), SvgChart.LABELS);
      verdict.setPosition(RectangleEdge.TOP);
      verdict.setHorizontalAlignment(HorizontalAlignment.LEFT);
      chart.addSubtitle(verdict);
    }
    XYPlot plot = chart.getXYPlot();
    plot.setDomainGridlinePaint(SvgChart.GRID);
    plot.setRangeGridlinePaint(SvgChart.GRID);
    plot.setDomainAxis(across());
    plot.setRangeAxis(upwards());
    XYLineAndShapeRenderer lines = new XYLineAndShapeRenderer(true, true);
    for (int i = 0; i < curves.size(); i++) {
      lines.setSeriesPaint(i, COLORS.get(i % COLORS.size()));
      lines.setSeriesStroke(i, new BasicStroke(2));
    }
    plot.setRenderer(lines);
  }

  private LogAxis across() {
    Curve.Axis what = curves.getFirst().axis();
    double[] places = all(true).toArray();
    LogAxis axis =
        SvgChart.decades(
            DoubleStream.of(places).min().orElse(1) / MARGIN,
            DoubleStream.of(places).max().orElse(1) * MARGIN,
            what == Curve.Axis.BYTES ? Figures::size : Figures::count);
    axis.setLabel(what.label());
    return axis;
  }

  private LogAxis upwards() {
    double least = all(false).min().orElse(1);
    double most = all(false).max().orElse(1);
    return SvgChart.decades(
        SvgChart.decadeBelow(least), 10 * SvgChart.decadeBelow(most * MARGIN), Figures::time);
  }

  private DoubleStream all(boolean across) {
    return curves.stream()
        .flatMap(curve -> curve.points().stream())
        .mapToDouble(point -> across ? point.at() : point.figure());
  }
}
