package io.plasmastore.bench;

import io.plasmastore.bench.process.Ending;
import io.plasmastore.bench.report.JmhSection;
import io.plasmastore.bench.report.ReadmePart;
import io.plasmastore.bench.report.Report;
import io.plasmastore.bench.report.ResultFiles;
import io.plasmastore.bench.report.Section;
import io.plasmastore.bench.scenario.Scenario;
import io.plasmastore.bench.scenario.Settings;
import io.plasmastore.bench.sort.SortSections;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Keeps a run: its figures, a table and pictures, to be committed. */
@Command(
    name = "report",
    header = "Write a run's table and pictures to files.",
    description =
        "Writes DATE-MACHINE.md, the pictures that it shows, and DATE-MACHINE.json with the"
            + " figures. Without FILE everything is measured first. Where the README has a place for"
            + " it, the newest full run is shown there.",
    footer = {
      "Examples:",
      "  plasma bench --json figures.json",
      "  plasma bench sort --json sort.json",
      "  plasma bench jmh -prof gc -rf json -rff jmh.json",
      "  plasma bench report figures.json --sort sort.json --jmh jmh.json",
    },
    mixinStandardHelpOptions = true)
final class ReportCommand implements Callable<Integer> {
  @Parameters(
      arity = "0..1",
      paramLabel = "FILE",
      description = "The figures of a run, as bench --json wrote them.")
  private @Nullable Path figures;

  @Option(
      names = "--sort",
      paramLabel = "FILE",
      description =
          "Figures to be shown with them, as bench sort --json wrote them; may be given again, and"
              + " of a case that several have the last one's count.")
  private List<Path> sorts = new ArrayList<>();

  @Option(
      names = "--jmh",
      paramLabel = "FILE",
      description = "Likewise, as bench jmh -rf json -rff FILE wrote them.")
  private @Nullable Path jmh;

  @Option(
      names = "--into",
      paramLabel = "DIR",
      defaultValue = "bench/results",
      description = "Where the files go; made if it is not there. Default: ${DEFAULT-VALUE}.")
  private Path folder = Path.of("bench/results");

  @Option(
      names = "--readme",
      paramLabel = "FILE",
      defaultValue = "README.md",
      description =
          "Shows the newest full run between <!-- bench:begin --> and <!-- bench:end -->, if it has"
              + " these. Default: ${DEFAULT-VALUE}.")
  private Path readme = Path.of("README.md");

  @Override
  public Integer call() throws Exception {
    return Ending.quietly(this::run);
  }

  private int run() throws Exception {
    // Read first: who is mistaken about a file should not wait a quarter of an hour to learn it.
    List<Section> cases = new ArrayList<>();
    for (Path sort : sorts) {
      cases.addAll(FigureFile.read(sort, SortSections::read));
    }
    List<Section> benchmarks =
        jmh == null ? List.of() : List.of(FigureFile.read(jmh, JmhSection::read));
    Path file = figures;
    Report measured =
        file == null ? new BenchRun(Settings.full(), Scenario.all()).run() : FigureFile.read(file);
    Report report = measured.with(SortSections.newest(cases)).with(benchmarks);
    ResultFiles files = ResultFiles.of(folder, report);
    files.write(report);
    System.out.println(files.table());
    Report newest = ResultFiles.newest(folder);
    if (newest != null && ReadmePart.write(readme, newest, ResultFiles.of(folder, newest))) {
      System.out.println(readme);
    }
    return 0;
  }
}
