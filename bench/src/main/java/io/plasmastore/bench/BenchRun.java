package io.plasmastore.bench;

import io.plasmastore.bench.measure.Measurement;
import io.plasmastore.bench.process.ChildProcess;
import io.plasmastore.bench.process.Placement;
import io.plasmastore.bench.process.Stage;
import io.plasmastore.bench.report.Machine;
import io.plasmastore.bench.report.Report;
import io.plasmastore.bench.report.Section;
import io.plasmastore.bench.scenario.Scenario;
import io.plasmastore.bench.scenario.ScenarioProcess;
import io.plasmastore.bench.scenario.Settings;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Measures scenarios, one after the other, each placement with processes of its own. */
final class BenchRun {
  private final Settings settings;
  private final List<Scenario> scenarios;

  BenchRun(Settings settings, List<Scenario> scenarios) {
    this.settings = settings;
    this.scenarios = scenarios;
  }

  /** Measures, with a word on standard error about how far it is. */
  Report run() throws IOException, InterruptedException {
    Machine machine = Machine.current(ChildProcess.flags());
    List<Section> sections = new ArrayList<>();
    long start = System.nanoTime();
    for (int i = 0; i < scenarios.size(); i++) {
      Scenario scenario = scenarios.get(i);
      for (Placement placement : placements(scenario)) {
        boolean possible = placement.isPossible();
        System.err.printf(
            "plasma bench: %d of %d, after %s: %s (%s)%s%n",
            i + 1,
            scenarios.size(),
            minutes(System.nanoTime() - start),
            scenario.name(),
            placement.label(),
            possible ? "" : " skipped, since taskset is not on the PATH");
        if (possible) {
          sections.add(section(scenario, placement));
        }
      }
    }
    System.err.printf("plasma bench: done after %s%n", minutes(System.nanoTime() - start));
    return new Report(machine, settings, sections);
  }

  private List<Placement> placements(Scenario scenario) {
    List<Placement> placements = scenario.placements();
    return settings.eachPlacement()
        ? placements
        : placements.stream().filter(Placement::isPossible).limit(1).toList();
  }

  private static String minutes(long nanos) {
    Duration elapsed = Duration.ofNanos(nanos);
    return "%d:%02d".formatted(elapsed.toMinutes(), elapsed.toSecondsPart());
  }

  private Section section(Scenario scenario, Placement placement)
      throws IOException, InterruptedException {
    try (Stage stage = Stage.open(scenario.capacity(settings), placement)) {
      List<Measurement> measurements = ScenarioProcess.run(scenario, settings, stage);
      return new Section(
          scenario.name(),
          scenario.title(settings),
          placement.label(),
          scenario.rows(settings, measurements),
          scenario.curves(settings, measurements),
          scenario.notes(measurements));
    }
  }
}
