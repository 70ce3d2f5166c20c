package io.plasmastore.protocol;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.plasmastore.ErrorCode;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** docs/protocol.md says what the code does. */
class ProtocolDocumentTest {
  private static final Pattern WORD_START = Pattern.compile("(?<!^)(?=[A-Z])");

  private static List<String> lines = List.of();

  @BeforeAll
  static void readDocument() throws Exception {
    lines = Files.readAllLines(Path.of("../docs/protocol.md"));
  }

  @Test
  void statesTheHeaderLayout() {
    assertEquals(
        List.of(
            List.of("table length", "" + FrameHeader.TABLE_LENGTH_OFFSET, "4"),
            List.of("type", "" + FrameHeader.TYPE_OFFSET, "2"),
            List.of("reserved", "" + FrameHeader.RESERVED_OFFSET, "2"),
            List.of("request number", "" + FrameHeader.REQUEST_NUMBER_OFFSET, "8")),
        table("Field", "Offset", "Size"));
    assertEquals(FrameHeader.LENGTH, FrameHeader.REQUEST_NUMBER_OFFSET + 8);
  }

  @Test
  void showsTheBytesOfAFrame() {
    String shown =
        lines.stream()
            .filter(line -> line.matches("([0-9a-f]{4,16} )+ +.*"))
            .map(line -> line.substring(0, line.indexOf("  ")))
            .collect(Collectors.joining());
    assertEquals(MessageWriterTest.SEAL_FRAME.replaceAll("\\s", ""), shown.replace(" ", ""));
  }

  @Test
  void numbersTheMessages() {
    List<List<String>> documented = new ArrayList<>(table("Number", "Request"));
    documented.addAll(table("Number", "Reply"));
    assertEquals(
        Arrays.stream(MessageType.values())
            .map(type -> List.of("" + type.number(), recordName(type)))
            .toList(),
        documented);
  }

  @Test
  void namesAReplyThatExistsForEachRequest() {
    List<String> replies =
        Arrays.stream(MessageType.values())
            .filter(MessageType::isReply)
            .map(ProtocolDocumentTest::recordName)
            .toList();
    for (List<String> row : table("Number", "Request", "Reply")) {
      boolean hasNone = row.get(1).equals(recordName(MessageType.MARKED));
      assertTrue(hasNone ? row.get(2).equals("none") : replies.contains(row.get(2)), row::toString);
    }
  }

  @Test
  void ordersTheDescriptors() {
    List<List<String>> order = new ArrayList<>();
    for (Descriptor descriptor : Descriptor.values()) {
      order.add(List.of("" + (order.size() + 1), descriptor.name()));
    }
    assertEquals(order, table("Order", "File"));
    assertEquals(List.of(Descriptor.values()), Descriptor.of(Access.READ_WRITE));
    for (Access reader : List.of(Access.READ_ONLY, Access.GUEST)) {
      assertEquals(
          List.of(Descriptor.INDEX, Descriptor.PAGE, Descriptor.SEALS, Descriptor.HEAP_READ_ONLY),
          Descriptor.of(reader));
    }
  }

  @Test
  @SuppressWarnings("EnumOrdinal") // this is what pins it
  void numbersTheAccesses() {
    List<List<String>> numbers = new ArrayList<>();
    for (Access access : Access.values()) {
      numbers.add(List.of("" + access.ordinal(), access.name()));
    }
    assertEquals(numbers, table("Access", "Name"));
  }

  @Test
  void statesTheLimits() throws Exception {
    Map<String, String> limits = new TreeMap<>();
    for (Field field : Limits.class.getDeclaredFields()) {
      if (Modifier.isPublic(field.getModifiers()) && field.getName().startsWith("MAX_")) {
        limits.put(field.getName(), "" + field.getInt(null));
      }
    }
    Map<String, String> documented = new TreeMap<>();
    table("Limit", "Value").forEach(row -> documented.put(row.get(0), row.get(1)));
    assertEquals(limits, documented);
  }

  @Test
  void statesTheVersion() {
    String sentence = "This is version " + Limits.PROTOCOL_VERSION + ". ";
    assertTrue(lines.stream().anyMatch(line -> line.startsWith(sentence)), sentence);
  }

  @Test
  void numbersTheErrors() {
    assertEquals(
        Arrays.stream(ErrorCode.values())
            .map(code -> List.of("" + code.code(), code.name()))
            .toList(),
        table("Code", "Name"));
  }

  /** The first columns of the table whose head begins with these. */
  private static List<List<String>> table(String... columns) {
    String head = "| " + String.join(" | ", columns) + " |";
    List<List<String>> rows = new ArrayList<>();
    for (int i = 0; i < lines.size(); i++) {
      if (lines.get(i).startsWith(head)) {
        for (int row = i + 2; row < lines.size() && lines.get(row).startsWith("|"); row++) {
          List<String> cells =
              Arrays.stream(lines.get(row).split("\\|", -1)).skip(1).map(String::trim).toList();
          rows.add(cells.subList(0, columns.length));
        }
        return rows;
      }
    }
    throw new AssertionError("docs/protocol.md has no table: head=" + head);
  }

  /** CREATE_AND_SEAL is the type of CreateAndSeal. */
  private static String recordName(MessageType type) {
    Class<?> side = type.isReply() ? Reply.class : Request.class;
    return Arrays.stream(side.getPermittedSubclasses())
        .map(Class::getSimpleName)
        .filter(name -> String.join("_", WORD_START.split(name)).equalsIgnoreCase(type.name()))
        .findFirst()
        .orElseThrow(() -> new AssertionError("no record of type=" + type));
  }
}
