package io.plasmastore.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.plasmastore.ObjectId;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class GetCommandTest {
  private static final byte[] FILE_MAGIC = {'A', 'R', 'R', 'O', 'W', '1', 0, 0};

  @TempDir private Path folder;

  private TestStore store;
  private ObjectId id;

  @BeforeEach
  void launches() {
    store = new TestStore(folder);
    id = store.put(SampleData.rows(store.allocator(), 0, 100));
  }

  @AfterEach
  void closes() {
    store.close();
  }

  @Test
  void writesTheBytesAsTheyLie() throws IOException {
    Path out = folder.resolve("out.arrows");
    store.run("get", id.toHex(), "--out", out.toString()).done();
    assertArrayEquals(store.bytes(id), Files.readAllBytes(out));
    assertEquals("", store.run("get", id.toHex(), "--out", "-").done().out());
    assertArrayEquals(store.bytes(id), store.run("get", id.toHex(), "-o", "-").done().bytes());
  }

  @Test
  void writesAFileThatGivesTheSameWhenItIsPutAgain() throws IOException {
    Path out = folder.resolve("out.arrow");
    store.run("get", id.toHex(), "--out", out.toString()).done();
    assertEquals(-1, mismatch(FILE_MAGIC, Files.readAllBytes(out)));
    String again = store.run("put", out.toString()).done().lines().getFirst();
    assertArrayEquals(store.bytes(id), store.bytes(ObjectId.fromHex(again)));
  }

  @Test
  void takesTheFormFromTheNameUnlessItIsSaid() throws IOException {
    for (List<String> form :
        List.of(
            List.of("x.feather", "file"),
            List.of("x.ARROW", "file"),
            List.of("x.arrows", "stream"),
            List.of("x", "stream"))) {
      Path plain = folder.resolve(form.getFirst());
      store.run("get", id.toHex(), "--out", plain.toString()).done();
      Path said = folder.resolve("said");
      store.run("get", id.toHex(), "--out", said.toString(), "--format", form.getLast()).done();
      assertArrayEquals(Files.readAllBytes(said), Files.readAllBytes(plain));
    }
    assertTrue(
        store
            .run("get", id.toHex(), "--out", "-", "--format", "csv")
            .misuse()
            .endsWith("a format is stream or file: text=csv"));
  }

  @Test
  void replacesAFileAtOnceOrNotAtAll() throws IOException {
    Path out = Files.writeString(folder.resolve("out.arrow"), "what was there");
    ObjectId raw = ObjectId.random();
    store.client().createAndSeal(raw, new byte[] {1, 2, 3});
    assertEquals(
        "the object is not a dataframe, --format stream writes its bytes: id="
            + raw
            + " size=3 reason=message does not lie within the object: offset=0 size=4 limit=3",
        store.run("get", raw.toHex(), "--out", out.toString()).failure());
    assertEquals("what was there", Files.readString(out));
    store.run("get", id.toHex(), "--out", out.toString()).done();
    assertEquals(-1, mismatch(FILE_MAGIC, Files.readAllBytes(out)));
    assertNothingPartial();
  }

  @Test
  void writesThroughALinkAndIntoADevice() throws IOException {
    Path target = Files.createFile(folder.resolve("target"));
    Path link = Files.createSymbolicLink(folder.resolve("link"), target);
    store.run("get", id.toHex(), "--out", link.toString()).done();
    assertTrue(Files.isSymbolicLink(link));
    assertArrayEquals(store.bytes(id), Files.readAllBytes(target));
    store.run("get", id.toHex(), "--out", "/dev/null").done();
    assertFalse(Files.isRegularFile(Path.of("/dev/null")));
  }

  @Test
  void writesRawAndEmptyObjects() {
    ObjectId raw = ObjectId.named("raw");
    store.client().createAndSeal(raw, new byte[] {1, 2, 3});
    assertArrayEquals(
        new byte[] {1, 2, 3}, store.run("get", "name:raw", "--out", "-").done().bytes());
    ObjectId empty = ObjectId.random();
    store.client().createAndSeal(empty, new byte[0]);
    assertEquals(0, store.run("get", empty.toHex(), "--out", "-").done().bytes().length);
  }

  @Test
  void saysWhatIsNotThere() throws IOException {
    ObjectId unknown = ObjectId.named("unknown");
    Path out = folder.resolve("out.arrow");
    assertEquals(
        "no such object: id=" + unknown + " name=unknown",
        store.run("get", "name:unknown", "--out", out.toString()).failure());
    assertFalse(Files.exists(out));
    Path nowhere = folder.resolve("no/such/folder/out.arrow");
    assertEquals(
        "no such folder: file=" + nowhere,
        store.run("get", id.toHex(), "--out", nowhere.toString()).failure());
    assertEquals(
        "is a folder: file=" + folder,
        store.run("get", id.toHex(), "--out", folder.toString()).failure());
    assertEquals(
        "No space left on device: file=/dev/full",
        store.run("get", id.toHex(), "--out", "/dev/full").failure());
    assertNothingPartial();
  }

  @Test
  void saysThatAnObjectIsStillBeingWritten() {
    ObjectId unsealed = ObjectId.random();
    try (var writer = store.client().create(unsealed, 10)) {
      assertEquals(
          "object is still being written: id=" + unsealed,
          store.run("get", unsealed.toHex(), "--out", "-").failure());
      assertTrue(writer.isOpen());
    }
  }

  @Test
  void asksForWhatIsMissing() {
    assertEquals(
        "plasma get: Missing required option: '--out=FILE'", store.run("get", id.toHex()).misuse());
    assertEquals(
        "plasma get: Missing required parameter: 'ID'", store.run("get", "--out", "-").misuse());
    assertTrue(
        store
            .run("get", "xyz", "--out", "-")
            .misuse()
            .contains("an object id has 40 hex digits: found=3 text=xyz"));
  }

  private void assertNothingPartial() throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      assertEquals(List.of(), files.filter(f -> f.toString().contains("partial")).toList());
    }
  }

  private static int mismatch(byte[] start, byte[] whole) {
    return java.util.Arrays.mismatch(start, 0, start.length, whole, 0, start.length);
  }
}
