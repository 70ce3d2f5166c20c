package io.plasmastore.cli;

import io.plasmastore.sort.SortPhase;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import javax.xml.stream.XMLOutputFactory;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamWriter;

/**
 * A trace as an SVG picture: time goes to the right, the phases are the uppermost track, each
 * worker is one below. A task has the colour of its phase.
 */
final class TracePicture {
  private static final int WIDTH = 960;
  private static final int LEFT = 170;
  private static final int RIGHT = 20;
  private static final int TRACK = 28;
  private static final int BAR = 20;
  private static final int TOP = 12;
  private static final int AXIS = 40;
  private static final int LEAST_LABEL = 44;
  private static final int TICKS = 8;
  private static final double MICROS_PER_SECOND = 1e6;
  private static final double LEAST_BAR = 0.5;

  /** A row of the picture. */
  private record Track(String name, List<SortTrace.Span> spans) {}

  private final XMLStreamWriter svg;
  private final double endMicros;

  private TracePicture(XMLStreamWriter svg, double endMicros) {
    this.svg = svg;
    this.endMicros = endMicros;
  }

  /** Writes a trace as a file. */
  static void write(SortTrace trace, Path file) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try {
      XMLStreamWriter svg =
          XMLOutputFactory.newDefaultFactory().createXMLStreamWriter(bytes, "UTF-8");
      double end = trace.phases().stream().mapToDouble(SortTrace.Span::endMicros).max().orElse(0);
      new TracePicture(svg, Math.max(1, end)).draw(tracks(trace));
      svg.close();
    } catch (XMLStreamException e) {
      throw new IOException("the picture can't be written: file=" + file, e);
    }
    OutputFile.write(
        file,
        channel ->
            OutputFile.writeBytes(
                java.lang.foreign.MemorySegment.ofArray(bytes.toByteArray()), channel));
  }

  private static List<Track> tracks(SortTrace trace) {
    List<Track> tracks = new ArrayList<>();
    tracks.add(new Track("phases", trace.phases()));
    for (Map.Entry<SortTrace.Worker, List<SortTrace.Span>> entry : trace.tasks().entrySet()) {
      SortTrace.Worker worker = entry.getKey();
      String kind = worker.isThread() ? "worker thread " : "worker process ";
      tracks.add(new Track(kind + worker.number(), entry.getValue()));
    }
    return tracks;
  }

  private void draw(List<Track> tracks) throws XMLStreamException {
    int height = TOP + tracks.size() * TRACK + AXIS;
    svg.writeStartDocument(StandardCharsets.UTF_8.name(), "1.0");
    svg.writeStartElement("svg");
    svg.writeDefaultNamespace("http://www.w3.org/2000/svg");
    attributes("width", WIDTH, "height", height, "viewBox", "0 0 " + WIDTH + " " + height);
    attributes("font-family", "sans-serif", "font-size", 12);
    rectangle(0, 0, WIDTH, height, "#ffffff");
    axis(TOP + tracks.size() * TRACK);
    for (int i = 0; i < tracks.size(); i++) {
      track(tracks.get(i), TOP + i * TRACK, i == 0);
    }
    svg.writeEndElement();
    svg.writeEndDocument();
  }

  private void axis(int y) throws XMLStreamException {
    double step = step(endMicros / MICROS_PER_SECOND);
    for (double seconds = 0; seconds * MICROS_PER_SECOND <= endMicros; seconds += step) {
      double x = x(seconds * MICROS_PER_SECOND);
      svg.writeEmptyElement("line");
      attributes("x1", number(x), "x2", number(x), "y1", TOP, "y2", y, "stroke", "#dddddd");
      text(x, y + 16, "middle", "#333333", String.format(Locale.ROOT, "%.3g s", seconds));
    }
  }

  private void track(Track track, int y, boolean labelled) throws XMLStreamException {
    text(LEFT - 10, y + 15, "end", "#333333", track.name());
    for (SortTrace.Span span : track.spans()) {
      double from = x(span.startMicros());
      double width = Math.max(LEAST_BAR, x(span.endMicros()) - from);
      svg.writeStartElement("rect");
      attributes("x", number(from), "y", y, "width", number(width), "height", BAR);
      attributes("fill", colour(span.phase()), "stroke", "#ffffff", "stroke-width", "0.5");
      svg.writeStartElement("title");
      svg.writeCharacters(
          String.format(
              Locale.ROOT,
              "%s: %.1f ms, %,d rows",
              span.name(),
              (span.endMicros() - span.startMicros()) / 1e3,
              span.rows()));
      svg.writeEndElement();
      svg.writeEndElement();
      if (labelled && width >= LEAST_LABEL) {
        text(from + width / 2, y + 14, "middle", "#ffffff", span.name());
      }
    }
  }

  private void rectangle(int x, int y, int width, int height, String fill)
      throws XMLStreamException {
    svg.writeEmptyElement("rect");
    attributes("x", x, "y", y, "width", width, "height", height, "fill", fill);
  }

  private void text(double x, double y, String anchor, String fill, String text)
      throws XMLStreamException {
    svg.writeStartElement("text");
    attributes("x", number(x), "y", number(y), "text-anchor", anchor, "fill", fill);
    svg.writeCharacters(text);
    svg.writeEndElement();
  }

  /** Names and values by turns. */
  private void attributes(Object... attributes) throws XMLStreamException {
    for (int i = 0; i < attributes.length; i += 2) {
      svg.writeAttribute(attributes[i].toString(), attributes[i + 1].toString());
    }
  }

  private double x(double micros) {
    return LEFT + micros / endMicros * (WIDTH - LEFT - RIGHT);
  }

  /** 1, 2 or 5 times a power of ten, of which some fit. */
  private static double step(double seconds) {
    double power = Math.pow(10, Math.floor(Math.log10(seconds / TICKS)));
    for (double times : new double[] {1, 2, 5}) {
      if (seconds / (times * power) <= TICKS) {
        return times * power;
      }
    }
    return 10 * power;
  }

  private static String number(double value) {
    return String.format(Locale.ROOT, "%.2f", value);
  }

  private static String colour(SortPhase phase) {
    return switch (phase) {
      case START -> "#8c8c8c";
      case SAMPLE -> "#b07d2b";
      case SPLIT -> "#2f6fb0";
      case MERGE -> "#2b8a5a";
      case VERIFY -> "#8a4fa3";
    };
  }
}
