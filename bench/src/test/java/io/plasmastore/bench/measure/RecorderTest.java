package io.plasmastore.bench.measure;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class RecorderTest {
  @Test
  void countsNanosecondsOfOneOperation() {
    Recorder recorder = new Recorder(Probe.of("p", 1_000, 1, () -> {}));
    for (int i = 1; i <= 100; i++) {
      recorder.record(i * 1_000L);
    }
    Measurement measurement = recorder.measurement();
    assertEquals(50, measurement.p50(), 0.1);
    assertEquals(99, measurement.p99(), 0.1);
    assertEquals(1, measurement.min(), 0.01);
    assertEquals(100, measurement.samples());
    assertEquals(1_000, measurement.operationsPerSample());
  }

  @Test
  void keepsFractionsOfANanosecond() {
    Recorder recorder = new Recorder(Probe.of("p", 1_000, 1, () -> {}));
    recorder.record(2_500);
    assertEquals(2.5, recorder.measurement().p50(), 0.01);
  }

  @Test
  void forgetsWhatCameBeforeAReset() {
    Recorder recorder = new Recorder(Probe.of("p", 1, 1, () -> {}));
    recorder.record(1_000_000);
    recorder.reset();
    recorder.record(10);
    assertEquals(10, recorder.measurement().p99(), 0.1);
    assertEquals(1, recorder.measurement().samples());
  }

  @Test
  void countsWhatASampleAllocates() throws Exception {
    byte[][] kept = new byte[1][];
    Recorder recorder = new Recorder(Probe.of("p", 2, 3, () -> kept[0] = new byte[100_000]));
    recorder.round();
    double bytes = recorder.measurement().bytesPerOperation();
    assertTrue(bytes >= 50_000 && bytes < 60_000, "bytes=" + bytes);
  }

  @Test
  void letsTheProbeMakeReadyBeforeEachRoundAndPutThingsBackAfterIt() throws Exception {
    List<String> calls = new ArrayList<>();
    Recorder recorder =
        new Recorder(
            new Probe() {
              @Override
              public String name() {
                return "p";
              }

              @Override
              public int operations() {
                return 1;
              }

              @Override
              public int samplesPerRound() {
                return 2;
              }

              @Override
              public void beforeRound() {
                calls.add("ready");
              }

              @Override
              public void sample() {
                calls.add("sample");
              }

              @Override
              public void afterRound() {
                calls.add("back");
              }
            });
    recorder.round();
    recorder.round();
    assertEquals(
        List.of("ready", "sample", "sample", "back", "ready", "sample", "sample", "back"), calls);
  }
}
