package io.plasmastore.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OutputFileTest {
  @TempDir private Path folder;

  @Test
  void showsNothingOfAFileThatIsNotComplete() throws IOException {
    Path file = folder.resolve("file");
    OutputFile.write(
        file,
        out -> {
          out.write(bytes("half"));
          assertEquals(false, Files.exists(file));
          out.write(bytes(" and half"));
        });
    assertEquals("half and half", Files.readString(file));
    assertEquals(List.of("file"), files());
  }

  @Test
  void leavesWhatWasThereWhenItFails() throws IOException {
    Path file = Files.writeString(folder.resolve("file"), "before");
    var failure =
        assertThrows(
            FileSystemException.class,
            () ->
                OutputFile.write(
                    file,
                    out -> {
                      out.write(bytes("half"));
                      throw new IOException("no more");
                    }));
    assertEquals("no more", failure.getReason());
    assertEquals(file.toString(), failure.getFile());
    assertEquals("before", Files.readString(file));
    assertEquals(List.of("file"), files());
  }

  @Test
  void writesBytesAsTheyLie() throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    byte[] data = {1, 2, 3, 4, 5};
    OutputFile.writeBytes(MemorySegment.ofArray(data), Channels.newChannel(out));
    assertArrayEquals(data, out.toByteArray());
  }

  private static ByteBuffer bytes(String text) {
    return ByteBuffer.wrap(text.getBytes(StandardCharsets.US_ASCII));
  }

  private List<String> files() throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.map(file -> file.getFileName().toString()).toList();
    }
  }
}
