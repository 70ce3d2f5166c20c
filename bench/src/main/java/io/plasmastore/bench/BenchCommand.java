package io.plasmastore.bench;

import io.plasmastore.bench.handover.PythonPeer;
import io.plasmastore.bench.process.Ending;
import io.plasmastore.bench.report.Comparison;
import io.plasmastore.bench.report.Report;
import io.plasmastore.bench.scenario.Scenario;
import io.plasmastore.bench.scenario.Settings;
import io.plasmastore.bench.sort.SortBenchCommand;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * Measures the store on this machine against its goals; says so, and exits with 0, if one is
 * missed.
 */
@Command(
    name = "bench",
    header = "Measure the store on this machine.",
    description =
        "Prints a table of what the operations take, what a peer took in the same seconds, and"
            + " whether that is within the goals. A goal that is missed is said, and is no failure."
            + " All of it takes about a quarter of an hour; --only names a part of it, --quick has"
            + " less of each.",
    footer = {
      "Examples:",
      "  plasma bench",
      "  plasma bench --quick --json figures.json",
      "  plasma bench --only get-hot",
      "  plasma bench --only dataframe-peers --only request-response",
      "  plasma bench --only python-peers --python /opt/venv/bin/python",
      "  plasma bench --compare figures.json",
      "  plasma bench report figures.json",
      "  plasma bench sort --quick",
      "  plasma bench jmh GetBenchmark -prof gc",
    },
    synopsisSubcommandLabel = "[COMMAND]",
    mixinStandardHelpOptions = true,
    subcommands = {SortBenchCommand.class, JmhCommand.class, ReportCommand.class})
public final class BenchCommand implements Callable<Integer> {
  /** The names for {@code --only}. */
  static final class Names implements Iterable<String> {
    @Override
    public java.util.Iterator<String> iterator() {
      return Scenario.all().stream().map(Scenario::name).iterator();
    }
  }

  @Option(
      names = "--quick",
      description =
          "A small form of everything, in under three minutes: for a first impression. The goals are"
              + " not stated for it.")
  private boolean quick;

  @Option(
      names = "--only",
      paramLabel = "NAME",
      completionCandidates = Names.class,
      description = "Measure only this; may be given again. One of: ${COMPLETION-CANDIDATES}.")
  private List<String> only = List.of();

  @Option(names = "--json", paramLabel = "FILE", description = "Write the figures there as well.")
  private @Nullable Path json;

  @Option(
      names = "--compare",
      paramLabel = "FILE",
      description =
          "Say what got faster or slower, beyond noise, than in the run whose figures --json wrote"
              + " there.")
  private @Nullable Path compare;

  @Option(
      names = "--python",
      paramLabel = "PATH",
      description =
          "The interpreter for the peers in Python; what it has no modules for is skipped. Default:"
              + " python3 of the PATH.")
  private @Nullable Path python;

  @CommandLine.Spec private CommandLine.Model.@Nullable CommandSpec spec;

  @Override
  public Integer call() throws Exception {
    return Ending.quietly(this::run);
  }

  private int run() throws Exception {
    if (python != null) {
      if (!PythonPeer.canBe(python)) {
        throw misuse("no such interpreter: python=" + python);
      }
      PythonPeer.use(python);
    }
    // First of all: who is mistaken about a file should not wait ten minutes to learn it.
    if (json != null) {
      FigureFile.requirePlace(json);
    }
    Report before = compare == null ? null : FigureFile.read(compare);
    List<Scenario> chosen =
        only.isEmpty() ? Scenario.all() : only.stream().map(this::scenario).toList();
    Report report = new BenchRun(quick ? Settings.quick() : Settings.full(), chosen).run();
    System.out.print(report.text());
    if (before != null) {
      System.out.print("\n" + new Comparison(before, report).text());
    }
    System.out.flush();
    if (json != null) {
      report.writeJson(json);
    }
    return 0;
  }

  private Scenario scenario(String name) {
    return Scenario.all().stream()
        .filter(scenario -> scenario.name().equals(name))
        .findFirst()
        .orElseThrow(
            () ->
                misuse(
                    "no such measurement: name="
                        + name
                        + " known="
                        + String.join(",", new Names())));
  }

  private CommandLine.ParameterException misuse(String text) {
    return new CommandLine.ParameterException(
        java.util.Objects.requireNonNull(spec).commandLine(), text);
  }
}
