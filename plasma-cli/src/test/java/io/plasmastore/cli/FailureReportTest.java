package io.plasmastore.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.plasmastore.ErrorCode;
import io.plasmastore.ObjectId;
import io.plasmastore.PlasmaException;
import io.plasmastore.arrow.InvalidArrowDataException;
import java.io.EOFException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.util.List;
import org.junit.jupiter.api.Test;

class FailureReportTest {
  @Test
  void tellsTheFactsOfWhatIsKnown() {
    assertLine("full: wanted=2 free=1", new CommandFailure("full: wanted=2 free=1"));
    assertLine("gone", new PlasmaException(ErrorCode.STORE_GONE, "gone"));
    assertLine("no schema", new InvalidArrowDataException("no schema"));
    assertLine("no unions", new UnsupportedOperationException("no unions"));
    assertLine("no such file: file=/x", new NoSuchFileException("/x"));
    assertLine("access denied: file=/x", new AccessDeniedException("/x"));
    assertLine("is a folder: file=/x", new FileSystemException("/x", null, "is a folder"));
    assertLine("FileSystemException: file=/x", new FileSystemException("/x"));
    assertLine("no space", new IOException("no space"));
    assertLine("no space", new UncheckedIOException(new IOException("no space")));
    assertLine("interrupted", new InterruptedException());
    assertLine("interrupted", new ClosedByInterruptException());
    assertLine("not enough memory for this JVM: reason=heap", new OutOfMemoryError("heap"));
  }

  @Test
  void saysHowToLearnMoreOfWhatIsNot() {
    assertLine(
        "unexpected failure: reason=java.lang.IllegalStateException: odd; set PLASMA_DEBUG=1 to see"
            + " where it comes from",
        new IllegalStateException("odd"));
    assertLine(
        "unexpected failure: reason=java.io.EOFException; set PLASMA_DEBUG=1 to see where it comes"
            + " from",
        new EOFException());
  }

  @Test
  void staysOnOneLine() {
    assertLine("one two three", new IOException("one\n  two\r\nthree\n"));
  }

  @Test
  void namesWhatWasNamed() {
    String a = "id=" + ObjectId.named("a");
    String b = "id=" + ObjectId.named("b");
    assertEquals(
        "no such object: " + a + " name=a; no such object: " + b,
        FailureReport.withNames(
            "no such object: " + a + "; no such object: " + b, List.of("rm", "name:a", "x")));
    for (List<String> args : List.of(List.of("--name", "a"), List.of("--name=a"))) {
      assertEquals(
          "object exists: " + a + " name=a", FailureReport.withNames("object exists: " + a, args));
    }
    assertEquals(a, FailureReport.withNames(a, List.of("--name", "", "--name")));
  }

  private static void assertLine(String line, Throwable failure) {
    assertEquals(line, FailureReport.line(failure));
  }
}
