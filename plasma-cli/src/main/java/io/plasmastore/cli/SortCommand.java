package io.plasmastore.cli;

import io.plasmastore.ClientOptions;
import io.plasmastore.ObjectId;
import io.plasmastore.PlasmaClient;
import io.plasmastore.SealedObject;
import io.plasmastore.arrow.ArrowAppender;
import io.plasmastore.arrow.ArrowClient;
import io.plasmastore.arrow.InvalidArrowDataException;
import io.plasmastore.bench.sort.Baselines;
import io.plasmastore.bench.sort.Outcome;
import io.plasmastore.sort.GeneratedPartitions;
import io.plasmastore.sort.ParallelSort;
import io.plasmastore.sort.SortKey;
import io.plasmastore.sort.SortResult;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Sorts dataframes with several workers, and shows what it took. */
@Command(
    name = "sort",
    header = "Sort dataframes with several worker processes.",
    description =
        "Sorts the rows of files, generated rows, or dataframes in the store. The rows lie in"
            + " partitions; workers cut them into buckets and sort these. The result is checked: it"
            + " is in order, and has the same rows. Where no store is named, a store of its own"
            + " runs meanwhile. In a named store the buckets stay, unless --out takes them away.",
    footer = {
      "Examples:",
      "  plasma sort --rows 10000000",
      "  plasma sort --input flights.arrow --by delay:desc,distance --out sorted.arrow",
      "  plasma sort name:flights --by delay --workers 4 --json",
    })
final class SortCommand implements Callable<Integer> {
  private static final double NANOS_PER_SECOND = 1e9;

  private final Console console;

  @Mixin private final SocketOption socket = new SocketOption();

  @ArgGroup(multiplicity = "1")
  private SortSource source = new SortSource();

  @Option(
      names = "--by",
      split = ",",
      paramLabel = "COLUMN[:desc]",
      description =
          "The columns to sort by; the first decides first. Behind the column, :desc puts the"
              + " greatest value first, and :nulls-first the nulls. Default for --rows: key.")
  private List<String> by = List.of();

  @Option(
      names = {"-o", "--out"},
      paramLabel = "FILE",
      description =
          "Write the sorted rows there: as an Arrow IPC file if FILE ends in .arrow or .feather,"
              + " else as a stream.")
  private @Nullable Path out;

  @Option(
      names = "--payload",
      description = "Generate three columns more, which travel with the key.")
  private boolean payload;

  @Option(
      names = "--no-baseline",
      description =
          "With --rows: don't have Arrays.parallelSort and DuckDB sort the same rows before. They are"
              + " left out too with --payload, in a named store and where it spills.")
  private boolean noBaseline;

  @Mixin private final SortTuning tuning = new SortTuning();

  @Mixin private final SortMemory memory = new SortMemory();

  @Mixin private final SortReporting reporting = new SortReporting();

  SortCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() throws IOException, InterruptedException {
    List<SortKey> keys = checkedKeys();
    if (out != null) {
      OutputFile.requirePlace(out);
    }
    reporting.requirePlaces();
    StopSignal.interrupting(() -> run(keys));
    return PlasmaCommand.DONE;
  }

  private List<SortKey> checkedKeys() {
    tuning.check(source);
    memory.check(!usesNamedStore());
    if (out != null && out.toString().equals("-")) {
      throw new UsageException("--out is a file: standard output has the figures");
    }
    if (by.isEmpty() && !source.isGenerated()) {
      throw new UsageException("--by is missing: only generated rows have a key of their own");
    }
    try {
      return by.isEmpty()
          ? List.of(SortKey.of(GeneratedPartitions.KEY))
          : by.stream().map(SortKey::parse).toList();
    } catch (IllegalArgumentException e) {
      throw new UsageException(e);
    }
  }

  private boolean usesNamedStore() {
    return source.isInStore() || socket.isNamed();
  }

  private void run(List<SortKey> keys) throws IOException, InterruptedException {
    if (usesNamedStore()) {
      run(keys, socket.path(), out == null);
      return;
    }
    if (hasBaselines()) {
      fitRows();
    }
    try (OwnStore store = memory.start(source.dataSize(payload))) {
      run(keys, store.socket(), false);
    }
  }

  private boolean hasBaselines() {
    return source.isGenerated()
        && !noBaseline
        && !payload
        && !usesNamedStore()
        && !memory.isSpilling()
        && source.generatedRows() > 0;
  }

  /** The experiment is scaled to the machine: all who sort need room. */
  private void fitRows() throws IOException {
    long wanted = source.generatedRows();
    long fitting = Baselines.fittingRows(wanted);
    if (fitting < wanted) {
      source.generate(fitting);
      say(
          "%s asked for, %s sorted: as many as memory is enough for, with the baselines beside"
              .formatted(Amount.count(wanted, "row", "rows"), Amount.count(fitting)));
    }
  }

  private List<Outcome> baselines(Path store, List<ObjectId> input, SortProgressView view)
      throws IOException, InterruptedException {
    if (!hasBaselines()) {
      return List.of();
    }
    return Baselines.run(
        store, input, GeneratedPartitions.KEY, source.generatedRows(), view::baseline);
  }

  private void say(String line) {
    console.err().println("plasma sort: " + line);
    console.err().flush();
  }

  private void run(List<SortKey> keys, Path store, boolean kept)
      throws IOException, InterruptedException {
    try (PlasmaClient client =
            PlasmaClient.connect(ClientOptions.of(store).withName("plasma sort"));
        BufferAllocator allocator = new RootAllocator();
        SortProgressView view = reporting.view(console)) {
      ArrowClient dataframes = ArrowClient.over(client, allocator);
      ParallelSort sort = sort(dataframes, keys).progress(reporting.listener(view));
      if (!source.isInStore() && !memory.isSpilling()) {
        SortMemory.requireRoom(client, source.dataSize(payload));
      }
      long start = System.nanoTime();
      List<ObjectId> input = input(dataframes);
      double loadSeconds = source.isInStore() ? 0 : secondsSince(start);
      List<Outcome> baselines = baselines(store, input, view);
      SortResult result = sort(client, sort, input);
      view.hideBar();
      double writeSeconds = 0;
      try {
        if (out != null) {
          start = System.nanoTime();
          write(client, result.bucketIds(), out);
          writeSeconds = secondsSince(start);
        }
      } finally {
        if (!kept) {
          SortSource.delete(client, result.bucketIds());
          SortSource.delete(client, List.of(result.manifest()));
        }
      }
      reporting.writeTrace();
      show(new SortReport(keys, result, loadSeconds, writeSeconds, out, kept, baselines));
    }
  }

  private ParallelSort sort(ArrowClient dataframes, List<SortKey> keys) {
    ParallelSort sort = tuning.applyTo(ParallelSort.of(dataframes).by(keys), !source.isInStore());
    return memory.isSpilling() ? sort.spilling() : sort;
  }

  private List<ObjectId> input(ArrowClient dataframes) throws IOException {
    try {
      return source.partitions(dataframes, tuning.partitions(), payload);
    } catch (IllegalArgumentException
        | InvalidArrowDataException
        | UnsupportedOperationException e) {
      throw new CommandFailure("can't be sorted: " + e.getMessage(), e);
    }
  }

  private SortResult sort(PlasmaClient client, ParallelSort sort, List<ObjectId> input)
      throws InterruptedException {
    try {
      return sort.partitions(input).run();
    } catch (IllegalArgumentException | UnsupportedOperationException e) {
      throw new CommandFailure("can't be sorted: " + e.getMessage(), e);
    } finally {
      if (!source.isInStore()) {
        SortSource.delete(client, input);
      }
    }
  }

  /** Writes one bucket after the other: a store that spills has not room for all of them. */
  private static void write(PlasmaClient client, List<ObjectId> buckets, Path out)
      throws IOException {
    boolean file = OutputFormat.ofName(out.toString()) == OutputFormat.FILE;
    OutputFile.write(
        out,
        channel -> {
          ArrowAppender appender =
              file ? ArrowAppender.ofFile(channel) : ArrowAppender.ofStream(channel);
          for (ObjectId id : buckets) {
            try (SealedObject bucket = client.get(id)) {
              appender.append(bucket.data());
            }
          }
          appender.finish();
        });
  }

  private void show(SortReport report) throws IOException {
    if (reporting.isJson()) {
      report.writeJson(console.text());
    } else {
      report.writeText(console.text());
    }
  }

  private static double secondsSince(long start) {
    return (System.nanoTime() - start) / NANOS_PER_SECOND;
  }
}
