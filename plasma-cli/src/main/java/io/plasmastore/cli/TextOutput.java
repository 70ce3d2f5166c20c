package io.plasmastore.cli;

import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.OutputStreamWriter;
import java.io.PrintWriter;
import java.nio.charset.Charset;
import org.jspecify.annotations.Nullable;

/** Text to standard output, which remembers what it met when it could not be written. */
final class TextOutput extends PrintWriter {
  private static final String NOBODY_READS = "Broken pipe";

  private final Remembering remembering;

  TextOutput(OutputStream out, Charset charset) {
    this(new Remembering(out), charset);
  }

  private TextOutput(Remembering remembering, Charset charset) {
    super(new OutputStreamWriter(remembering, charset));
    this.remembering = remembering;
  }

  /**
   * Writes what is left.
   *
   * @throws IOException if not all came through. A pipe that nobody reads any more has had enough,
   *     which is no failure.
   */
  void finish() throws IOException {
    flush();
    @Nullable IOException failure = remembering.failure;
    if (failure != null && !NOBODY_READS.equals(failure.getMessage())) {
      throw new IOException(
          "can't write to standard output: reason=" + failure.getMessage(), failure);
    }
  }

  /** A {@link PrintWriter} tells whether something failed, but not what. */
  private static final class Remembering extends FilterOutputStream {
    private @Nullable IOException failure;

    private Remembering(OutputStream out) {
      super(out);
    }

    @Override
    public void write(int b) throws IOException {
      write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
      try {
        out.write(bytes, offset, length);
      } catch (IOException e) {
        if (failure == null) {
          failure = e;
        }
        throw e;
      }
    }
  }
}
