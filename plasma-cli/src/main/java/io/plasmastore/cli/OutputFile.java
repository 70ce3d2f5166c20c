package io.plasmastore.cli;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.FileChannel;
import java.nio.channels.WritableByteChannel;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.ThreadLocalRandom;

/**
 * A file that is there whole or not at all: it is written under another name beside its place and
 * renamed when it is complete. When the command fails or is interrupted, what was there before is
 * still there.
 */
final class OutputFile {
  /** Writes the content. */
  @FunctionalInterface
  interface Content {
    void writeTo(WritableByteChannel out) throws IOException;
  }

  private static final long MAX_WRITE = 1 << 30;

  private OutputFile() {}

  static void write(Path file, Content content) throws IOException {
    requirePlace(file);
    if (Files.exists(file) && !Files.isRegularFile(file)) {
      // A device or a pipe can't be replaced, and nothing stays half-written in it.
      write(file, file, content, StandardOpenOption.WRITE);
      return;
    }
    Path target = target(file);
    Path partial =
        target.resolveSibling(
            ".%s.%08x.partial"
                .formatted(target.getFileName(), ThreadLocalRandom.current().nextInt()));
    // For the way out on which no finally block is met: SIGTERM and SIGINT.
    partial.toFile().deleteOnExit();
    try {
      write(file, partial, content, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
      Files.move(
          partial, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } finally {
      Files.deleteIfExists(partial);
    }
  }

  /**
   * Checks, before the work that is to be written, that there is a place for it.
   *
   * @throws FileSystemException if it is a folder, or lies in none
   */
  static void requirePlace(Path file) throws IOException {
    if (Files.isDirectory(file)) {
      throw new FileSystemException(file.toString(), null, "is a folder");
    }
    target(file);
  }

  private static Path target(Path file) throws IOException {
    Path target = Files.exists(file) ? file.toRealPath() : file.toAbsolutePath();
    if (target.getParent() == null || !Files.isDirectory(target.getParent())) {
      throw new FileSystemException(file.toString(), null, "no such folder");
    }
    return target;
  }

  private static void write(Path file, Path place, Content content, OpenOption... how)
      throws IOException {
    try (FileChannel out = FileChannel.open(place, how)) {
      content.writeTo(out);
    } catch (FileSystemException | ClosedByInterruptException e) {
      throw e;
    } catch (IOException e) {
      // A channel says what it met, but not where.
      FileSystemException failure = new FileSystemException(file.toString(), null, e.getMessage());
      failure.initCause(e);
      throw failure;
    }
  }

  /** Writes bytes as they lie, in as few writes as there can be. */
  static void writeBytes(MemorySegment data, WritableByteChannel out) throws IOException {
    for (long offset = 0; offset < data.byteSize(); offset += MAX_WRITE) {
      ByteBuffer part =
          data.asSlice(offset, Math.min(MAX_WRITE, data.byteSize() - offset)).asByteBuffer();
      while (part.hasRemaining()) {
        out.write(part);
      }
    }
  }
}
