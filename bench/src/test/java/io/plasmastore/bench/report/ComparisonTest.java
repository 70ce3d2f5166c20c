package io.plasmastore.bench.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.plasmastore.bench.report.Comparison.Change;
import io.plasmastore.bench.scenario.Settings;
import java.util.List;
import org.junit.jupiter.api.Test;

class ComparisonTest {
  private static final Row BEFORE = Samples.row("get", 100, 90, 110);

  @Test
  void takesWhatLiesWithinEitherRunsSpreadForNoise() {
    assertEquals(Change.SAME, change(150, 109, 160));
    assertEquals(Change.SAME, change(50, 40, 91));
  }

  @Test
  void takesLessThanATenthForNoise() {
    assertEquals(Change.SAME, Comparison.change(steady(100), steady(109)));
    assertEquals(Change.SAME, Comparison.change(steady(100), steady(91)));
    assertEquals(Change.MORE, Comparison.change(steady(100), steady(111)));
    assertEquals(Change.LESS, Comparison.change(steady(100), steady(89)));
  }

  @Test
  void findsWhatChangedBeyondThat() {
    assertEquals(Change.MORE, change(130, 111, 140));
    assertEquals(Change.LESS, change(80, 70, 89));
  }

  @Test
  void saysWhatChanged() {
    String text =
        new Comparison(
                Samples.report(BEFORE, Samples.row("only before", 1, 1, 1)),
                Samples.report(
                    Samples.row("get", 50, 49, 51),
                    Samples.row("only now", 1, 1, 1),
                    Samples.row("put", 5, 5, 5)))
            .text();
    assertTrue(text.contains("get-hot (one core)"), text);
    assertTrue(text.contains("get   100 ns  50 ns   -50 %  FASTER"), text);
    assertFalse(text.contains("only"), text);
    assertTrue(text.endsWith("1 lines compared: 1 lower, 0 higher beyond noise.\n"), text);
    assertFalse(text.contains("NOT ALIKE"), text);
  }

  @Test
  void saysWhatMakesTheRunsHardToCompare() {
    Report before = Samples.report(BEFORE);
    Report now = new Report(Samples.MACHINE, Settings.quick(), before.sections());
    String text = new Comparison(before, now).text();
    assertTrue(text.contains("NOT ALIKE: settings: "), text);
    assertTrue(
        text.contains("before: commit abc of 2026-01-01T00:00:00Z, load 0.1; now: commit abc"),
        text);
  }

  @Test
  void callsSharesMoreOrLess() {
    String text =
        new Comparison(
                Samples.report(Samples.row("in use", 50, 50, 50).in(Unit.PERCENT)),
                Samples.report(Samples.row("in use", 90, 90, 90).in(Unit.PERCENT)))
            .text();
    assertTrue(text.contains("+80 %  MORE"), text);
    assertEquals(List.of(), text.lines().filter(line -> line.contains("SLOWER")).toList());
  }

  private static Change change(double p50, double low, double high) {
    return Comparison.change(
        BEFORE.measurement(), Samples.row("get", p50, low, high).measurement());
  }

  private static io.plasmastore.bench.measure.Measurement steady(double p50) {
    return Samples.row("get", p50, p50, p50).measurement();
  }
}
