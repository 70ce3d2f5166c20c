package io.plasmastore.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.plasmastore.sort.SortPhase;
import io.plasmastore.sort.SortWork;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;

class SortTraceTest {
  private static final long OTHER_PROCESS = ProcessHandle.current().pid() + 1;

  @TempDir private Path folder;

  @Test
  void isAnEventForEachPhaseAndTask() throws Exception {
    Path file = folder.resolve("trace.json");
    TraceEvents.write(trace(), file);
    JsonNode root = new ObjectMapper().readTree(file.toFile());
    List<String> events = new ArrayList<>();
    List<String> names = new ArrayList<>();
    for (JsonNode event : root.get("traceEvents")) {
      boolean own = event.get("pid").asLong() == ProcessHandle.current().pid();
      String track = (own ? "own " : "other ") + event.get("tid").asInt();
      if (event.get("ph").asText().equals("M")) {
        names.add(track + " " + event.get("args").get("name").asText());
      } else {
        assertEquals("X", event.get("ph").asText());
        assertTrue(event.get("ts").asDouble() >= 0);
        assertTrue(event.get("dur").asDouble() > 0);
        events.add(
            track
                + " "
                + event.get("name").asText()
                + " "
                + event.get("cat").asText()
                + " "
                + event.get("args").get("rows").asLong());
      }
    }
    assertEquals(
        List.of(
            "own 0 split split 500",
            "own 1 split split 200",
            "own 1 split split 200",
            "other 2 split split 100"),
        events);
    assertEquals(
        List.of(
            "own 0 plasma sort",
            "own 0 phases",
            "own 1 worker 0",
            "other 2 sort worker process",
            "other 2 worker 1 (process " + OTHER_PROCESS + ")"),
        names);
  }

  @Test
  void isATrackForEachWorkerInThePicture() throws Exception {
    Path file = folder.resolve("trace.svg");
    TracePicture.write(trace(), file);
    Document picture =
        DocumentBuilderFactory.newDefaultInstance().newDocumentBuilder().parse(file.toFile());
    assertEquals("svg", picture.getDocumentElement().getTagName());
    List<String> texts = new ArrayList<>();
    NodeList all = picture.getElementsByTagName("text");
    for (int i = 0; i < all.getLength(); i++) {
      texts.add(all.item(i).getTextContent());
    }
    assertTrue(texts.containsAll(List.of("phases", "worker thread 0", "worker process 1")));
    NodeList bars = picture.getElementsByTagName("title");
    assertEquals(4, bars.getLength());
    double width = Double.parseDouble(picture.getDocumentElement().getAttribute("width"));
    for (int i = 0; i < bars.getLength(); i++) {
      Element bar = (Element) bars.item(i).getParentNode();
      double x = Double.parseDouble(bar.getAttribute("x"));
      double end = x + Double.parseDouble(bar.getAttribute("width"));
      assertTrue(x >= 0 && end <= width, x + " to " + end);
    }
  }

  /** A split of 500 rows by a thread, twice, and by a process. */
  private static SortTrace trace() {
    SortTrace trace = new SortTrace();
    trace.started(SortPhase.SPLIT, 500);
    long start = System.nanoTime();
    long own = ProcessHandle.current().pid();
    trace.worked(work(0, own, 200, start, start + 1_000_000));
    trace.worked(work(0, own, 200, start + 1_000_000, start + 2_000_000));
    trace.worked(work(1, OTHER_PROCESS, 100, start, start + 1_500_000));
    trace.finished(SortPhase.SPLIT, Duration.ofNanos(2_500_000));
    return trace;
  }

  private static SortWork work(int worker, long pid, long rows, long start, long end) {
    return new SortWork(SortPhase.SPLIT, "split", worker, pid, rows, start, end);
  }
}
