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
import java.util.function.DoubleFunction;
import org.jfree.chart.JFreeChart;
import org.jfree.chart.axis.LogAxis;
import org.jfree.chart.axis.NumberTickUnit;
import org.jfree.chart.text.TextUtils;

/** What all pictures have in common: letters, colours, logarithmic axes, and the document. */
final class SvgChart {
  /** Width of every picture. */
  static final int WIDTH = 900;

  // Not 12: that size is left out of the document, and then a browser takes its own.
  static final Font LABELS = new Font(Font.SANS_SERIF, Font.PLAIN, 13);
  static final Font TITLE = new Font(Font.SANS_SERIF, Font.BOLD, 14);

  /** A blue that is told from grey without colours, too. */
  static final Color OURS = new Color(0x1f77b4);

  static final Color GRID = new Color(0xd0d0d0);

  static {
    // Letters as text, not as their outlines, which are ten times as much.
    TextUtils.setUseDrawRotatedStringWorkaround(false);
  }

  private SvgChart() {}

  /** A chart as an SVG document. */
  static String svg(JFreeChart chart, double height) {
    chart.setBackgroundPaint(Color.WHITE);
    chart.getTitle().setFont(TITLE);
    chart.getPlot().setBackgroundPaint(Color.WHITE);
    chart.getPlot().setOutlineVisible(false);
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

  /** A logarithmic axis with a mark at each power of ten. */
  static LogAxis decades(double from, double to, DoubleFunction<String> text) {
    LogAxis axis = new LogAxis();
    axis.setTickLabelFont(LABELS);
    axis.setLabelFont(LABELS);
    axis.setNumberFormatOverride(new Written(text));
    axis.setRange(from, to);
    axis.setSmallestValue(from / 10);
    axis.setMinorTickMarksVisible(false);
    axis.setTickUnit(new NumberTickUnit(1, new Written(text)));
    return axis;
  }

  /** The power of ten at or below. */
  static double decadeBelow(double value) {
    return Math.pow(10, Math.floor(Math.log10(value)));
  }

  /** Numbers as {@link Figures} writes them; only for writing. */
  static final class Written extends NumberFormat {
    private static final long serialVersionUID = 1;

    private final transient DoubleFunction<String> text;

    Written(DoubleFunction<String> text) {
      this.text = text;
    }

    @Override
    public StringBuffer format(double number, StringBuffer to, FieldPosition position) {
      return to.append(text.apply(number));
    }

    @Override
    public StringBuffer format(long number, StringBuffer to, FieldPosition position) {
      return format((double) number, to, position);
    }

    @Override
    public Number parse(String from, ParsePosition position) {
      throw new UnsupportedOperationException("figures are only written: " + from);
    }
  }
}
