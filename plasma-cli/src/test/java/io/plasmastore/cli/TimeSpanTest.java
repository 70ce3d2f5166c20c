package io.plasmastore.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.plasmastore.PlasmaClient;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine.TypeConversionException;

class TimeSpanTest {
  @Test
  void readsWhatPeopleWrite() {
    assertEquals(Duration.ofSeconds(10), convert("10s"));
    assertEquals(Duration.ofMillis(500), convert("500MS"));
    assertEquals(Duration.ofMinutes(2), convert("2m"));
    assertEquals(Duration.ofHours(1), convert("1h"));
    assertEquals(Duration.ZERO, convert("0"));
    assertEquals(PlasmaClient.FOREVER, convert("forever"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "10", "-1s", "1d", "s", "1.5s", "10 s", "99999999999s"})
  void refusesWhatIsNoTime(String text) {
    String message = assertThrows(TypeConversionException.class, () -> convert(text)).getMessage();
    assertEquals("a time is like 10s, 500ms, 2m, 1h, 0 or forever: text=" + text, message);
  }

  private static Duration convert(String text) {
    return new TimeSpan().convert(text);
  }
}
