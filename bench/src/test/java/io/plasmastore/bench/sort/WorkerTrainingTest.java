package io.plasmastore.bench.sort;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import org.junit.jupiter.api.Test;

class WorkerTrainingTest {
  @Test
  void sortsEachKindOfRowsOnce() throws Exception {
    assertEquals(List.of(4_000L, 4_000L, 1_000L, 1_000L), WorkerTraining.train(0.001));
  }
}
