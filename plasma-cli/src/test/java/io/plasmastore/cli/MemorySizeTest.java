package io.plasmastore.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine.TypeConversionException;

class MemorySizeTest {
  private final MemorySize converter = new MemorySize();

  @ParameterizedTest
  @CsvSource({
    "4g, 4294967296",
    "512m, 536870912",
    "64k, 65536",
    "1t, 1099511627776",
    "100, 100",
    "0, 0",
    "4G, 4294967296",
    "4gb, 4294967296",
    "4GiB, 4294967296",
    "100b, 100"
  })
  void readsUnitsAndBytes(String text, long bytes) {
    assertEquals(bytes, converter.convert(text));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "g", "4x", "-1", "1.5g", "4 g", "4gg", "1e9", "9999999999999999999"})
  void refusesEverythingElse(String text) {
    var refusal = assertThrows(TypeConversionException.class, () -> converter.convert(text));
    assertEquals("a size is like 4g, 512m, 64k or bytes: text=" + text, refusal.getMessage());
  }

  @Test
  void refusesWhatNoMachineHas() {
    var refusal =
        assertThrows(TypeConversionException.class, () -> converter.convert("9999999999t"));
    assertEquals("size too large: text=9999999999t", refusal.getMessage());
  }
}
