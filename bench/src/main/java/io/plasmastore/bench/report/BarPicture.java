package io.plasmastore.bench.report;

import de.erichseifert.vectorgraphics2d.Document;
import de.erichseifert.vectorgraphics2d.Processors;
import de.erichseifert.vectorgraphics2d.VectorGraphics2D;
import de.erichseifert.vectorgraphics2d.util.PageSize;
import java.awt.Color;
import java.awt.Font;
import java.awt.geom.Rectangle2D;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.text.FieldPosition;
import java.text.NumberFormat;
import java.text.ParsePosition;
import java.util.List;
import org.jfree.chart.ChartFactory;
import org.jfree.chart.JFreeChart;
import org.jfree.chart.axis.CategoryAxis;
import org.jfree.chart.axis.LogAxis;
import org.jfree.chart.axis.NumberTickUnit;
import org.jfree.chart.labels.ItemLabelAnchor;
import org.jfree.chart.labels.ItemLabelPosition;
import org.jfree.chart.labels.StandardCategoryItemLabelGenerator;
import org.jfree.chart.plot.CategoryPlot;
import org.jfree.chart.plot.PlotOrientation;
import org.jfree.chart.renderer.category.BarRenderer;
import org.jfree.chart.renderer.category.StandardBarPainter;
import org.jfree.chart.text.TextUtils;
import org.jfree.chart.ui.TextAnchor;
import org.jfree.data.category.DefaultCategoryDataset;

/**
 * The times of a section as bars, one below the other, on a logarithmic scale: what it compares
 * often lies orders of magnitude apart. The length of a bar is the median.
 */
final class BarPicture {
  private static final String SERIES = "p50";
  private static final int WIDTH = 900;
  private static final int FRAME = 90;
  private static final int BAR = 30;

  // Not 12: that size is left out of the document, and then a browser takes its own.
  private static final Font LABELS = new Font(Font.SANS_SERIF, Font.PLAIN, 13);
  private static final Font TITLE = new Font(Font.SANS_SERIF, Font.BOLD, 14);

  /** A blue that is told from grey without colours, too. */
  private static final Color OURS = new Color(0x1f77b4);

  private static final Color GRID = new Color(0xd0d0d0);

  private static final NumberTickUnit DECADE = new NumberTickUnit(1, new TimeFormat());

  /** The scale begins at the decade below this part of the shortest time. */
  private static final double MARGIN = 0.5;

  /** The scale ends at this many times the longest, so that its label has room. */
  private static final double ROOM = 8;

  private final List<Row> rows;
  private final JFreeChart chart;

  static {
    // Letters as text, not as their outlines, which are ten times as much.
    TextUtils.setUseDrawRotatedStringWorkaround(false);
  }

  private BarPicture(String title, List<Row> rows) {
    this.rows = rows;
    DefaultCategoryDataset data = new DefaultCategoryDataset();
    for (Row row : rows) {
      data.addValue(row.measurement().p50(), SERIES, label(row));
    }
    this.chart =
        ChartFactory.createBarChart(
            title, null, null, data, PlotOrientation.HORIZONTAL, false, false, false);
    style();
  }

  /** Whether a section has times to compare. */
  static boolean isWorthwhile(Section section) {
    return times(section).size() > 1;
  }

  /** The picture of a section's times. */
  static BarPicture of(Section section) {
    return new BarPicture(section.scenario() + ", " + section.placement(), times(section));
  }

  /** The picture as an SVG document. */
  String svg() {
    double height = FRAME + (double) BAR * rows.size();
    VectorGraphics2D graphics = new VectorGraphics2D();
    chart.draw(graphics, new Rectangle2D.Double(0, 0, WIDTH, height));
    Document document =
        Processors.get("svg").getDocument(graphics.getCommands(), new PageSize(WIDTH, height));
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try {
      document.writeTo(bytes);
    } catch (IOException e) {
      throw new AssertionError("a stream in memory does not fail", e);
    }
    return bytes.toString(StandardCharsets.UTF_8);
  }

  private void style() {
    chart.setBackgroundPaint(Color.WHITE);
    chart.getTitle().setFont(TITLE);
    CategoryPlot plot = chart.getCategoryPlot();
    plot.setBackgroundPaint(Color.WHITE);
    plot.setOutlineVisible(false);
    plot.setRangeGridlinePaint(GRID);
    plot.setRangeAxis(times());
    CategoryAxis operations = plot.getDomainAxis();
    operations.setTickLabelFont(LABELS);
    operations.setMaximumCategoryLabelWidthRatio(0.5f);
    BarRenderer bars = (BarRenderer) plot.getRenderer();
    bars.setBarPainter(new StandardBarPainter());
    bars.setShadowVisible(false);
    bars.setSeriesPaint(0, OURS);
    bars.setDefaultItemLabelFont(LABELS);
    bars.setDefaultItemLabelGenerator(
        new StandardCategoryItemLabelGenerator("{2}", new TimeFormat()));
    bars.setDefaultItemLabelsVisible(true);
    bars.setDefaultPositiveItemLabelPosition(
        new ItemLabelPosition(ItemLabelAnchor.OUTSIDE3, TextAnchor.CENTER_LEFT));
  }

  private LogAxis times() {
    double shortest = rows.stream().mapToDouble(row -> row.measurement().p50()).min().orElse(1);
    double longest = rows.stream().mapToDouble(row -> row.measurement().p50()).max().orElse(1);
    LogAxis axis = new LogAxis();
    axis.setTickLabelFont(LABELS);
    axis.setNumberFormatOverride(new TimeFormat());
    axis.setRange(Math.pow(10, Math.floor(Math.log10(shortest * MARGIN))), longest * ROOM);
    axis.setSmallestValue(shortest * MARGIN / 10);
    axis.setMinorTickMarksVisible(false);
    axis.setTickUnit(DECADE);
    return axis;
  }

  private static List<Row> times(Section section) {
    return section.rows().stream()
        .filter(row -> row.unit() == Unit.TIME && row.measurement().p50() > 0)
        .toList();
  }

  /** The operation without what the ratio is to. */
  private static String label(Row row) {
    return row.what().replaceAll(" \\(ratio[^)]*\\)", "");
  }

  /** Nanoseconds as {@link Figures#time} writes them; only for writing. */
  private static final class TimeFormat extends NumberFormat {
    private static final long serialVersionUID = 1;

    @Override
    public StringBuffer format(double nanos, StringBuffer to, FieldPosition position) {
      return to.append(Figures.time(nanos));
    }

    @Override
    public StringBuffer format(long nanos, StringBuffer to, FieldPosition position) {
      return format((double) nanos, to, position);
    }

    @Override
    public Number parse(String text, ParsePosition position) {
      throw new UnsupportedOperationException("times are only written: " + text);
    }
  }
}
