package io.plasmastore;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ClientOptionsTest {
  private final ClientOptions options = ClientOptions.of(Path.of("socket"));

  @ParameterizedTest
  @ValueSource(strings = {"PT0S", "PT0.05S", "PT24H"})
  void takesAPatience(Duration patience) {
    assertEquals(patience, options.withPatience(patience).patience());
  }

  @ParameterizedTest
  @ValueSource(strings = {"PT-0.000000001S", "PT24H0.000000001S"})
  void refusesAPatienceOutOfRange(Duration patience) {
    assertEquals(
        "patience out of range: patience=" + patience + " min=PT0S max=PT24H",
        assertThrows(IllegalArgumentException.class, () -> options.withPatience(patience))
            .getMessage());
  }

  @Test
  void keepsWhatItIsNotToldToChange() {
    ClientOptions changed =
        options.withPatience(Duration.ofSeconds(3)).withName("name").withReadOnly(true);
    assertEquals(
        new ClientOptions(Path.of("socket"), "name", true, Duration.ofSeconds(3)), changed);
  }
}
