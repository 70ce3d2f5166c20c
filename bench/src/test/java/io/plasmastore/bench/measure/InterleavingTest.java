package io.plasmastore.bench.measure;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class InterleavingTest {
  @Test
  void givesEachProbeItsTurn() throws Exception {
    List<String> turns = new ArrayList<>();
    List<Measurement> measurements =
        Interleaving.measure(
            List.of(
                Probe.of("a", 1, 2, () -> turns.add("a")),
                Probe.of("b", 1, 1, () -> turns.add("b"))),
            Duration.ZERO,
            Duration.ZERO);
    assertEquals(List.of("a", "a", "b", "a", "a", "b"), turns.subList(0, 6));
    assertEquals(List.of("a", "b"), measurements.stream().map(Measurement::name).toList());
  }

  @Test
  void countsNothingOfTheWarmup() throws Exception {
    List<String> turns = new ArrayList<>();
    Measurement measurement =
        Interleaving.measure(
                List.of(Probe.of("a", 1, 1, () -> turns.add("a"))), Duration.ZERO, Duration.ZERO)
            .getFirst();
    // Warm-up and measurement have the same least number of rounds.
    assertEquals(turns.size(), 2 * measurement.samples());
  }

  @Test
  void namesWhatWasMeasuredWhenAskedForSomethingElse() {
    Measurement measurement = new Measurement("a", 1, 1, 1, 1, 1, 0);
    IllegalArgumentException e =
        assertThrows(
            IllegalArgumentException.class, () -> Measurement.named(List.of(measurement), "b"));
    assertEquals("not measured: name=b measured=[a]", e.getMessage());
  }
}
