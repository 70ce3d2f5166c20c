package io.plasmastore.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.plasmastore.ObjectId;
import io.plasmastore.SealedObject;
import io.plasmastore.arrow.ArrowObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PutCommandTest {
  private static final String HEX = "0123456789abcdef0123456789ABCDEF01234567";

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

  @ParameterizedTest
  @ValueSource(strings = {"rows.arrow", "rows.arrows"})
  void putsAFileOrAStream(String name) throws IOException {
    ObjectId id = ObjectId.fromHex(store.run("put", file(name)).done().lines().getFirst());
    assertStored(id);
  }

  @ParameterizedTest
  @ValueSource(strings = {"rows.arrow", "rows.arrows"})
  void putsStandardInput(String name) throws IOException {
    byte[] input = Files.readAllBytes(Path.of(file(name)));
    CommandRun run = store.runWithInput(input, "put", "-", "--name", "from/input").done();
    assertEquals(ObjectId.named("from/input").toHex() + "\n", run.out());
    assertStored(ObjectId.named("from/input"));
  }

  @Test
  void putsUnderAnIdOrAName() throws IOException {
    String file = file("rows.arrow");
    assertEquals(
        HEX.toLowerCase(java.util.Locale.ROOT) + "\n",
        store.run("put", "--id", HEX, file).done().out());
    assertEquals(
        ObjectId.named("trades/2026").toHex() + "\n",
        store.run("put", file, "--name", "trades/2026").done().out());
    List<String> names =
        store.client().list().map(object -> object.id().name().orElse("-")).sorted().toList();
    assertEquals(List.of("-", "trades/2026"), names);
  }

  @Test
  void putsSeveralFilesEachUnderItsOwnId() throws IOException {
    List<String> ids =
        store.run("put", file("a.arrow"), file("b.arrows"), file("a.arrow")).done().lines();
    assertEquals(3, ids.stream().distinct().count());
    ids.forEach(id -> assertStored(ObjectId.fromHex(id)));
    assertArrayEquals(
        store.bytes(ObjectId.fromHex(ids.get(0))), store.bytes(ObjectId.fromHex(ids.get(2))));
  }

  @Test
  void refusesOneIdForSeveralFiles() throws IOException {
    String file = file("rows.arrow");
    assertEquals(
        "plasma put: --id and --name are for one file: files=2",
        store.run("put", file, file, "--name", "x").misuse());
    assertEquals(
        "plasma put: --id=HEX40, --name=NAME are mutually exclusive (specify only one)",
        store.run("put", file, "--name", "x", "--id", HEX).misuse());
    assertEquals(
        "plasma put: an object id has 40 hex digits: found=3 text=abc",
        store.run("put", file, "--id", "abc").misuse());
    assertEquals(
        "plasma put: a name has 1 to 255 bytes of UTF-8: found=0 max=255",
        store.run("put", file, "--name", "").misuse());
    assertEquals(
        "plasma put: Missing required parameter: 'FILE'", store.run("put", "--name", "x").misuse());
    assertEquals(0, store.objects());
  }

  @Test
  void saysWhatIsNoArrowAndLeavesNothing() throws IOException {
    Path csv = Files.writeString(folder.resolve("rows.csv"), "id,price\n1,0.5\n");
    assertEquals(
        "can't be put: neither an Arrow IPC file nor a stream: size=15 starts=69642c7072696365 file="
            + csv,
        store.run("put", csv.toString()).failure());
    assertEquals(
        "can't be put: neither an Arrow IPC file nor a stream: size=0 starts= file=-",
        store.run("put", "-").failure());
    assertEquals(0, store.objects());
  }

  @Test
  void saysThatAFileWasCutShortAndLeavesNothing() throws IOException {
    byte[] whole = Files.readAllBytes(Path.of(file("rows.arrow")));
    Path part = Files.write(folder.resolve("part.arrow"), Arrays.copyOf(whole, whole.length / 2));
    assertEquals(
        "can't be put: the file has no end, it was cut short: size=%d file=%s"
            .formatted(whole.length / 2, part),
        store.run("put", part.toString()).failure());
    byte[] stream = Files.readAllBytes(Path.of(file("rows.arrows")));
    String cut =
        store.runWithInput(Arrays.copyOf(stream, stream.length - 200), "put", "-").failure();
    assertTrue(cut.contains("does not lie within"), cut);
    assertEquals(0, store.objects());
  }

  @Test
  void saysWhichFileIsNotThere() throws IOException {
    Path missing = folder.resolve("missing.arrow");
    assertEquals("no such file: file=" + missing, store.run("put", missing.toString()).failure());
    String there = file("rows.arrow");
    CommandRun run = store.run("put", there, missing.toString(), there);
    assertEquals("no such file: file=" + missing, run.failure());
    assertEquals(1, run.lines().size());
    assertEquals(1, store.objects());
    assertEquals("is a folder: file=" + folder, store.run("put", folder.toString()).failure());
  }

  @Test
  void saysThatAnIdExists() throws IOException {
    String file = file("rows.arrow");
    store.run("put", file, "--name", "once").done();
    String failure = store.run("put", file, "--name", "once").failure();
    assertTrue(failure.contains(ObjectId.named("once").toHex()), failure);
    assertEquals(1, store.objects());
  }

  @Test
  void saysThatTheStoreIsFullOfWhatIsHeld() throws IOException {
    Path big = folder.resolve("big.arrow");
    try (VectorSchemaRoot root = SampleData.rows(store.allocator(), 0, 1_200_000)) {
      store.write(big, List.of(root));
    }
    String file = big.toString();
    store.run("put", file, "--name", "first").done();
    try (SealedObject first = store.client().get(ObjectId.named("first"))) {
      String failure = store.run("put", file).failure();
      assertTrue(failure.contains("store full"), failure);
      assertEquals(1, store.objects());
      assertTrue(first.size() > 0);
    }
  }

  @Test
  void saysThatNoStoreAnswers() {
    Path nobody = folder.resolve("nobody.sock");
    String failure = CommandRun.of("put", "-s", nobody.toString(), "x.arrow").failure();
    assertTrue(failure.startsWith("no store answers: socket=" + nobody), failure);
  }

  private String file(String name) throws IOException {
    Path file = folder.resolve(name);
    if (!Files.exists(file)) {
      store.write(
          file,
          List.of(
              SampleData.rows(store.allocator(), 0, 60),
              SampleData.rows(store.allocator(), 60, 40)));
    }
    return file.toString();
  }

  private void assertStored(ObjectId id) {
    try (ArrowObject object = store.dataframes().open(id);
        VectorSchemaRoot last = object.batch(1);
        VectorSchemaRoot expected = SampleData.rows(store.allocator(), 60, 40)) {
      assertEquals(100, object.rowCount());
      assertEquals(2, object.batchCount());
      assertTrue(expected.equals(last));
    }
  }
}
