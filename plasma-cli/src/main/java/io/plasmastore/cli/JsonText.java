package io.plasmastore.cli;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.util.DefaultIndenter;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;
import com.fasterxml.jackson.core.util.Separators;
import java.io.IOException;
import java.io.PrintWriter;

/** JSON as this command line writes it: as it comes, with a line break at the end. */
final class JsonText {
  /** Writes one value. */
  @FunctionalInterface
  interface Content {
    void writeTo(JsonGenerator json) throws IOException;
  }

  private static final Separators SEPARATORS =
      Separators.createDefaultInstance().withObjectFieldValueSpacing(Separators.Spacing.AFTER);

  private JsonText() {}

  /** An object with each field on a line of its own. */
  static void object(PrintWriter out, Content content) throws IOException {
    write(out, new DefaultPrettyPrinter(SEPARATORS), content);
  }

  /** An object of numbers: names and numbers by turns. */
  static void numbers(PrintWriter out, Object... fields) throws IOException {
    object(
        out,
        json -> {
          json.writeStartObject();
          for (int i = 0; i < fields.length; i += 2) {
            json.writeNumberField((String) fields[i], (Long) fields[i + 1]);
          }
          json.writeEndObject();
        });
  }

  /** An array with each element on a line of its own, for {@code grep} and its kin. */
  static void array(PrintWriter out, Content content) throws IOException {
    DefaultPrettyPrinter form = new DefaultPrettyPrinter(SEPARATORS);
    form.indentArraysWith(DefaultIndenter.SYSTEM_LINEFEED_INSTANCE);
    form.indentObjectsWith(new DefaultPrettyPrinter.FixedSpaceIndenter());
    write(out, form, content);
  }

  private static void write(PrintWriter out, DefaultPrettyPrinter form, Content content)
      throws IOException {
    try (JsonGenerator json = new JsonFactory().createGenerator(out)) {
      json.disable(JsonGenerator.Feature.AUTO_CLOSE_TARGET);
      json.setPrettyPrinter(form);
      content.writeTo(json);
    }
    out.println();
    out.flush();
  }
}
