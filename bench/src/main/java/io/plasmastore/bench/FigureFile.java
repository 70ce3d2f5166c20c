package io.plasmastore.bench;

import com.fasterxml.jackson.core.JacksonException;
import io.plasmastore.bench.report.Report;
import java.io.IOException;
import java.nio.file.Path;

/** The figures of an earlier run, as a command line names them. */
final class FigureFile {
  private FigureFile() {}

  /**
   * Reads them.
   *
   * @throws IOException saying which file, if it can't be read or has something else
   */
  static Report read(Path file) throws IOException {
    try {
      return Report.readJson(file);
    } catch (JacksonException e) {
      throw new IOException(
          "not the figures of a run: file=" + file + " problem=" + e.getOriginalMessage(), e);
    }
  }
}
