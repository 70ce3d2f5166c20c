package io.plasmastore.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.plasmastore.bench.process.Placement;
import io.plasmastore.bench.process.Stage;
import io.plasmastore.bench.report.Report;
import io.plasmastore.bench.scenario.Scenario;
import io.plasmastore.bench.scenario.ScenarioTest;
import io.plasmastore.bench.scenario.Settings;
import io.plasmastore.store.StoreOptions;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import picocli.CommandLine;

/** The run that the command makes, with next to no data and no time. */
class BenchRunTest {
  @Test
  @Timeout(240)
  void measuresEachPlacementInProcessesOfItsOwn() throws Exception {
    List<Scenario> scenarios =
        Scenario.all().stream()
            .filter(any -> ScenarioTest.IN_PROCESSES_OF_THEIR_OWN.contains(any.name()))
            .toList();
    Report report = new BenchRun(Settings.tiny(), scenarios).run();
    assertEquals(
        scenarios.stream()
            .flatMap(
                scenario ->
                    scenario.placements().stream()
                        .filter(Placement::isPossible)
                        .map(placement -> scenario.name() + " " + placement.label()))
            .toList(),
        report.sections().stream()
            .map(section -> section.scenario() + " " + section.placement())
            .toList());
    report.sections().stream()
        .flatMap(section -> section.rows().stream())
        .forEach(
            row ->
                assertTrue(
                    row.measurement().samples() > 0 && row.measurement().p50() > 0,
                    row.toString()));
  }

  @Test
  void leavesNothingBehind() throws Exception {
    Path socket;
    try (Stage stage = Stage.open(1 << 20, Placement.ANY_CORE)) {
      socket = stage.storeSocket();
      assertTrue(Files.exists(socket));
      assertTrue(Files.exists(StoreOptions.of(socket, 1 << 20).directory()));
    }
    assertTrue(Files.notExists(socket.getParent()));
    assertTrue(Files.notExists(StoreOptions.of(socket, 1 << 20).directory()));
  }

  @Test
  void refusesANameThatItDoesNotKnow() {
    CommandLine command = new CommandLine(new BenchCommand());
    java.io.StringWriter errors = new java.io.StringWriter();
    command.setErr(new java.io.PrintWriter(errors));
    assertEquals(CommandLine.ExitCode.USAGE, command.execute("--only", "nothing"));
    assertTrue(
        errors.toString().contains("no such measurement: name=nothing known=get-hot,get-random,"),
        errors.toString());
  }
}
