package io.plasmastore.bench.sort;

import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.plasmastore.bench.handover.PythonPeer;
import io.plasmastore.bench.process.Ending;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Measures the sort beside its peers. */
@Command(
    name = "sort",
    header = "Measure the sort beside DuckDB, Polars, Pandas, NumPy, PyArrow and the JDK.",
    description =
        "Makes rows once and has each program sort them, one after the other; checks each result, and"
            + " prints Markdown tables of times, memory, ratios and goals as each case ends. A goal that is missed is"
            + " said, and is no failure. What is not installed is skipped by name; rows that memory"
            + " is too small for are fewer.",
    footer = {
      "Examples:",
      "  plasma bench sort --quick",
      "  plasma bench sort --case A,B --json sort.json",
      "  plasma bench sort --python /opt/venv/bin/python",
    },
    mixinStandardHelpOptions = true)
public final class SortBenchCommand implements Callable<Integer> {
  private static final double QUICK_SCALE = 0.1;
  private static final Effort QUICK = new Effort(3, 20, 2);

  @Option(
      names = "--quick",
      description = "A tenth of the rows, three rounds: for a first impression.")
  private boolean quick;

  @Option(
      names = "--rows-scale",
      paramLabel = "FACTOR",
      description = "So many times the rows that the goals are stated for. Default: 1.")
  private double scale = 1;

  @Option(
      names = "--case",
      split = ",",
      paramLabel = "NAME",
      description = "What to sort, of ${COMPLETION-CANDIDATES}. Default: all.")
  private List<SortCase> cases = List.of();

  @Option(names = "--rounds", paramLabel = "N", description = "How often to time each. Default: 5.")
  private int rounds;

  @Option(
      names = "--python",
      paramLabel = "PATH",
      description = "The interpreter for the peers in Python. Default: python3 of the PATH.")
  private @Nullable Path python;

  @Option(
      names = "--markdown",
      paramLabel = "FILE",
      description = "Write the tables there as well, anew after each case.")
  private @Nullable Path markdown;

  @Option(
      names = "--json",
      paramLabel = "FILE",
      description = "Write the figures there as well, anew after each case.")
  private @Nullable Path json;

  @CommandLine.Spec private CommandLine.Model.@Nullable CommandSpec spec;

  /** Made by picocli. */
  public SortBenchCommand() {}

  @Override
  public Integer call() throws Exception {
    return Ending.quietly(this::run);
  }

  private int run() throws Exception {
    if (!(scale > 0) || rounds < 0) {
      throw new CommandLine.ParameterException(
          java.util.Objects.requireNonNull(spec).commandLine(),
          "out of range: rows-scale=" + scale + " rounds=" + rounds);
    }
    if (python != null && !PythonPeer.canBe(python)) {
      throw new CommandLine.ParameterException(
          java.util.Objects.requireNonNull(spec).commandLine(),
          "no such interpreter: python=" + python);
    }
    Effort effort = quick ? QUICK : Effort.FULL;
    effort = rounds == 0 ? effort : effort.withRounds(rounds);
    new SortBench(
            effort,
            quick ? scale * QUICK_SCALE : scale,
            python == null ? PythonPeers.found() : new PythonPeers(python),
            SortBench.VARIANTS)
        .run(cases.isEmpty() ? List.of(SortCase.values()) : cases, this::show);
    return 0;
  }

  /** Prints what is new, and writes the files anew: a run that is ended keeps what it has. */
  private void show(SortFigures figures) throws IOException {
    System.out.print(
        figures.cases().isEmpty()
            ? SortMarkdown.head(figures)
            : SortMarkdown.text(figures, figures.cases().getLast()));
    System.out.flush();
    if (markdown != null) {
      replace(markdown, SortMarkdown.text(figures));
    }
    if (json != null) {
      String text =
          JsonMapper.builder()
              .enable(SerializationFeature.INDENT_OUTPUT)
              .build()
              .writeValueAsString(figures);
      replace(json, text + "\n");
    }
  }

  /** Whoever reads the file finds the old text or the new one, and never half of it. */
  private static void replace(Path file, String text) throws IOException {
    Path fresh = file.resolveSibling(file.getFileName() + ".new");
    Files.writeString(fresh, text);
    Files.move(fresh, file, StandardCopyOption.REPLACE_EXISTING);
  }
}
