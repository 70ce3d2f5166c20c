package io.plasmastore.cli;

import io.plasmastore.ClientOptions;
import io.plasmastore.ObjectId;
import io.plasmastore.PlasmaClient;
import io.plasmastore.arrow.ArrowClient;
import io.plasmastore.arrow.InvalidArrowDataException;
import io.plasmastore.sort.PartitionBy;
import io.plasmastore.sort.PartitionResult;
import io.plasmastore.sort.SortKey;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.Callable;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Divides dataframes among buckets, which stay in the store. */
@Command(
    name = "partition",
    header = "Divide dataframes among buckets by the values of some columns.",
    description =
        "Divides the rows of files, generated rows, or dataframes in the store among buckets, by a"
            + " hash of some columns or by the range that they lie in. Rows keep their order, and"
            + " rows whose keys are equal are in one bucket. Workers do it, and the result is"
            + " checked. The buckets stay in the store, with a dataframe that lists them.",
    footer = {
      "Examples:",
      "  plasma partition --input orders.arrow --hash customer --buckets 32",
      "  plasma partition name:orders --range day --json",
    })
final class PartitionCommand implements Callable<Integer> {
  private static final double NANOS_PER_SECOND = 1e9;

  private final Console console;

  @Mixin private final SocketOption socket = new SocketOption();

  @ArgGroup(multiplicity = "1")
  private SortSource source = new SortSource();

  @ArgGroup(multiplicity = "1")
  private Rule rule = new Rule();

  /** What rows go by. */
  private static final class Rule {
    @Option(
        names = "--hash",
        split = ",",
        paramLabel = "COLUMN",
        description =
            "By a hash of the values of these columns, in this order: alike for all dataframes that"
                + " are divided among as many buckets.")
    private List<String> hash = List.of();

    @Option(
        names = "--range",
        split = ",",
        paramLabel = "COLUMN[:desc]",
        description =
            "By where these columns lie among splitters, which a sample tells: no row of a bucket"
                + " comes after one of the next. Behind the column as in plasma sort --by.")
    private List<String> range = List.of();
  }

  @Option(
      names = "--splitters",
      paramLabel = "SPLITTERS",
      converter = ObjectIdConverter.class,
      description =
          "With --range: the dataframe whose rows begin the buckets, as an earlier partitioning has"
              + " left it. There is one bucket more than it has rows.")
  private @Nullable ObjectId splitters;

  @Option(
      names = "--spilling",
      description =
          "The store was started with --spill-dir, so that rows may be more than its memory.")
  private boolean spilling;

  @Mixin private final SortTuning tuning = new SortTuning();

  @Mixin private final SortReporting reporting = new SortReporting();

  PartitionCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() throws IOException, InterruptedException {
    tuning.check(source);
    if (splitters != null && (rule.range.isEmpty() || tuning.hasBuckets())) {
      throw new UsageException("--splitters is for --range, without --buckets");
    }
    List<SortKey> keys = keys();
    reporting.requirePlaces();
    StopSignal.interrupting(() -> run(keys));
    return PlasmaCommand.DONE;
  }

  private List<SortKey> keys() {
    try {
      return rule.range.isEmpty()
          ? rule.hash.stream().map(SortKey::of).toList()
          : rule.range.stream().map(SortKey::parse).toList();
    } catch (IllegalArgumentException e) {
      throw new UsageException(e);
    }
  }

  private void run(List<SortKey> keys) throws IOException, InterruptedException {
    ClientOptions options = ClientOptions.of(socket.path()).withName("plasma partition");
    try (PlasmaClient client = PlasmaClient.connect(options);
        BufferAllocator allocator = new RootAllocator();
        SortProgressView view = reporting.view(console)) {
      ArrowClient dataframes = ArrowClient.over(client, allocator);
      PartitionBy job = job(dataframes, keys).progress(reporting.listener(view));
      if (!source.isInStore() && !spilling) {
        SortMemory.requireRoom(client, source.dataSize(/* payload= */ false));
      }
      long start = System.nanoTime();
      List<ObjectId> input = input(dataframes);
      double loadSeconds = source.isInStore() ? 0 : (System.nanoTime() - start) / NANOS_PER_SECOND;
      PartitionResult result = divide(client, job, input);
      view.hideBar();
      reporting.writeTrace();
      PartitionReport report =
          new PartitionReport(rule.range.isEmpty() ? "hash" : "range", keys, result, loadSeconds);
      if (reporting.isJson()) {
        report.writeJson(console.text());
      } else {
        report.writeText(console.text());
      }
    }
  }

  private PartitionBy job(ArrowClient dataframes, List<SortKey> keys) {
    PartitionBy job = PartitionBy.of(dataframes);
    job =
        rule.range.isEmpty()
            ? job.hash(keys.stream().map(SortKey::column).toArray(String[]::new))
            : job.range(keys.toArray(SortKey[]::new));
    job = splitters == null ? job : job.splitters(splitters);
    job = spilling ? job.spilling() : job;
    return tuning.applyTo(job, !source.isInStore());
  }

  private List<ObjectId> input(ArrowClient dataframes) throws IOException {
    try {
      return source.partitions(dataframes, tuning.partitions(), /* payload= */ false);
    } catch (IllegalArgumentException
        | InvalidArrowDataException
        | UnsupportedOperationException e) {
      throw failure(e);
    }
  }

  private PartitionResult divide(PlasmaClient client, PartitionBy job, List<ObjectId> input)
      throws InterruptedException {
    try {
      return job.partitions(input).run();
    } catch (IllegalArgumentException | UnsupportedOperationException e) {
      throw failure(e);
    } finally {
      if (!source.isInStore()) {
        SortSource.delete(client, input);
      }
    }
  }

  private static CommandFailure failure(RuntimeException e) {
    return new CommandFailure("can't be divided: " + e.getMessage(), e);
  }
}
