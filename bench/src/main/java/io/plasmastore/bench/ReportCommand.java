package io.plasmastore.bench;

import io.plasmastore.bench.report.Report;
import io.plasmastore.bench.report.ResultFiles;
import io.plasmastore.bench.scenario.Scenario;
import io.plasmastore.bench.scenario.Settings;
import java.nio.file.Path;
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
            + " figures. Without FILE everything is measured first.",
    mixinStandardHelpOptions = true)
final class ReportCommand implements Callable<Integer> {
  @Parameters(
      arity = "0..1",
      paramLabel = "FILE",
      description = "The figures of a run, as bench --json wrote them.")
  private @Nullable Path figures;

  @Option(
      names = "--into",
      paramLabel = "DIR",
      defaultValue = "bench/results",
      description = "Where the files go; made if it is not there. Default: ${DEFAULT-VALUE}.")
  private Path folder = Path.of("bench/results");

  @Override
  public Integer call() throws Exception {
    Path file = figures;
    Report report =
        file == null ? new BenchRun(Settings.full(), Scenario.all()).run() : FigureFile.read(file);
    ResultFiles files = ResultFiles.of(folder, report);
    files.write(report);
    System.out.println(files.table());
    return 0;
  }
}
