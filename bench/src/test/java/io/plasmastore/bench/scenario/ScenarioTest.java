package io.plasmastore.bench.scenario;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.plasmastore.PlasmaClient;
import io.plasmastore.bench.handover.PythonPeer;
import io.plasmastore.bench.measure.Measurement;
import io.plasmastore.bench.process.EchoProcess;
import io.plasmastore.bench.process.Placement;
import io.plasmastore.bench.process.RunDirectory;
import io.plasmastore.bench.report.Row;
import io.plasmastore.store.PlasmaStore;
import io.plasmastore.store.StoreOptions;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.api.parallel.ResourceLock;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Everything that the bench measures, with next to no data and no time, in this process and against
 * a store in it: what each starts besides is its own.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Execution(ExecutionMode.CONCURRENT)
@ResourceLock("the turn beside the others")
public class ScenarioTest {
  /** The one has the store's JVM looked at, the other leaves to its end what it holds. */
  public static final List<String> IN_PROCESSES_OF_THEIR_OWN =
      List.of("many-objects", "waiting-gets");

  private RunDirectory directory;
  private EchoProcess echo;

  @BeforeAll
  void startEcho() throws Exception {
    directory = RunDirectory.create();
    echo = EchoProcess.start(directory.file("echo.sock"), Placement.ANY_CORE);
  }

  @AfterAll
  void stopEcho() {
    echo.close();
    directory.close();
  }

  static List<Named> scenarios() {
    return Scenario.all().stream()
        .filter(scenario -> !IN_PROCESSES_OF_THEIR_OWN.contains(scenario.name()))
        .map(Named::new)
        .toList();
  }

  @ParameterizedTest
  @MethodSource("scenarios")
  @Timeout(240)
  void measures(Named named) throws Exception {
    Scenario scenario = named.scenario();
    Settings settings = Settings.tiny();
    Path socket = directory.file(scenario.name());
    List<Measurement> measurements;
    try (PlasmaStore store =
            PlasmaStore.launch(StoreOptions.of(socket, scenario.capacity(settings)));
        PlasmaClient client = PlasmaClient.connect(store.options().socket())) {
      measurements = scenario.measure(new Subject(client, echo.socket(), settings, progress -> {}));
    }
    List<Row> rows = scenario.rows(settings, measurements);
    for (Row row : rows) {
      assertTrue(row.measurement().samples() > 0 && row.measurement().p50() > 0, row.toString());
    }
    // Its goals are against one that has to be installed.
    boolean optional = scenario instanceof PythonPeersScenario;
    assertTrue(optional || rows.stream().anyMatch(row -> row.goal() != null), rows.toString());
    assertTrue(!scenario.title(settings).isEmpty());
    if (optional) {
      List<String> said =
          Stream.concat(rows.stream().map(Row::what), scenario.notes(measurements).stream())
              .toList();
      for (PythonPeer peer : PythonPeer.values()) {
        assertTrue(said.stream().anyMatch(line -> line.contains(peer.label())), peer + " " + said);
      }
    }
  }

  /** For the test's name. */
  private record Named(Scenario scenario) {
    @Override
    public String toString() {
      return scenario.name();
    }
  }
}
