package io.plasmastore.cli;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.plasmastore.NewSealedObject;
import io.plasmastore.ObjectId;
import io.plasmastore.SealedObject;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.io.Writer;
import java.nio.channels.Channels;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ListCommandTest {
  @TempDir private Path folder;

  private TestStore store;

  @BeforeEach
  void launches() {
    store = new TestStore(folder);
  }

  @AfterEach
  void closes() {
    store.close();
  }

  @Test
  void showsNothingOfAnEmptyStore() throws IOException {
    assertEquals("ID  NAME  STATE  SIZE  ROWS  AGE  PINS\n", store.run("ls").done().out());
    assertEquals("[ ]\n", store.run("ls", "--json").done().out());
    assertEquals(0, json().size());
  }

  @Test
  void showsDataframesAndRawObjects() {
    ObjectId rows = ObjectId.named("trades/today");
    try (var root = SampleData.rows(store.allocator(), 0, 1234)) {
      store.dataframes().put(rows, root);
    }
    ObjectId raw = ObjectId.random();
    store.client().createAndSeal(raw, new byte[100]);
    List<String> lines = store.run("ls").done().lines();
    assertEquals(3, lines.size());
    assertTrue(
        lines.contains(raw.toHex() + "  -             sealed   100 B      -   0s     0"),
        lines.toString());
    String dataframe =
        lines.stream().filter(line -> line.startsWith(rows.toHex())).findFirst().orElseThrow();
    assertTrue(
        dataframe.matches(".{40}  trades/today  sealed  +[0-9.]+ KiB  1,234 +\\ds     0"),
        dataframe);
  }

  @Test
  void writesJson() throws IOException {
    ObjectId rows = ObjectId.named("a \"quoted\" name");
    try (var root = SampleData.rows(store.allocator(), 0, 10)) {
      store.dataframes().put(rows, root);
    }
    try (SealedObject held = store.client().get(rows);
        var writer = store.client().create(ObjectId.random(), 77)) {
      JsonNode list = json();
      assertEquals(2, list.size());
      JsonNode sealed = list.get(list.get(0).get("state").asText().equals("sealed") ? 0 : 1);
      assertEquals(rows.toHex(), sealed.get("id").asText());
      assertEquals("a \"quoted\" name", sealed.get("name").asText());
      assertEquals(held.size(), sealed.get("size").asLong());
      assertEquals(10, sealed.get("rows").asLong());
      assertEquals(1, sealed.get("batches").asLong());
      assertTrue(sealed.get("metadataSize").asInt() > 0);
      assertEquals(1, sealed.get("pins").asLong());
      assertEquals(1, sealed.get("holders").asLong());
      assertFalse(
          Instant.parse(sealed.get("sealedAt").asText())
              .isBefore(Instant.parse(sealed.get("createdAt").asText())));

      JsonNode created = list.get(list.get(0).get("state").asText().equals("sealed") ? 1 : 0);
      assertEquals("created", created.get("state").asText());
      assertEquals(77, created.get("size").asLong());
      assertEquals(writer.id().toHex(), created.get("id").asText());
      for (String field : List.of("name", "rows", "batches", "sealedAt")) {
        assertNotNull(created.get(field), field);
        assertTrue(created.get(field).isNull(), field);
      }
    }
  }

  @Test
  void listsMoreThanItMeasures() throws IOException {
    List<ObjectId> ids = new ArrayList<>();
    for (int i = 0; i < 2_500; i++) {
      ObjectId id = ObjectId.named("object " + i);
      store.client().createAndSeal(id, new byte[i]);
      ids.add(id);
    }
    List<String> lines = store.run("ls").done().lines();
    assertEquals(ids.size() + 1, lines.size());
    assertEquals(
        ids.stream().map(ObjectId::toHex).sorted().toList(),
        lines.stream().skip(1).map(line -> line.substring(0, 40)).sorted().toList());
    assertEquals(ids.size(), json().size());
  }

  @Test
  void namesWhoHoldsWhat() throws IOException {
    ObjectId held = ObjectId.named("held");
    ObjectId deleted = ObjectId.named("deleted");
    store.client().createAndSeal(held, new byte[100]);
    store.client().createAndSeal(deleted, new byte[100]);
    try (SealedObject first = store.client().get(held);
        SealedObject second = store.client().get(held);
        SealedObject gone = store.client().get(deleted);
        var writer = store.client().create(ObjectId.random(), 77)) {
      assertTrue(store.client().delete(deleted));
      // The same id anew: nobody holds this one.
      store.client().createAndSeal(deleted, new byte[200]);
      List<String> lines = store.run("ls", "--holders").done().lines();
      String pid = "    pid " + ProcessHandle.current().pid() + "  java ";
      assertEquals(1 + 4 + 3, lines.size(), lines.toString());
      assertTrue(after(lines, held, "sealed").startsWith(pid), lines.toString());
      assertTrue(
          after(lines, held, "sealed").matches(".*\"  2 pins, connected \\d+[sm] ago"),
          lines.toString());
      assertTrue(after(lines, deleted, "retiring").contains("  1 pin, "), lines.toString());
      assertTrue(after(lines, writer.id(), "created").contains("  being written, "));
      assertFalse(after(lines, deleted, "sealed").startsWith(" "), lines.toString());

      for (JsonNode object :
          new ObjectMapper().readTree(store.run("ls", "--holders", "--json").done().out())) {
        boolean free =
            object.get("state").asText().equals("sealed") && object.get("size").asInt() == 200;
        assertEquals(free ? 0 : 1, object.get("heldBy").size(), object.toString());
        if (!free) {
          JsonNode holder = object.get("heldBy").get(0);
          assertEquals(ProcessHandle.current().pid(), holder.get("pid").asLong());
          assertEquals(store.client().options().name(), holder.get("name").asText());
          assertTrue(holder.get("command").asText().contains("java"));
          assertTrue(holder.get("pins").asInt() > 0);
          assertTrue(holder.get("client").asInt() > 0);
          assertFalse(Instant.parse(holder.get("connectedAt").asText()).isAfter(Instant.now()));
        }
      }
      assertNotNull(first);
      assertNotNull(second);
      assertNotNull(gone);
    }
  }

  @Test
  void listsBindingsAsWhatTheyAre() throws IOException {
    ObjectId target = ObjectId.random();
    store.client().bind("latest", target);
    store.client().createAndSeal(ObjectId.random(), new byte[ObjectId.SIZE]);
    List<String> lines = store.run("ls").done().lines();
    assertEquals(3, lines.size());
    assertTrue(lines.get(1).contains("  latest -> " + target.toHex() + "  "), lines.get(1));
    JsonNode list = json();
    assertEquals("latest", list.get(0).get("binding").asText());
    assertEquals(target.toHex(), list.get(0).get("target").asText());
    assertTrue(list.get(1).get("binding").isNull());
    assertTrue(list.get(1).get("target").isNull());
  }

  /** A listing of any length takes little memory: it is written as it comes. */
  @Test
  void writesTheFirstWhenItHasNotAskedForTheLast() {
    List<NewSealedObject> objects = new ArrayList<>();
    for (int i = 0; i < 20_000; i++) {
      objects.add(NewSealedObject.of(ObjectId.named("object " + i), new byte[1]));
    }
    assertTrue(
        assertDoesNotThrow(() -> store.client().createAndSealAll(objects, Duration.ZERO)).stream()
            .allMatch(error -> error == null));
    for (String[] form : new String[][] {{}, {"--json"}}) {
      long before = store.client().stats().counters().get("requests");
      AtomicLong askedBefore = new AtomicLong(-1);
      AtomicLong lines = new AtomicLong();
      Writer out =
          new Writer() {
            @Override
            public void write(char[] text, int offset, int length) {
              askedBefore.compareAndSet(
                  -1, store.client().stats().counters().get("requests") - before);
              for (int i = offset; i < offset + length; i++) {
                if (text[i] == '\n') {
                  lines.incrementAndGet();
                }
              }
            }

            @Override
            public void flush() {}

            @Override
            public void close() {}
          };
      List<String> args = new ArrayList<>(List.of("ls", "-s", store.socket()));
      args.addAll(List.of(form));
      Console console =
          new Console(
              InputStream.nullInputStream(),
              new PrintWriter(out),
              Channels.newChannel(OutputStream.nullOutputStream()),
              new PrintWriter(Writer.nullWriter()));
      assertEquals(0, PlasmaCommand.commandLine(console).execute(args.toArray(String[]::new)));
      assertTrue(lines.get() > objects.size(), "lines=" + lines);
      assertTrue(askedBefore.get() < 6, "requests=" + askedBefore);
    }
  }

  /** The line behind an object's. */
  private static String after(List<String> lines, ObjectId id, String state) {
    for (int i = 0; i < lines.size(); i++) {
      if (lines.get(i).startsWith(id.toHex()) && lines.get(i).contains("  " + state + " ")) {
        return i + 1 < lines.size() ? lines.get(i + 1) : "";
      }
    }
    throw new AssertionError("no line: id=" + id + " state=" + state + " lines=" + lines);
  }

  private JsonNode json() throws IOException {
    return new ObjectMapper().readTree(store.run("ls", "--json").done().out());
  }
}
