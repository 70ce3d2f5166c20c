package io.plasmastore.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.plasmastore.bench.process.Placement;
import io.plasmastore.bench.process.Stage;
import io.plasmastore.bench.report.Report;
import io.plasmastore.bench.scenario.Scenario;
import io.plasmastore.bench.scenario.Settings;
import io.plasmastore.store.StoreOptions;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import picocli.CommandLine;

/** Everything runs that the command runs, with next to no data and no time. */
class BenchRunTest {
  @Test
  @Timeout(600)
  void measuresEveryScenario() throws Exception {
    Report report = new BenchRun(Settings.tiny(), Scenario.all()).run();
    List<String> wanted = new ArrayList<>();
    for (Scenario scenario : Scenario.all()) {
      for (Placement placement : scenario.placements()) {
        if (placement.isPossible()) {
          wanted.add(scenario.name() + " " + placement.label());
        }
      }
    }
    assertEquals(
        wanted,
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
    assertTrue(report.sections().stream().allMatch(section -> hasGoal(section.rows())));
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
        errors
            .toString()
            .contains(
                "no such measurement: name=nothing"
                    + " known=get-hot,get-random,get-peers,dataframe-get,put,warm-put,create-and-seal,heap,seal-to-get,"
                    + "waiting-gets,batches,many-objects,readers,adoption,hit-rate,hand-over,record-loops"),
        errors.toString());
  }

  private static boolean hasGoal(List<io.plasmastore.bench.report.Row> rows) {
    return rows.stream().anyMatch(row -> row.goal() != null);
  }
}
