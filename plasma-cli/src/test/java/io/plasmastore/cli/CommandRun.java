package io.plasmastore.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.channels.Channels;
import java.util.List;

/**
 * One command, run in this process, and what came of it.
 *
 * @param code its exit code
 * @param out what it wrote to standard output as text
 * @param binary what it wrote there as bytes
 * @param err what it wrote to standard error
 */
record CommandRun(int code, String out, ByteArrayOutputStream binary, String err) {
  static CommandRun of(String... args) {
    return withInput(new byte[0], args);
  }

  static CommandRun withInput(byte[] input, String... args) {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    Console console =
        new Console(
            new ByteArrayInputStream(input),
            new PrintWriter(out),
            Channels.newChannel(bytes),
            new PrintWriter(err));
    int code = PlasmaCommand.commandLine(console).execute(args);
    return new CommandRun(code, out.toString(), bytes, err.toString());
  }

  /** Asserts that it did what was asked, without a word on standard error. */
  CommandRun done() {
    assertEquals("", err);
    assertEquals(0, code);
    return this;
  }

  /** Asserts that it did what was asked; how it got on may stand on standard error. */
  CommandRun doneAloud() {
    assertEquals(0, code, err);
    return this;
  }

  /** Asserts that it failed with one line, and gives what stands behind {@code plasma: }. */
  String failure() {
    assertEquals(1, code, () -> out + err);
    assertEquals(1, err.lines().count(), err);
    return lastError();
  }

  /** The same where lines of how it got on stand before it. */
  String failureAloud() {
    assertEquals(1, code, () -> out + err);
    return lastError();
  }

  private String lastError() {
    String line = err.lines().reduce("", (before, last) -> last);
    String start = "plasma: ";
    assertEquals(start, line.substring(0, Math.min(line.length(), start.length())), err);
    return line.substring(start.length());
  }

  /** Asserts that it was misused, and gives the line that says how. */
  String misuse() {
    assertEquals(2, code, () -> out + err);
    assertEquals("", out);
    return err.lines().findFirst().orElse("");
  }

  byte[] bytes() {
    return binary.toByteArray();
  }

  List<String> lines() {
    return out.lines().toList();
  }
}
