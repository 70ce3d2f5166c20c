package io.plasmastore.bench.sort;

import io.plasmastore.ClientOptions;
import io.plasmastore.ObjectId;
import io.plasmastore.PlasmaClient;
import io.plasmastore.SealedObject;
import io.plasmastore.arrow.ArrowAppender;
import io.plasmastore.arrow.ArrowClient;
import io.plasmastore.bench.process.ChildProcess;
import io.plasmastore.bench.process.Placement;
import io.plasmastore.bench.process.RunDirectory;
import io.plasmastore.bench.process.Stage;
import io.plasmastore.bench.report.Machine;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;

/**
 * Sorts the same rows with ours and with each peer, one after the other and never two at a time.
 * The rows are made once and lie in a store; the peers in Python read them from a stream in shared
 * memory that is gone afterwards. What sorts wrongly is a failure and no figure.
 */
final class SortBench {
  private static final Duration PATIENCE = Duration.ofMinutes(40);

  /** Ours: threads, processes, one process; and threads that check the result. */
  static final List<PeerTask.Variant> VARIANTS =
      List.of(
          new PeerTask.Variant(false, 0, false),
          new PeerTask.Variant(true, 0, false),
          new PeerTask.Variant(true, 1, false),
          new PeerTask.Variant(false, 0, true));

  private final Effort effort;
  private final double scale;
  private final PythonPeers python;
  private final List<PeerTask.Variant> variants;

  /**
   * A run.
   *
   * @param scale of the rows; 1 is what the goals are stated for
   * @param variants of ours; the first is what the others are held against
   */
  SortBench(Effort effort, double scale, PythonPeers python, List<PeerTask.Variant> variants) {
    this.variants = variants;
    this.effort = effort;
    this.scale = scale;
    this.python = python;
  }

  /** Is told all that is known so far. */
  @FunctionalInterface
  interface Listener {
    /**
     * The run has begun, or got a case further.
     *
     * @param figures of the cases that are through, the last one new
     */
    void measured(SortFigures figures) throws IOException;
  }

  /**
   * Measures, with a word on standard error about how far it is.
   *
   * @param listener is told before the first case and after each, so that a run that is ended keeps
   *     what it has
   */
  SortFigures run(List<SortCase> cases, Listener listener)
      throws IOException, InterruptedException {
    SortFigures figures =
        new SortFigures(
            Machine.current(ChildProcess.flags()), CopySpeed.measure(), effort, List.of());
    listener.measured(figures);
    for (SortCase each : cases) {
      List<SortFigures.Case> more = new ArrayList<>(figures.cases());
      more.add(run(each));
      figures = new SortFigures(figures.machine(), figures.copyBytesPerSecond(), effort, more);
      listener.measured(figures);
    }
    return figures;
  }

  private SortFigures.Case run(SortCase rows) throws IOException, InterruptedException {
    List<String> notes = new ArrayList<>();
    long wanted = Math.max(1, Math.round(rows.fullRows() * scale));
    SortRoom room = SortRoom.now();
    long count = room.fitting(rows.size(1), wanted);
    if (count < wanted) {
      notes.add(
          String.format(
              Locale.ROOT,
              "%,d rows were asked for; %,d are what memory is enough for: %s.",
              wanted,
              count,
              room));
    }
    if (count < rows.fullRows()) {
      notes.add(String.format(Locale.ROOT, "The goals are stated for %,d rows.", rows.fullRows()));
    }
    say("%s: making %,d rows", rows.name(), count);
    RowChecksum checksum = new RowChecksum(List.of());
    List<Outcome> outcomes = new ArrayList<>();
    try (Stage stage = Stage.open(SortRoom.capacity(rows.size(count)), Placement.ANY_CORE);
        PlasmaClient client =
            PlasmaClient.connect(ClientOptions.of(stage.storeSocket()).withName("bench sort"));
        BufferAllocator allocator = new RootAllocator()) {
      ArrowClient dataframes = ArrowClient.over(client, allocator).keeping();
      List<ObjectId> ids = rows.put(dataframes, count, checksum);
      outcomes.addAll(own(stage, rows, ids));
      // What the sort had used is the peers' now.
      long unused = client.trim();
      if (hasScaleGoal(rows)
          && Runtime.getRuntime().availableProcessors() <= IndependentSorts.MOST) {
        notes.add(independent(rows, count));
      }
      for (Peer peer : rows.peers().stream().filter(any -> !any.isPython()).toList()) {
        outcomes.addAll(java(stage, rows, ids, peer, count));
      }
      outcomes.addAll(python(stage, client, rows, ids));
    }
    List<Outcome> checked = checked(outcomes, checksum);
    return new SortFigures.Case(
        rows.name(),
        rows.title(),
        count,
        rows.fullRows(),
        rows.size(count),
        rows.movedSize(count),
        checked,
        goals(rows, checked),
        notes);
  }

  private List<Outcome> own(Stage stage, SortCase rows, List<ObjectId> ids)
      throws IOException, InterruptedException {
    say("%s: plasma, %d ways in turns", rows.name(), variants.size());
    return PeerProcess.run(task(stage, rows, ids, PeerTask.Program.PLASMA), "plasma", 0, PATIENCE);
  }

  /** What the machine allows where the goal says what it should. */
  private String independent(SortCase rows, long count) throws IOException, InterruptedException {
    int cores = Runtime.getRuntime().availableProcessors();
    say("%s: %d sorts that share nothing", rows.name(), cores);
    return IndependentSorts.measure(rows, cores, count, effort).text();
  }

  private boolean hasScaleGoal(SortCase rows) {
    return Runtime.getRuntime().availableProcessors() > 1
        && variants.equals(VARIANTS)
        && (rows == SortCase.A || rows == SortCase.B);
  }

  private List<Outcome> java(Stage stage, SortCase rows, List<ObjectId> ids, Peer peer, long count)
      throws IOException, InterruptedException {
    say("%s: %s", rows.name(), peer.label());
    boolean jdk = peer == Peer.PARALLEL_SORT;
    PeerTask.Program program = jdk ? PeerTask.Program.PARALLEL_SORT : PeerTask.Program.DUCKDB;
    return PeerProcess.run(
        task(stage, rows, ids, program),
        peer.label(),
        jdk ? SortRoom.heapOfParallelSort(count) : 0,
        PATIENCE);
  }

  private List<Outcome> python(Stage stage, PlasmaClient client, SortCase rows, List<ObjectId> ids)
      throws IOException, InterruptedException {
    List<Outcome> outcomes = new ArrayList<>();
    try (RunDirectory directory = stage.open(RunDirectory.createInMemory())) {
      Path file = directory.file("rows.arrows");
      write(client, ids, file);
      for (Peer peer : rows.peers().stream().filter(Peer::isPython).toList()) {
        say("%s: %s", rows.name(), peer.label());
        outcomes.add(python.run(stage::open, peer, file, keys(rows), effort));
      }
    }
    return outcomes;
  }

  private PeerTask task(Stage stage, SortCase rows, List<ObjectId> ids, PeerTask.Program program) {
    return new PeerTask(
        program,
        stage.storeSocket().toString(),
        ids.stream().map(ObjectId::toHex).toList(),
        rows.orderBy(),
        rows.order(),
        effort,
        variants);
  }

  private static String keys(SortCase rows) {
    return rows.orderBy().toLowerCase(Locale.ROOT).replace(", ", ",").replace(' ', ':');
  }

  private static void write(PlasmaClient client, List<ObjectId> ids, Path file) throws IOException {
    try (FileChannel out =
        FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
      ArrowAppender appender = ArrowAppender.ofStream(out);
      for (ObjectId id : ids) {
        try (SealedObject object = client.get(id)) {
          appender.append(object.data());
        }
      }
      appender.finish();
    }
  }

  private static List<Outcome> checked(List<Outcome> outcomes, RowChecksum wanted) {
    return outcomes.stream()
        .map(
            outcome -> {
              String fault =
                  outcome.failure() == null ? outcome.fault(wanted.rows(), wanted.sum()) : null;
              return fault == null
                  ? outcome
                  : Outcome.failed(outcome.what(), "SORTED WRONGLY: " + fault);
            })
        .toList();
  }

  private List<SortFigures.GoalLine> goals(SortCase rows, List<Outcome> outcomes) {
    List<SortFigures.GoalLine> goals = new ArrayList<>();
    int cores = Runtime.getRuntime().availableProcessors();
    List<String> own = variants.stream().map(variant -> variant.label(cores)).toList();
    for (Peer peer : rows.peers()) {
      Double goal = rows.goal(peer);
      if (goal != null) {
        goals.add(goal(outcomes, peer.label(), own.get(0), goal, true));
      }
    }
    if (rows == SortCase.E) {
      double largest =
          outcomes.stream().mapToDouble(Outcome::largestBucket).max().orElse(Double.NaN);
      goals.add(
          new SortFigures.GoalLine(
              "largest bucket", "mean bucket", largest > 0 ? largest : null, 2, false));
    }
    if (hasScaleGoal(rows)) {
      goals.add(goal(outcomes, own.get(2), own.get(1), 1.7, true));
    }
    if (cores > 1 && variants.equals(VARIANTS)) {
      goals.add(goal(outcomes, own.get(1), own.get(0), 1.15, false));
    }
    return goals;
  }

  /** How many times as long the first takes as the second. */
  private static SortFigures.GoalLine goal(
      List<Outcome> outcomes, String first, String second, double goal, boolean atLeast) {
    double ratio = median(outcomes, first) / median(outcomes, second);
    return new SortFigures.GoalLine(
        first, second, Double.isNaN(ratio) ? null : ratio, goal, atLeast);
  }

  private static double median(List<Outcome> outcomes, String what) {
    return outcomes.stream()
        .filter(outcome -> outcome.what().equals(what))
        .collect(Collectors.averagingDouble(Outcome::median));
  }

  private static void say(String form, Object... facts) {
    System.err.println("plasma bench sort: " + String.format(Locale.ROOT, form, facts));
  }
}
