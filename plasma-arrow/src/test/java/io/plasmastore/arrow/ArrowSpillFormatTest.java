package io.plasmastore.arrow;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.plasmastore.ObjectId;
import io.plasmastore.PlasmaClient;
import io.plasmastore.SealedObject;
import io.plasmastore.SpillFormat;
import io.plasmastore.store.PlasmaStore;
import io.plasmastore.store.StoreOptions;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.ServiceLoader;
import java.util.stream.Stream;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.ipc.ArrowReader;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ArrowSpillFormatTest {
  private static final ObjectId ID = ObjectId.named("dataframe");

  @TempDir Path folder;

  private final BufferAllocator allocator = new RootAllocator();

  @AfterEach
  void closesTheAllocator() {
    allocator.close();
  }

  @Test
  void isInstalled() {
    List<SpillFormat> formats =
        ServiceLoader.load(SpillFormat.class).stream().map(ServiceLoader.Provider::get).toList();
    assertEquals(
        List.of(ArrowMetadata.MEDIA_TYPE), formats.stream().map(SpillFormat::contentType).toList());
  }

  @Test
  void makesAFileOfWhatOthersProduced() throws IOException {
    for (String name : List.of("pyarrow.arrows", "pyarrow-before-0.15.arrows")) {
      StoredStream stored = StoredStream.of(ArrowInputTest.bytes(name));
      try (ArrowInput input = ArrowInput.read(new ByteArrayInputStream(file(stored.data())));
          ArrowReader reader = input.reader(allocator);
          ArrowObject object = stored.open(allocator)) {
        for (int i = 0; i < 2; i++) {
          assertTrue(reader.loadNextBatch());
          try (VectorSchemaRoot batch = object.batch(i)) {
            assertTrue(batch.equals(reader.getVectorSchemaRoot()));
          }
        }
        assertFalse(reader.loadNextBatch());
      }
    }
  }

  @Test
  void refusesWhatIsNoStream() {
    MemorySegment noise = MemorySegment.ofArray(new byte[] {1, 2, 3, 4, 5, 6, 7, 8, 9});
    assertThrows(InvalidArrowDataException.class, () -> new ArrowSpillFormat().frame(noise));
  }

  @Test
  void dataframesComeBackFromTheirFiles() throws Exception {
    Path disk = folder.resolve("disk");
    StoreOptions options = StoreOptions.of(folder.resolve("socket"), 4 << 20).withSpill(disk, 0);
    ObjectId noise = ObjectId.named("noise");
    byte[] bytes = "this is no stream".getBytes(StandardCharsets.UTF_8);
    try (VectorSchemaRoot root =
        new Dataframes(allocator, 1, 0.2).root(Dataframes.everything(), 1000)) {
      try (PlasmaStore store = PlasmaStore.launch(options);
          PlasmaClient client = PlasmaClient.connect(store.options().socket())) {
        ArrowClient dataframes = ArrowClient.over(client, allocator);
        dataframes.put(ID, root);
        client.createAndSeal(
            noise, MemorySegment.ofArray(bytes), new ArrowMetadata(1, 1).toBytes());
        assertTrue(client.evict(Long.MAX_VALUE) > 0);
        assertEquals(
            Stream.of(
                    ID.toHex() + ".arrow",
                    ID.toHex() + ".record",
                    noise.toHex() + ".bin",
                    noise.toHex() + ".record")
                .sorted()
                .toList(),
            files(disk));
        try (VectorSchemaRoot got = dataframes.get(ID);
            SealedObject object = client.get(noise)) {
          assertTrue(root.equals(got));
          assertArrayEquals(bytes, object.data().toArray(ValueLayout.JAVA_BYTE));
        }
      }
      // While the store is down, and by the next store.
      try (ArrowInput input = ArrowInput.open(disk.resolve(ID.toHex() + ".arrow"));
          ArrowReader reader = input.reader(allocator)) {
        assertTrue(reader.loadNextBatch());
        assertTrue(root.equals(reader.getVectorSchemaRoot()));
      }
      try (PlasmaStore store = PlasmaStore.launch(options);
          PlasmaClient client = PlasmaClient.connect(store.options().socket());
          VectorSchemaRoot got = ArrowClient.over(client, allocator).get(ID)) {
        assertTrue(root.equals(got));
      }
    }
  }

  /** The file that a store would write. */
  static byte[] file(MemorySegment data) {
    SpillFormat.Frame frame = new ArrowSpillFormat().frame(data).orElseThrow();
    return ByteBuffer.allocate(
            frame.before().remaining() + (int) data.byteSize() + frame.after().remaining())
        .put(frame.before())
        .put(data.asByteBuffer())
        .put(frame.after())
        .array();
  }

  private static List<String> files(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files
          .map(file -> file.getFileName().toString())
          .filter(name -> !name.equals("lock"))
          .sorted()
          .toList();
    }
  }
}
