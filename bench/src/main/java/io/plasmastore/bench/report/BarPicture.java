package io.plasmastore.bench.report;

import java.util.List;
import org.jfree.chart.ChartFactory;
import org.jfree.chart.JFreeChart;
import org.jfree.chart.axis.CategoryAxis;
import org.jfree.chart.axis.LogAxis;
import org.jfree.chart.labels.ItemLabelAnchor;
import org.jfree.chart.labels.ItemLabelPosition;
import org.jfree.chart.labels.StandardCategoryItemLabelGenerator;
import org.jfree.chart.plot.CategoryPlot;
import org.jfree.chart.plot.PlotOrientation;
import org.jfree.chart.renderer.category.BarRenderer;
import org.jfree.chart.renderer.category.StandardBarPainter;
import org.jfree.chart.ui.TextAnchor;
import org.jfree.data.category.DefaultCategoryDataset;

/**
 * Times as bars, one below the other, on a logarithmic scale: what is compared often lies orders of
 * magnitude apart. The length of a bar is the median.
 */
final class BarPicture {
  private static final String SERIES = "p50";
  private static final int FRAME = 90;
  private static final int BAR = 30;

  /** The scale begins at the decade below this part of the shortest time. */
  private static final double MARGIN = 0.5;

  /** The scale ends at this many times the longest, so that its label has room. */
  private static final double ROOM = 8;

  /**
   * A bar.
   *
   * @param label what took the time
   * @param nanos how long it took
   */
  record Bar(String label, double nanos) {}

  private final List<Bar> bars;
  private final JFreeChart chart;

  BarPicture(String title, List<Bar> bars) {
    this.bars = bars;
    DefaultCategoryDataset data = new DefaultCategoryDataset();
    bars.forEach(bar -> data.addValue(bar.nanos(), SERIES, bar.label()));
    this.chart =
        ChartFactory.createBarChart(
            title, null, null, data, PlotOrientation.HORIZONTAL, false, false, false);
    style();
  }

  /** Whether a section has times to compare. */
  static boolean isWorthwhile(Section section) {
    return bars(section).size() > 1;
  }

  /** The picture of a section's times. */
  static BarPicture of(Section section) {
    return new BarPicture(section.name(), bars(section));
  }

  /** The picture as an SVG document. */
  String svg() {
    return SvgChart.svg(chart, FRAME + (double) BAR * bars.size());
  }

  private void style() {
    CategoryPlot plot = chart.getCategoryPlot();
    plot.setRangeGridlinePaint(SvgChart.GRID);
    plot.setRangeAxis(times());
    CategoryAxis operations = plot.getDomainAxis();
    operations.setTickLabelFont(SvgChart.LABELS);
    operations.setMaximumCategoryLabelWidthRatio(0.5f);
    BarRenderer renderer = (BarRenderer) plot.getRenderer();
    renderer.setBarPainter(new StandardBarPainter());
    renderer.setShadowVisible(false);
    renderer.setSeriesPaint(0, SvgChart.OURS);
    renderer.setDefaultItemLabelFont(SvgChart.LABELS);
    renderer.setDefaultItemLabelGenerator(
        new StandardCategoryItemLabelGenerator("{2}", new SvgChart.Written(Figures::time)));
    renderer.setDefaultItemLabelsVisible(true);
    renderer.setDefaultPositiveItemLabelPosition(
        new ItemLabelPosition(ItemLabelAnchor.OUTSIDE3, TextAnchor.CENTER_LEFT));
  }

  private LogAxis times() {
    double shortest = bars.stream().mapToDouble(Bar::nanos).min().orElse(1);
    double longest = bars.stream().mapToDouble(Bar::nanos).max().orElse(1);
    return SvgChart.decades(SvgChart.decadeBelow(shortest * MARGIN), longest * ROOM, Figures::time);
  }

  private static List<Bar> bars(Section section) {
    return section.rows().stream()
        .filter(row -> row.unit() == Unit.TIME && row.measurement().p50() > 0)
        .map(row -> new Bar(label(row), row.measurement().p50()))
        .toList();
  }

  /** The operation without what the ratio is to. */
  private static String label(Row row) {
    return row.what().replaceAll(" \\(ratio[^)]*\\)", "");
  }
}
