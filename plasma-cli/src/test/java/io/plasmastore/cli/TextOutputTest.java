package io.plasmastore.cli;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class TextOutputTest {
  @Test
  void writesEverything() throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    TextOutput text = new TextOutput(out, StandardCharsets.UTF_8);
    text.print("… 3 rows more");
    text.finish();
    assertEquals("… 3 rows more", out.toString(StandardCharsets.UTF_8));
  }

  @Test
  void saysWhyItCouldNotBeWritten() {
    TextOutput text = failing("No space left on device");
    text.println("a line");
    IOException failure = assertThrows(IOException.class, text::finish);
    assertEquals(
        "can't write to standard output: reason=No space left on device", failure.getMessage());
  }

  @Test
  void takesItThatNobodyReadsAnyMore() {
    TextOutput text = failing("Broken pipe");
    text.println("a line");
    assertTrue(text.checkError());
    assertDoesNotThrow(text::finish);
  }

  private static TextOutput failing(String reason) {
    return new TextOutput(
        new OutputStream() {
          @Override
          public void write(int b) throws IOException {
            throw new IOException(reason);
          }
        },
        StandardCharsets.UTF_8);
  }
}
