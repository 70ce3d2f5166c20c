package io.plasmastore.cli;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStreamWriter;
import java.io.PrintWriter;
import java.nio.channels.WritableByteChannel;

/**
 * Where a command reads from and writes to.
 *
 * @param in standard input
 * @param text standard output for what a person or a script reads
 * @param bytes standard output for the bytes of an object; a command uses one of the two
 * @param err standard error
 */
record Console(InputStream in, PrintWriter text, WritableByteChannel bytes, PrintWriter err) {
  /** The process's own streams. */
  static Console ofProcess() {
    FileOutputStream out = new FileOutputStream(FileDescriptor.out);
    return new Console(
        System.in,
        new TextOutput(out, System.out.charset()),
        out.getChannel(),
        new PrintWriter(new OutputStreamWriter(System.err, System.err.charset()), true));
  }

  /** Whether these are the process's own streams. */
  boolean isProcess() {
    return in == System.in;
  }

  /** Whether a person looks at it, and types. */
  @SuppressWarnings("SystemConsoleNull") // null again from JDK 25 on, where there is no terminal
  boolean isTerminal() {
    return isProcess() && System.console() != null && System.console().isTerminal();
  }

  /**
   * Writes what is left of the text.
   *
   * @throws IOException as {@link TextOutput#finish}
   */
  void finish() throws IOException {
    if (text instanceof TextOutput output) {
      output.finish();
    } else {
      text.flush();
    }
  }

  /** Writes a line and flushes, so that a script that waits for it sees it. */
  void line(String line) {
    text.println(line);
    text.flush();
  }
}
