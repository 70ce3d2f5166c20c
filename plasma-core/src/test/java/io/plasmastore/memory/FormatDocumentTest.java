package io.plasmastore.memory;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.plasmastore.ObjectId;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** docs/format.md says what the code does. */
class FormatDocumentTest {
  private static List<String> lines = List.of();

  @BeforeAll
  static void readDocument() throws Exception {
    lines = Files.readAllLines(Path.of("../docs/format.md"));
  }

  @Test
  void statesTheVersion() {
    String sentence = "This is version " + IndexLayout.VERSION + " of the format";
    assertTrue(String.join(" ", lines).replace("\n", " ").contains(sentence), sentence);
  }

  @Test
  void statesTheIndexHeader() {
    assertEquals(
        List.of(
            field("magic", IndexLayout.MAGIC_OFFSET, 8),
            field("version", IndexLayout.VERSION_OFFSET, 4),
            field("tableLog2", IndexLayout.TABLE_LOG2_OFFSET, 4),
            field("storePid", IndexLayout.STORE_PID_OFFSET, 8),
            field("maxSlots", IndexLayout.MAX_SLOTS_OFFSET, 4),
            field("slotLimit", IndexLayout.SLOT_LIMIT_OFFSET, 4),
            field("heapSize", IndexLayout.HEAP_SIZE_OFFSET, 8),
            field("startedMillis", IndexLayout.STARTED_MILLIS_OFFSET, 8),
            field("listening", IndexLayout.LISTENING_OFFSET, 4),
            List.of("counters", "" + IndexLayout.COUNTERS_OFFSET, "8 each")),
        table("## The index", 3));
  }

  @Test
  void statesTheSlot() {
    assertEquals(
        List.of(
            field("word", IndexLayout.SLOT_WORD_OFFSET, 8),
            field("id", IndexLayout.SLOT_ID_OFFSET, ObjectId.SIZE),
            field("metadataSize", IndexLayout.SLOT_METADATA_SIZE_OFFSET, 4),
            field("dataOffset", IndexLayout.SLOT_DATA_OFFSET_OFFSET, 8),
            field("dataSize", IndexLayout.SLOT_DATA_SIZE_OFFSET, 8),
            field("createdMillis", IndexLayout.SLOT_CREATED_MILLIS_OFFSET, 8),
            field("sealedAfterMillis", IndexLayout.SLOT_SEALED_AFTER_OFFSET, 4),
            field("heap", IndexLayout.SLOT_HEAP_OFFSET, 2),
            field("nameSize", IndexLayout.SLOT_NAME_SIZE_OFFSET, 1),
            field("flags", IndexLayout.SLOT_FLAGS_OFFSET, 1)),
        table("### Slots", 3));
  }

  @Test
  void statesTheClientPage() {
    assertEquals(
        List.of(
            field("magic", ClientPage.MAGIC_OFFSET, 8),
            field("version", ClientPage.VERSION_OFFSET, 4),
            field("client", ClientPage.CLIENT_OFFSET, 4),
            field("pid", ClientPage.PID_OFFSET, 8),
            field("processStartMillis", ClientPage.PROCESS_START_OFFSET, 8),
            field("token", ClientPage.TOKEN_OFFSET, 16),
            field("connectedMillis", ClientPage.CONNECTED_OFFSET, 8),
            field("left", ClientPage.LEFT_OFFSET, 4),
            field("nameSize", ClientPage.NAME_SIZE_OFFSET, 4),
            field("name", ClientPage.NAME_OFFSET, 255),
            field("marked", ClientPage.MARKED_OFFSET, 8),
            List.of("pins", "" + ClientPage.PINS_OFFSET, "4 each")),
        table("## A client's page", 3));
  }

  @Test
  void statesTheSealMark() {
    assertEquals(
        List.of(field("head", SealMarks.HEAD_OFFSET, 8), field("sizes", SealMarks.SIZES_OFFSET, 8)),
        table("## Seal marks", 3));
    assertEquals(16, SealMarks.SIZE);
  }

  @Test
  void numbersTheStates() {
    assertEquals(
        List.of(
            List.of("" + SlotState.FREE, "FREE"),
            List.of("" + SlotState.CREATED, "CREATED"),
            List.of("" + SlotState.SEALED, "SEALED"),
            List.of("" + SlotState.RETIRING, "RETIRING"),
            List.of("" + SlotState.HIDDEN, "HIDDEN")),
        table("| State |", 2));
  }

  @Test
  void placesTheCounters() {
    assertEquals(
        Arrays.stream(Counter.values())
            .map(counter -> List.of("" + IndexLayout.counterOffset(counter), counter.name()))
            .toList(),
        table("### Counters", 2));
  }

  @Test
  void operationsNameTheCounters() throws Exception {
    List<String> documented =
        Files.readAllLines(Path.of("../docs/operations.md")).stream()
            .dropWhile(line -> !line.startsWith("| counter |"))
            .skip(2)
            .takeWhile(line -> line.startsWith("|"))
            .map(line -> line.split("`", -1)[1])
            .toList();
    assertEquals(Arrays.stream(Counter.values()).map(Counter::label).toList(), documented);
  }

  @Test
  void namesTheIds() {
    for (List<String> row : table("| Name |", 2)) {
      assertEquals(row.get(1), ObjectId.named(row.get(0)).toHex());
    }
  }

  @Test
  void showsTheHash() {
    List<List<String>> rows = table("| Id | Hash |", 2);
    assertEquals(4, rows.size());
    for (List<String> row : rows) {
      assertEquals(row.get(1), "%016x".formatted(ObjectId.fromHex(row.get(0)).hash64()));
    }
  }

  @Test
  void namesTheFiles() {
    assertEquals(
        List.of("index", "seals", "heap-0", "page-N", "guest-N", "lock"),
        table("## The files", 1).stream().map(List::getFirst).toList());
  }

  private static List<String> field(String name, long offset, int size) {
    return List.of(name, "" + offset, "" + size);
  }

  /** The first columns of the first table at or after the line that begins so. */
  private static List<List<String>> table(String after, int columns) {
    int at = 0;
    while (!lines.get(at).startsWith(after)) {
      at++;
    }
    while (!lines.get(at).startsWith("|---")) {
      at++;
    }
    List<List<String>> rows = new ArrayList<>();
    for (at++; at < lines.size() && lines.get(at).startsWith("|"); at++) {
      List<String> cells =
          Arrays.stream(lines.get(at).split("\\|", -1)).skip(1).map(String::trim).toList();
      rows.add(cells.subList(0, columns));
    }
    return rows;
  }
}
