package io.plasmastore.bench;

import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.plasmastore.bench.report.Report;
import io.plasmastore.bench.report.Row;
import io.plasmastore.bench.report.Section;
import io.plasmastore.bench.scenario.Scenario;
import io.plasmastore.bench.scenario.Settings;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.DoublePredicate;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.function.Executable;

/**
 * Notices a lost order of magnitude, on any machine: ratios of what was measured in the same
 * seconds, against bounds that are several times wider than what is usual. Not a part of the build:
 * {@code mvn -Pbench-guard -pl bench -am verify}.
 */
class BenchGuardTest {
  /**
   * @param scenario a measurement, at each of its placements
   * @param row how the row begins
   * @param atLeast whether the bound is a lower one
   * @param limit of the row's ratio
   */
  private record Bound(String scenario, String row, boolean atLeast, double limit) {
    static Bound atLeast(String scenario, String row, double limit) {
      return new Bound(scenario, row, true, limit);
    }

    static Bound atMost(String scenario, String row, double limit) {
      return new Bound(scenario, row, false, limit);
    }

    void check(Section section) {
      Row found =
          section.rows().stream()
              .filter(any -> any.what().startsWith(row))
              .findFirst()
              .orElseThrow();
      double ratio = Objects.requireNonNull(found.ratio(), found.what());
      DoublePredicate holds = atLeast ? value -> value >= limit : value -> value <= limit;
      assertTrue(holds.test(ratio), () -> this + " seen=" + found + " " + section.placement());
    }
  }

  /** Other work comes and goes, and what is lost is lost in each of them. */
  private static final int ATTEMPTS = 6;

  // Usual on two cores: 350 to 1,500; 40; 0.85; 1.1; 0.9 to 1.4. With other work on both of them
  // the
  // last was seen at 3.9 to 7.9, as each of its two processes waits to get back on a core.
  private static final List<Bound> BOUNDS =
      List.of(
          Bound.atLeast("get-hot", "empty round trip", 80),
          Bound.atLeast("dataframe-get", "empty round trip", 4),
          Bound.atLeast("put", "put", 0.3),
          Bound.atMost("create-and-seal", "createAndSeal", 4),
          Bound.atMost("seal-to-get", "seal", 6));

  @Test
  @Tag("bench-guard")
  @Timeout(900)
  void noOrderOfMagnitudeIsLost() throws Exception {
    List<Executable> checks = new ArrayList<>();
    for (Scenario scenario : Scenario.all()) {
      List<Bound> bounds =
          BOUNDS.stream().filter(b -> b.scenario().equals(scenario.name())).toList();
      if (!bounds.isEmpty()) {
        checks.add(() -> check(scenario, bounds));
      }
    }
    assertAll(checks);
  }

  /** What is lost is lost each time; what other work on the machine makes of a ratio is not. */
  private static void check(Scenario scenario, List<Bound> bounds) throws Exception {
    for (int attempt = 1; ; attempt++) {
      Report report = new BenchRun(Settings.quick(), List.of(scenario)).run();
      System.out.print(report.text());
      try {
        bounds.forEach(bound -> report.sections().forEach(bound::check));
        return;
      } catch (AssertionError e) {
        if (attempt == ATTEMPTS) {
          throw e;
        }
      }
    }
  }
}
