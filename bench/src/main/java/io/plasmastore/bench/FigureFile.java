package io.plasmastore.bench;

import com.fasterxml.jackson.core.JacksonException;
import io.plasmastore.bench.report.Report;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;

/** The figures of an earlier run, as a command line names them. */
final class FigureFile {
  private FigureFile() {}

  /** How a file of some kind is read. */
  @FunctionalInterface
  interface Reader<T> {
    /** Reads it. */
    T read(Path file) throws IOException;
  }

  /**
   * Reads what {@code --json} wrote.
   *
   * @throws IOException saying which file, if it can't be read or has something else
   */
  static Report read(Path file) throws IOException {
    return read(file, Report::readJson);
  }

  /**
   * Checks, before a run, that its figures can be written there.
   *
   * @throws IOException naming the file, if it is a folder, or lies in none
   */
  static void requirePlace(Path file) throws IOException {
    Path folder = file.toAbsolutePath().getParent();
    if (folder == null || !Files.isDirectory(folder)) {
      throw new FileSystemException(file.toString(), null, "no such folder");
    }
    if (Files.isDirectory(file)) {
      throw new FileSystemException(file.toString(), null, "is a folder");
    }
  }

  /**
   * Reads what another command wrote.
   *
   * @throws IOException saying which file, if it can't be read or has something else
   */
  static <T> T read(Path file, Reader<T> reader) throws IOException {
    try {
      return reader.read(file);
    } catch (JacksonException e) {
      throw new IOException(
          "not the figures of a run: file=" + file + " problem=" + e.getOriginalMessage(), e);
    }
  }
}
