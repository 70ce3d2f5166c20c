package io.plasmastore.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.Test;
import picocli.CommandLine.TypeConversionException;

class RowCountTest {
  private final RowCount count = new RowCount();

  @Test
  void countsInThousands() {
    assertEquals(0, count.convert("0"));
    assertEquals(12_345, count.convert("12345"));
    assertEquals(10_000, count.convert("10k"));
    assertEquals(250_000_000, count.convert("250M"));
    assertEquals(1_000_000_000, count.convert("1b"));
    assertEquals(1_000_000, count.convert("1_000_000"));
  }

  @Test
  void refusesOtherText() {
    for (String text : new String[] {"", "b", "1g", "-1", "1.5m", "99999999999999b"}) {
      assertThrows(TypeConversionException.class, () -> count.convert(text), text);
    }
  }
}
