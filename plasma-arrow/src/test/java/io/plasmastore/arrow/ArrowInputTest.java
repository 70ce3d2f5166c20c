package io.plasmastore.arrow;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.BigIntVector;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.dictionary.DictionaryEncoder;
import org.apache.arrow.vector.ipc.ArrowReader;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Files and streams of other producers, pyarrow and polars, read as they lie. */
class ArrowInputTest {
  @TempDir private Path folder;

  private final BufferAllocator allocator = new RootAllocator();

  @AfterEach
  void closesTheAllocator() {
    allocator.close();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"pyarrow.arrow", "pyarrow.arrows", "pyarrow-before-0.15.arrows", "polars.arrow"})
  void readsFilesAndStreams(String name) throws IOException {
    try (ArrowInput input = ArrowInput.open(file(name))) {
      assertContent(input);
      assertEquals(Files.size(file(name)), input.size());
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"pyarrow.arrow", "pyarrow.arrows"})
  void readsWhatHasNoName(String name) throws IOException {
    try (InputStream in = new ByteArrayInputStream(bytes(name));
        ArrowInput input = ArrowInput.read(in)) {
      assertContent(input);
    }
  }

  @Test
  void readsAPipe() throws IOException {
    Path pipe = folder.resolve("pipe");
    Process made = new ProcessBuilder("mkfifo", pipe.toString()).start();
    assertEquals(0, made.onExit().join().exitValue());
    // Opening a pipe waits for its other end: not in this process.
    String source = file("pyarrow.arrow").toString();
    Process writer =
        new ProcessBuilder("sh", "-c", "cat \"$0\" >\"$1\"", source, pipe.toString()).start();
    try (ArrowInput input = ArrowInput.open(pipe)) {
      assertContent(input);
    } finally {
      writer.destroyForcibly();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"pyarrow.arrow", "pyarrow.arrows"})
  void canBePut(String name) throws IOException {
    try (ArrowInput input = ArrowInput.open(file(name))) {
      StoredStream stored;
      try (ArrowReader reader = input.reader(allocator)) {
        stored = StoredStream.of(reader);
      }
      try (ArrowObject object = stored.open(allocator)) {
        assertEquals(2, object.batchCount());
        assertEquals(5, object.rowCount());
      }
    }
  }

  @Test
  void refusesAFileCutAnywhere() throws IOException {
    byte[] whole = bytes("pyarrow.arrow");
    for (int length = 0; length < whole.length; length++) {
      byte[] part = Arrays.copyOf(whole, length);
      assertThrows(InvalidArrowDataException.class, () -> read(part), () -> "of " + part.length);
    }
  }

  @Test
  void refusesAStreamCutWithinAMessage() throws IOException {
    byte[] whole = bytes("pyarrow.arrows");
    int refused = 0;
    for (int length = 0; length < whole.length; length++) {
      byte[] part = Arrays.copyOf(whole, length);
      try {
        read(part);
      } catch (InvalidArrowDataException e) {
        refused++;
      }
    }
    // A stream may end after any message, whether it says so or not: the schema, the dictionary,
    // two batches.
    assertEquals(whole.length - 4, refused);
  }

  @Test
  void saysWhatIsCutShort() throws IOException {
    byte[] whole = bytes("pyarrow.arrow");
    var refusal =
        assertThrows(
            InvalidArrowDataException.class, () -> read(Arrays.copyOf(whole, whole.length - 1)));
    assertEquals(
        "the file has no end, it was cut short: size=" + (whole.length - 1), refusal.getMessage());
  }

  @Test
  void saysThatAStreamIsCutShortInItsSchema() throws IOException {
    byte[] whole = bytes("pyarrow.arrows");
    int schemaEnd =
        StreamLayout.METADATA_OFFSET
            + MemorySegment.ofArray(whole).get(StreamLayout.INT, StreamLayout.METADATA_SIZE_OFFSET);
    Map.of(
            4,
            StreamLayout.METADATA_OFFSET,
            7,
            StreamLayout.METADATA_OFFSET,
            8,
            schemaEnd,
            schemaEnd - 1,
            schemaEnd)
        .forEach(
            (size, needed) ->
                assertEquals(
                    "the stream ends within its schema, it was cut short: size=%d needed=%d"
                        .formatted(size, needed),
                    assertThrows(
                            InvalidArrowDataException.class, () -> read(Arrays.copyOf(whole, size)))
                        .getMessage()));
  }

  @Test
  void saysWhatIsNoArrow() {
    byte[] text = "id,price\n1,2\n".getBytes(StandardCharsets.US_ASCII);
    assertEquals(
        "neither an Arrow IPC file nor a stream: starts=69642c7072696365",
        assertThrows(InvalidArrowDataException.class, () -> read(text)).getMessage());
    assertEquals(
        "neither an Arrow IPC file nor a stream: size=2 starts=6964",
        assertThrows(InvalidArrowDataException.class, () -> read(new byte[] {'i', 'd'}))
            .getMessage());
    assertEquals(
        "neither an Arrow IPC file nor a stream: size=0 starts=",
        assertThrows(InvalidArrowDataException.class, () -> read(new byte[0])).getMessage());
  }

  @Test
  void doesNotWaitForTheEndOfWhatIsNoArrow() {
    for (String line : List.of("\0", "y\n", "yes\n", "\t\t\n\n")) {
      byte[] bytes = line.getBytes(StandardCharsets.US_ASCII);
      InputStream endless =
          new InputStream() {
            private long position;

            @Override
            public int read() {
              assertTrue(position < 1 << 20, "it is read for ever");
              return bytes[(int) (position++ % bytes.length)];
            }

            @Override
            public int read(byte[] into, int offset, int length) {
              for (int i = 0; i < length; i++) {
                into[offset + i] = (byte) read();
              }
              return length;
            }
          };
      assertThrows(InvalidArrowDataException.class, () -> ArrowInput.read(endless));
    }
  }

  @Test
  void readsCompressedBatches() throws IOException {
    try (ArrowInput input = ArrowInput.open(file("pyarrow-lz4.arrow"))) {
      assertContent(input);
    }
  }

  @Test
  void refusesFoldersAndWhatIsNotThere() {
    assertThrows(IOException.class, () -> ArrowInput.open(folder));
    assertThrows(NoSuchFileException.class, () -> ArrowInput.open(folder.resolve("none")));
  }

  @Test
  void survivesAnyBytes() throws IOException {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    byte[] whole = bytes("pyarrow.arrow");
    for (int i = 0; i < 2_000; i++) {
      byte[] changed = whole.clone();
      for (int changes = 1 + random.nextInt(4); changes > 0; changes--) {
        changed[random.nextInt(changed.length)] = (byte) random.nextInt();
      }
      try (ArrowInput input = ArrowInput.read(new ByteArrayInputStream(changed));
          ArrowReader reader = input.reader(allocator)) {
        StoredStream.of(reader);
      } catch (InvalidArrowDataException
          | UnsupportedOperationException
          | IllegalArgumentException e) {
        // Refused: that is all that is asked.
        assertFalse(e.getMessage() == null, () -> "seed=" + seed);
      } catch (RuntimeException e) {
        throw new AssertionError("seed=" + seed, e);
      }
    }
  }

  private void assertContent(ArrowInput input) throws IOException {
    assertEquals(5, input.rowCount());
    assertEquals(2, input.batchCount());
    try (ArrowReader reader = input.reader(allocator)) {
      VectorSchemaRoot root = reader.getVectorSchemaRoot();
      assertEquals(input.schema(), root.getSchema());
      assertTrue(reader.loadNextBatch());
      assertEquals(3, root.getRowCount());
      assertEquals(3, ((BigIntVector) root.getVector("id")).get(2));
      assertNull(root.getVector("price").getObject(1));
      assertEquals("", root.getVector("note").getObject(1).toString());
      assertNull(root.getVector("note").getObject(2));
      assertEquals(false, root.getVector("sold").getObject(1));
      assertTrue(reader.loadNextBatch());
      assertEquals(2, root.getRowCount());
      assertEquals("[\"y\",null]", root.getVector("tags").getObject(0).toString());
      var dictionary =
          Objects.requireNonNull(
              reader.lookup(root.getSchema().findField("city").getDictionary().getId()));
      try (var cities =
          (FieldVector) DictionaryEncoder.decode(root.getVector("city"), dictionary, allocator)) {
        assertEquals("Bern", cities.getObject(0).toString());
        assertEquals("Rome", cities.getObject(1).toString());
      }
      assertFalse(reader.loadNextBatch());
    }
  }

  private static void read(byte[] bytes) throws IOException {
    ArrowInput.read(new ByteArrayInputStream(bytes)).close();
  }

  static byte[] bytes(String name) throws IOException {
    return Files.readAllBytes(file(name));
  }

  static Path file(String name) {
    try {
      return Path.of(Objects.requireNonNull(ArrowInputTest.class.getResource(name)).toURI());
    } catch (java.net.URISyntaxException e) {
      throw new AssertionError(e);
    }
  }
}
