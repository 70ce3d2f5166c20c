package io.plasmastore.bench.scenario;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.plasmastore.PlasmaClient;
import io.plasmastore.bench.measure.Measurement;
import io.plasmastore.bench.process.ChildProcess;
import io.plasmastore.bench.process.Stage;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.stream.Stream;

/** The client process of a run: measures one scenario, with nothing else in its JVM before. */
public final class ScenarioProcess {
  private static final Duration PATIENCE = Duration.ofMinutes(20);
  private static final JsonMapper JSON = new JsonMapper();

  /** They say at length what they have found. Held here, or the level is forgotten. */
  private static final List<Logger> TALKATIVE =
      Stream.of("org.apache.arrow", "net.openhft").map(Logger::getLogger).toList();

  private ScenarioProcess() {}

  /**
   * Measures a scenario in a new process.
   *
   * @param scenario which
   * @param settings how large and how long
   * @param stage with a store that nobody has used
   * @return what it measured
   */
  public static List<Measurement> run(Scenario scenario, Settings settings, Stage stage)
      throws IOException, InterruptedException {
    List<String> arguments =
        List.of(
            scenario.name(),
            JSON.writeValueAsString(settings),
            stage.storeSocket().toString(),
            stage.echoSocket().toString());
    try (ChildProcess child =
        stage.open(
            ChildProcess.start(
                ScenarioProcess.class, stage.placement(), scenario.flags(), arguments))) {
      return JSON.readValue(child.awaitLine(PATIENCE), new TypeReference<>() {});
    }
  }

  /** Measures. Arguments: the scenario, the settings, the socket of the store, that of the echo. */
  public static void main(String[] args) throws Exception {
    ChildProcess.exitWithParent();
    TALKATIVE.forEach(log -> log.setLevel(Level.WARNING));
    Scenario scenario =
        Scenario.all().stream().filter(any -> any.name().equals(args[0])).findFirst().orElseThrow();
    Settings settings = JSON.readValue(args[1], Settings.class);
    try (PlasmaClient client = PlasmaClient.connect(Path.of(args[2]))) {
      List<Measurement> measurements =
          scenario.measure(
              new Subject(
                  client,
                  Path.of(args[3]),
                  settings,
                  text -> System.err.println("plasma bench:   " + text)));
      System.out.println(JSON.writeValueAsString(measurements));
    }
  }
}
