package io.plasmastore.bench.sort;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class EffortTest {
  @Test
  void timesSoManyRoundsAfterTheFirst() throws Exception {
    List<Boolean> rounds = new ArrayList<>();
    List<Double> seconds =
        new Effort(3, 1e9)
            .time(
                first -> {
                  rounds.add(first);
                  return rounds.size();
                });
    assertEquals(List.of(true, false, false, false), rounds);
    assertEquals(List.of(2.0, 3.0, 4.0), seconds);
  }

  @Test
  void countsAFirstRoundThatIsNoWarmUp() throws Exception {
    assertEquals(List.of(38.0), new Effort(5, 0).time(first -> 38));
    assertEquals(List.of(38.0, 38.0), new Effort(2, 1e9).time(first -> 38));
  }

  @Test
  void timesOneRoundHoweverLittleTimeThereIs() throws Exception {
    assertEquals(List.of(1.0), new Effort(5, 0).time(first -> 1));
  }
}
